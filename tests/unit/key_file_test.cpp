#include "crypto/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/error.h"
#include "catch.h"

using namespace mdl;

namespace {

/// A folder of the test's own.
struct KeyFolder {
  KeyFolder() {
    char name[] = "/tmp/mdl-key-file-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    path = name;
  }
  ~KeyFolder() { std::filesystem::remove_all(path); }

  std::string add(const std::string& name, const std::string& bytes, mode_t mode) const {
    const std::string file = path + "/" + name;
    std::ofstream(file, std::ios::binary) << bytes;
    REQUIRE(chmod(file.c_str(), mode) == 0);
    return file;
  }

  std::string path;
};

std::string error_of(const std::string& path) {
  try {
    read_key_file(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("a key file is read whole, through a link too") {
  const KeyFolder folder;
  const std::string file = folder.add("key", "a secret\n", 0600);
  CHECK(read_key_file(file).view() == "a secret\n");
  std::filesystem::create_symlink(file, folder.path + "/link");
  CHECK(read_key_file(folder.path + "/link").view() == "a secret\n");
  CHECK(read_key_file(folder.add("empty", "", 0400)).empty());
  CHECK(read_key_file(folder.add("largest", std::string(65536, 'k'), 0600)).size() == 65536);
}

TEST_CASE("a key file that others may read or change is refused") {
  const KeyFolder folder;
  const auto [mode, text] =
      GENERATE(table<mode_t, std::string>({{0640, "0640"}, {0604, "0604"}, {0620, "0620"}, {0644, "0644"}}));
  std::filesystem::create_symlink(folder.add("key", "a secret\n", mode), folder.path + "/link");
  const std::string link = folder.path + "/link";
  CHECK(error_of(link) ==
        link + ": others than its owner may read or change this key file (mode " + text + "); chmod 600 " + link);
}

TEST_CASE("a key file of root's may be read by its group, which a service is in") {
  if (geteuid() != 0) return;
  const KeyFolder folder;
  const std::string shared = folder.add("shared", "a secret\n", 0440), open = folder.add("open", "a secret\n", 0444);
  REQUIRE(chmod(folder.path.c_str(), 0755) == 0);
  for (const std::string& path : {shared, open}) REQUIRE(chown(path.c_str(), 0, 65534) == 0);
  REQUIRE(setegid(65534) == 0);
  REQUIRE(seteuid(65534) == 0);
  const std::string told = error_of(shared), refused = error_of(open);
  REQUIRE(seteuid(0) == 0);
  REQUIRE(setegid(0) == 0);
  CHECK(told == "none");
  CHECK(refused == open + ": others than its owner may read or change this key file (mode 0444); chmod 600 " + open);
}

TEST_CASE("what is no key file is refused") {
  const KeyFolder folder;
  CHECK(error_of(folder.path) == folder.path + ": is a folder; a key file is expected");
  CHECK(error_of("/dev/zero") == "/dev/zero: is a device; a key file is expected");
  const std::string large = folder.add("large", std::string(65537, 'k'), 0600);
  CHECK(error_of(large) == large + ": is larger than 64 KiB, which no key file is");
  CHECK(error_of(folder.path + "/none") == folder.path + "/none: cannot be opened: No such file or directory");
}

TEST_CASE("a key comes through a FIFO whose writer comes later, and an endless one is refused") {
  const KeyFolder folder;
  const std::string fifo = folder.path + "/fifo";
  REQUIRE(mkfifo(fifo.c_str(), 0644) == 0);
  const auto write_times = [&](int times) {
    return std::thread([&fifo, times] {
      const int to = open(fifo.c_str(), O_WRONLY);
      for (int i = 0; i < times && write(to, "0123456789abcdef", 16) == 16; ++i) {
      }
      close(to);
    });
  };
  std::thread writer = write_times(2);
  CHECK(read_key_file(fifo).view() == "0123456789abcdef0123456789abcdef");
  writer.join();
  const auto before = signal(SIGPIPE, SIG_IGN);
  writer = write_times(1 << 20);
  CHECK(error_of(fifo) == fifo + ": is larger than 64 KiB, which no key file is");
  writer.join();
  signal(SIGPIPE, before);
}

TEST_CASE("a key comes through a descriptor, which stays open") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  REQUIRE(write(ends[1], "a secret", 8) == 8);
  close(ends[1]);
  CHECK(read_key_descriptor(ends[0], "descriptor 3").view() == "a secret");
  CHECK(close(ends[0]) == 0);
  CHECK_THROWS_AS(read_key_descriptor(-1, "descriptor 9"), Error);
}

TEST_CASE("a secret is moved and not copied") {
  Secret one(std::string_view("first"));
  Secret two(size_t{3});
  CHECK(two.view() == std::string_view("\0\0\0", 3));
  two = std::move(one);
  CHECK(two.view() == "first");
  CHECK(one.empty());
  CHECK(Secret().view().empty());
}
