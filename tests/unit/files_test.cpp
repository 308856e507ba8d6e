#include "base/files.h"
#include "base/byte_source.h"
#include "io/input.h"
#include "io/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <csignal>
#include <filesystem>

#include "base/error.h"
#include "catch.h"
#include "table/magic.h"

using namespace mdl;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() {
    std::string path = (fs::temp_directory_path() / "mdl-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  ~Folder() { fs::remove_all(path_); }

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  size_t files() const { return static_cast<size_t>(std::distance(fs::directory_iterator(path_), {})); }

 private:
  std::string path_;
};

std::string gzip(std::string text) {
  z_stream stream = {};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::string read_all(const std::string& path, size_t chunk = 1000) {
  const auto source = open_input(path);
  std::string out, block(chunk, '\0');
  while (const size_t got = source->read(block.data(), chunk)) out.append(block, 0, got);
  return out;
}

std::string error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

std::string long_text() {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i * 7919 % 100'003) + "\n";
  return text;
}

constexpr size_t kPlenty = 1 << 30;

}  // namespace

TEST_CASE("a file is read as it is") {
  const Folder folder;
  write_file(folder / "x", "a,b\n1,2\n");
  CHECK(read_all(folder / "x") == "a,b\n1,2\n");
  CHECK(read_all(folder / "x", 1) == "a,b\n1,2\n");
  write_file(folder / "empty", "");
  CHECK(read_all(folder / "empty") == "");
  write_file(folder / "short", "(");
  CHECK(read_all(folder / "short") == "(");
}

TEST_CASE("gzip and zstd are unpacked, whatever the file is called") {
  const Folder folder;
  const std::string text = long_text();
  for (const std::string& packed : {gzip(text), zstd(text)}) {
    write_file(folder / "x.csv", packed);
    CHECK((read_all(folder / "x.csv") == text));
    CHECK((read_all(folder / "x.csv", 1 << 20) == text));
  }
  write_file(folder / "nothing", gzip(""));
  CHECK(read_all(folder / "nothing") == "");
  write_file(folder / "nothing", zstd(""));
  CHECK(read_all(folder / "nothing") == "");
}

TEST_CASE("several gzip members or zstd frames are read as one text") {
  const Folder folder;
  write_file(folder / "x", gzip("a,b\n") + gzip("") + gzip("1,2\n"));
  CHECK(read_all(folder / "x") == "a,b\n1,2\n");
  CHECK(read_all(folder / "x", 1) == "a,b\n1,2\n");
  write_file(folder / "x", zstd("a,b\n") + zstd("") + zstd("1,2\n"));
  CHECK(read_all(folder / "x") == "a,b\n1,2\n");
  CHECK(read_all(folder / "x", 1) == "a,b\n1,2\n");
}

TEST_CASE("compressed data that is cut off is an error, wherever the cut is") {
  const Folder folder;
  const std::string path = folder / "x";
  for (const std::string& packed : {gzip("a,b\n1,2\n"), gzip("a,b\n") + gzip("1,2\n")}) {
    for (size_t size = 4; size < packed.size(); ++size) {
      if (size == gzip("a,b\n").size() && packed.size() > gzip("a,b\n1,2\n").size()) continue;  // between the members
      write_file(path, packed.substr(0, size));
      CHECK(error_of([&] { read_all(path); }) == path + ": the gzip data ends too early; the file is truncated");
    }
  }
  const std::string packed = zstd("a,b\n1,2\n");
  for (size_t size = 4; size < packed.size(); ++size) {
    write_file(path, packed.substr(0, size));
    CHECK(error_of([&] { read_all(path); }) == path + ": the zstd data ends too early; the file is truncated");
  }
}

TEST_CASE("damaged compressed data is an error") {
  const Folder folder;
  const std::string path = folder / "x";
  std::string packed = gzip(long_text());
  packed[packed.size() - 6] ^= 1;  // in the checksum
  write_file(path, packed);
  CHECK(error_of([&] { read_all(path); }) == path + ": the gzip data is damaged: incorrect data check");
  write_file(path, gzip("a\n") + "no gzip");
  CHECK(error_of([&] { read_all(path); }) == path + ": the gzip data is damaged: incorrect header check");
  write_file(path, zstd("a\n") + "no zstd");
  CHECK(error_of([&] { read_all(path); }) == path + ": the zstd data is damaged: Unknown frame descriptor");
}

TEST_CASE("what cannot be read is an error that names it") {
  const Folder folder;
  const std::string missing = folder / "missing", place = folder / "place";
  fs::create_directory(place);
  CHECK(error_of([&] { open_input(missing); }) == missing + ": cannot be opened: No such file or directory");
  CHECK(error_of([&] { open_input(place); }) == place + ": is a folder; a file is expected");
  CHECK(error_of([&] { read_file(missing, kPlenty); }) == missing + ": cannot be opened: No such file or directory");
  CHECK(error_of([&] { read_file(place, kPlenty); }) == place + ": is a folder; a file is expected");
}

TEST_CASE("a file over the limit is not read") {
  const Folder folder;
  const std::string path = folder / "x";
  write_file(path, "12345");
  CHECK(read_file(path, 5) == "12345");
  CHECK(error_of([&] { read_file(path, 4); }) == path + ": is larger than 4 bytes");
  write_file(path, gzip("a"));
  CHECK(read_file(path, kPlenty) == "a");
  CHECK(error_of([&] { read_file(path, 0); }) == path + ": is larger than 0 bytes");
}

TEST_CASE("an empty pipe would wait, one with bytes or without a writer would not") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  REQUIRE(write(ends[1], "a,b\n", 4) == 4);
  const auto source = open_input("/dev/fd/" + std::to_string(ends[0]));
  char block[100];
  CHECK_FALSE(source->would_wait());
  CHECK(source->read(block, sizeof block) == 4);
  CHECK(source->would_wait());
  REQUIRE(write(ends[1], "1,2\n", 4) == 4);
  CHECK_FALSE(source->would_wait());
  CHECK(source->read(block, sizeof block) == 4);
  close(ends[1]);
  CHECK_FALSE(source->would_wait());
  CHECK(source->read(block, sizeof block) == 0);
  close(ends[0]);
}

