#include "serve/audit_log.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "base/error.h"
#include "catch.h"
#include "crypto/sha256.h"
#include "parsed.h"

namespace mdl {
namespace {

struct Folder {
  Folder() {
    char name[] = "/tmp/mdl-audit-XXXXXX";
    path = mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string file(const char* name) const { return path + "/" + name; }
  std::string path;
};

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

RequestRecord record(std::string_view id) {
  return {.time = std::chrono::system_clock::time_point(std::chrono::microseconds(1'800'000'000'000'123)),
          .id = id,
          .token = "caller",
          .address = "10.0.0.1",
          .method = "POST",
          .route = "/v1/predict",
          .model = "credit",
          .version = "3",
          .model_sha256 = "ab",
          .rows = 2,
          .status = 200,
          .milliseconds = 1.25,
          .form = AnswerForm{AnswerForm::Output::kTop1, 3},
          .outcome = "answered"};
}

std::string told;  // by the log that was opened last
void tell(const std::string& line) { told = line; }

void write_lines(const std::string& path, int count) {
  AuditLog log(path, tell);
  for (int i = 0; i < count; ++i) log.append(record("r"));
}

template <class Work>
std::string error_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string verify(const std::vector<std::string>& texts, std::optional<std::string> noted = {},
                   std::optional<std::string> after = {}) {
  return error_of([&] {
    AuditVerifier verifier(after, noted);
    for (size_t i = 0; i < texts.size(); ++i) {
      HeldBytes source(texts[i]);
      verifier.read(source, std::string(1, static_cast<char>('a' + i)));
    }
    verifier.finish();
  });
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line + "\n");
  return lines;
}

TEST_CASE("a decision is a line of JSON that holds its own hash and that of the line before") {
  const Folder folder;
  const std::string path = folder.file("log");
  {
    AuditLog log(path, tell);
    log.append(record("r-1"));
    RequestRecord refused = record("r-2");
    refused.form = {};
    refused.input = "age\n20\n";
    refused.explained = true;
    log.append(refused);
  }
  const auto lines = lines_of(text_of(path));
  REQUIRE(lines.size() == 2);
  const std::string body =
      R"({"sequence":1,"time":"2027-01-15T08:00:00.000123Z","request":"r-1","trace":"","token":"caller",)"
      R"("address":"10.0.0.1","method":"POST","route":"/v1/predict","model":"credit","version":"3","sha256":"ab",)"
      R"("rows":2,"status":200,"ms":1.250,"output":"top1","decimals":3,"explained":false,"outcome":"answered",)"
      R"("previous":"0000000000000000000000000000000000000000000000000000000000000000")";
  CHECK(lines[0] == body + R"(,"hash":")" + sha256_of(body) + "\"}\n");
  const auto second = parsed(lines[1]);
  CHECK(second["sequence"] == 2);
  CHECK(second["previous"] == sha256_of(body));
  CHECK(second["output"].is_null());
  CHECK(second["explained"] == true);
  CHECK(second["input"] == "age\n20\n");
  struct stat status = {};
  stat(path.c_str(), &status);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("text of others stays on its line and does nothing to a terminal") {
  const Folder folder;
  const std::string path = folder.file("log"),
                    evil = "a\n{\"x\":1}\r\x1b[31m\x7f\"\\\xC2\x9B\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\xA8\xF0\x9F\x99\x82";
  {
    AuditLog log(path, tell);
    RequestRecord entry = record(evil);
    entry.trace = "\xFF";
    entry.input = std::string_view("\x00\xFF", 2);
    log.append(entry);
  }
  const std::string text = text_of(path);
  REQUIRE(lines_of(text).size() == 1);
  CHECK(std::ranges::all_of(text.substr(0, text.size() - 1), [](char c) { return c >= 0x20 && c < 0x7F; }));
  const auto line = parsed(text);
  CHECK(line["request"] == evil);
  CHECK(line["trace"] == "\xEF\xBF\xBD");
  CHECK(line["input_base64"] == "AP8=");
  CHECK(verify({text}).empty());
}

TEST_CASE("a byte that is changed anywhere in a log is noticed, and so is one that is missing") {
  const Folder folder;
  write_lines(folder.file("log"), 3);
  const std::string text = text_of(folder.file("log"));
  CHECK(verify({text}).empty());
  size_t noticed = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    for (const int flip : {1, 0x20, 0x80}) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      noticed += !verify({changed}).empty();
    }
    noticed += !verify({text.substr(0, i) + text.substr(i + 1)}).empty();
  }
  CHECK(noticed == 4 * text.size());
}

TEST_CASE("the first line that does not follow is named") {
  const Folder folder;
  write_lines(folder.file("log"), 4);
  const auto line = lines_of(text_of(folder.file("log")));
  const std::string end = "; something was put in, left out or moved";
  CHECK(verify({line[0] + line[2] + line[3]}) ==
        "a:2: does not follow a:1: it is line 3 of its log, and that is line 1" + end);
  CHECK(verify({line[0] + line[1] + line[1]}) ==
        "a:3: does not follow a:2: it is line 2 of its log, and that is line 2" + end);
  CHECK(verify({line[0] + line[1], line[3]}) ==
        "b:1: does not follow a:2: it is line 4 of its log, and that is line 2" + end);
  std::string changed = line[1];
  changed.replace(changed.find("\"rows\":2"), 8, "\"rows\":9");
  CHECK(verify({line[0] + changed + line[2]}) == "a:2: is not as it was written: its hash is not that of its bytes");
  CHECK(verify({line[0] + "\n" + line[1]}) == "a:2: is not as it was written: its hash is not that of its bytes");
  CHECK(verify({line[0] + line[1].substr(0, 9)}) ==
        "a:2: is torn, as a line is whose writer was stopped; the next start of mdl serve records that");
  CHECK(verify({line[1]}) ==
        "a:1: is line 2 of its log; give the files with those before it, too, or the hash of line 1 with --after");

  const auto hash = [&](int i) { return parsed(line[static_cast<size_t>(i)])["hash"].get<std::string>(); };
  CHECK(verify({line[1], line[2] + line[3]}, hash(3), hash(0)).empty());
  CHECK(verify({line[2]}, {}, hash(0)) == "a:1: does not follow the hash of --after: " + hash(1) + " comes before it");
  CHECK(verify({line[0] + line[1] + line[2]}, hash(1)).empty());
  CHECK(verify({line[0] + line[1]}, hash(3)) ==
        "no line has the hash " + hash(3) + ": lines are missing at the end, or all was written anew");
  CHECK(verify({""}).empty());
  CHECK(!verify({""}, hash(0)).empty());
}

TEST_CASE("a log is continued by the next process, and over files that are renamed") {
  const Folder folder;
  const std::string path = folder.file("log"), old = folder.file("old");
  write_lines(path, 2);
  {
    AuditLog log(path, tell);
    log.append(record("r"));
    log.reopen();  // the same file
    log.append(record("r"));
    std::filesystem::rename(path, old);
    log.append(record("r"));
    log.reopen();
    log.append(record("r"));
    CHECK(error_of([&] { AuditLog second(path, tell); }) ==
          path + ": another process writes to it; give each mdl serve an audit log of its own");
  }
  write_lines(path, 1);
  CHECK(lines_of(text_of(old)).size() == 5);
  CHECK(lines_of(text_of(path)).size() == 2);
  CHECK(verify({text_of(old), text_of(path)}).empty());
  {
    AuditLog log(path, tell);
    std::filesystem::rename(path, folder.file("older"));
    std::ofstream(path) << "something\n";
    CHECK(error_of([&] { log.reopen(); }) == path + ": is another log; the one that was there goes on where it is now");
    log.append(record("r"));
  }
  CHECK(verify({text_of(old), text_of(folder.file("older"))}).empty());
}

TEST_CASE("a last line without end is recorded and told; one that was changed is refused") {
  const Folder folder;
  const std::string path = folder.file("log");
  for (const int whole : {0, 2}) {
    std::filesystem::remove(path);
    write_lines(path, whole);
    std::ofstream(path, std::ios::app) << "{\"sequence\":3,\"ti";
    write_lines(path, 1);
    CHECK(told == fmt::format("{}: its last line had no end, as the end of the machine or of mdl leaves it; line {} "
                              "records that",
                              path, whole + 1));
    const auto lines = lines_of(text_of(path));
    REQUIRE(lines.size() == static_cast<size_t>(whole) + 2);
    CHECK(parsed(lines[static_cast<size_t>(whole)])["torn"] == "{\"sequence\":3,\"ti");
    CHECK(verify({text_of(path)}).empty());
  }
  for (const char* end : {"x\n", "\n", "{}\n"}) {
    std::filesystem::remove(path);
    write_lines(path, 2);
    std::ofstream(path, std::ios::app) << end;
    CHECK(error_of([&] { AuditLog log(path, tell); }) ==
          path +
              ": its last line is not as it was written, so that nothing can follow it; see mdl audit-log verify, "
              "put the file aside and start a new one");
  }
  CHECK(error_of([&] { AuditLog log("/dev/null", tell); }) == "/dev/null: is no regular file, which an audit log is");
}

TEST_CASE("a line of a megabyte is found again") {
  const Folder folder;
  const std::string path = folder.file("log"), large(1 << 20, 'x');
  for (int i = 0; i < 2; ++i) {
    AuditLog log(path, tell);
    RequestRecord entry = record("r");
    entry.input = large;
    log.append(entry);
  }
  CHECK(verify({text_of(path)}).empty());
  AuditLog log(path, tell);
  RequestRecord entry = record("r");
  const std::string too_large(kLargestAuditLine, 'x');
  entry.input = too_large;
  CHECK(error_of([&] { log.append(entry); }) == path + ": a line of 16 MiB is more than it may hold");
}

TEST_CASE("a line that does not fit on the disk is told, and leaves the log as it was") {
  const Folder folder;
  const std::string path = folder.file("log");
  write_lines(path, 1);
  const std::string before = text_of(path);
  rlimit limit = {};
  getrlimit(RLIMIT_FSIZE, &limit);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  {
    AuditLog log(path, tell);
    for (const size_t room : {0, 10}) {
      const rlimit small{before.size() + room, limit.rlim_max};
      setrlimit(RLIMIT_FSIZE, &small);
      const std::string error = error_of([&] { log.append(record("r")); });
      setrlimit(RLIMIT_FSIZE, &limit);
      CHECK(error.starts_with(path + ": cannot be written: "));
      CHECK(text_of(path) == before);
    }
    log.append(record("r"));
  }
  std::signal(SIGXFSZ, handler);
  CHECK(lines_of(text_of(path)).size() == 2);
  CHECK(verify({text_of(path)}).empty());
}

TEST_CASE("several threads write whole lines of one chain") {
  const Folder folder;
  const std::string path = folder.file("log");
  {
    AuditLog log(path, tell);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 100; ++i) {
          log.append(record("r"));
          if (i % 25 == 0) log.reopen();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  CHECK(lines_of(text_of(path)).size() == 400);
  CHECK(verify({text_of(path)}).empty());
}

}  // namespace
}  // namespace mdl