TEST_CASE("no more of a stream is waited for than tells what it is") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const auto write_all = [&](std::string_view text) {
    REQUIRE(write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  };
  const auto peek = [&] {
    return PeekedSource(open_stored("/dev/fd/" + std::to_string(ends[0])), {kParquetMagic, kArrowFileMagic});
  };
  char block[100];
  write_all("PA\n");
  PeekedSource text = peek();
  CHECK_FALSE(text.starts_with(kParquetMagic));
  CHECK_FALSE(text.empty());
  CHECK(text.read(block, sizeof block) == 3);
  CHECK(text.would_wait());
  write_all("ARROW1..");
  CHECK(peek().starts_with(kArrowFileMagic));
  write_all("ARR");
  close(ends[1]);
  PeekedSource cut = peek();
  CHECK_FALSE(cut.starts_with(kArrowFileMagic));
  CHECK(cut.read(block, 2) == 2);
  CHECK(cut.read(block, sizeof block) == 1);
  CHECK(cut.read(block, sizeof block) == 0);
  CHECK(peek().empty());
  close(ends[0]);
}

TEST_CASE("standard input is called by its name") {
  CHECK(input_name("-") == "standard input");
  CHECK(input_name("data/x.csv") == "data/x.csv");
}

TEST_CASE("an output that is not committed leaves the old file and nothing else") {
  const Folder folder;
  write_file(folder / "x", "old");
  {
    OutputFile file(folder / "x");
    file.write(std::string(1 << 20, 'n'));
    CHECK(folder.files() <= 2);  // not every file system knows files without a name
    CHECK(read_file(folder / "x", kPlenty) == "old");
  }
  CHECK(read_file(folder / "x", kPlenty) == "old");
  CHECK(folder.files() == 1);
  { OutputFile(folder / "y").write("new"); }
  CHECK(folder.files() == 1);
}

TEST_CASE("a committed output replaces the file whole") {
  const Folder folder;
  write_file(folder / "x", "something longer");
  OutputFile file(folder / "x");
  file.write("new");
  CHECK(read_file(folder / "x", kPlenty) == "something longer");
  file.commit();
  CHECK(read_file(folder / "x", kPlenty) == "new");
  CHECK(folder.files() == 1);
}

TEST_CASE("a replaced file keeps its permissions, a new one has the usual ones") {
  const Folder folder;
  write_file(folder / "x", "1");
  struct stat status = {};
  REQUIRE(stat((folder / "x").c_str(), &status) == 0);
  const mode_t mask = umask(0);
  umask(mask);
  CHECK((status.st_mode & 0777) == (0666 & ~mask));
  REQUIRE(chmod((folder / "x").c_str(), 0640) == 0);
  write_file(folder / "x", "2");
  REQUIRE(stat((folder / "x").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0640);
}

TEST_CASE("what a link points to is replaced, not the link") {
  const Folder folder;
  write_file(folder / "target", "old");
  fs::create_symlink("target", folder / "link");
  write_file(folder / "link", "new");
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(read_file(folder / "target", kPlenty) == "new");
}

TEST_CASE("what cannot be written is an error that names it") {
  const Folder folder;
  const std::string place = folder / "place", nowhere = folder / "nowhere/x";
  fs::create_directory(place);
  CHECK(error_of([&] { write_file(place, "x"); }) == place + ": is a folder; a file is expected");
  CHECK(error_of([&] { write_file(nowhere, "x"); }) == nowhere + ": cannot be written: No such file or directory");
  CHECK(error_of([&] { write_file("/dev/full", "x"); }) == "/dev/full: cannot be written: No space left on device");
}

TEST_CASE("a device is written directly") {
  write_file("/dev/null", "x");
  CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("a reader that goes away is not an error but a closed pipe") {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  OutputFile file("/dev/fd/" + std::to_string(ends[1]));
  file.write("read by nobody");
  close(ends[0]);
  CHECK_THROWS_AS(file.write("x"), ClosedPipe);
  close(ends[1]);
  std::signal(SIGPIPE, before);
}

TEST_CASE("folders are made with their parents") {
  const Folder folder;
  make_folders(folder / "a/b/c");
  CHECK(fs::is_directory(folder / "a/b/c"));
  make_folders(folder / "a/b/c");
  write_file(folder / "file", "");
  const std::string under = folder / "file/x";
  CHECK(error_of([&] { make_folders(under); }) == under + ": cannot be created: Not a directory");
}
