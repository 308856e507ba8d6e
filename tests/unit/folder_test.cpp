#include "base/folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "base/replacement.h"
#include "catch.h"
#include "io/input.h"
#include "io/output.h"

using namespace mdl;
namespace fs = std::filesystem;

namespace {

/// An empty folder that is removed in the end.
class Place {
 public:
  Place() {
    std::string path = (fs::temp_directory_path() / "mdl-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  ~Place() { fs::remove_all(path_); }

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  size_t files() const { return static_cast<size_t>(std::distance(fs::directory_iterator(path_), {})); }

 private:
  std::string path_;
};

/// Its message, with the folder's path taken for "HERE".
std::string error_of(const Place& place, const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    std::string text = error.what();
    return text.replace(text.find(place.path()), place.path().size(), "HERE");
  }
  return "none";
}

mode_t mode_of(const std::string& path) {
  struct stat status = {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("an open folder's files are written and read in it, even when its path has become another's") {
  const Place place;
  fs::create_directory(place / "run");
  const Folder folder(place / "run");
  CHECK(folder.find("a") == Folder::Entry::kNothing);
  folder.write("a", "old");
  folder.write("a", "new");
  fs::rename(place / "run", place / "moved");
  fs::create_directory(place / "run");
  folder.write("b", "there");
  CHECK(folder.find("b") == Folder::Entry::kFile);
  CHECK(folder.read("a") == "new");
  CHECK(folder.read_start("a", 2) == "ne");
  CHECK(read_file(place / "moved/b", 100) == "there");
  CHECK(fs::is_empty(place / "run"));
  CHECK(std::distance(fs::directory_iterator(place / "moved"), {}) == 2);
}

TEST_CASE("an open folder is not left through a link") {
  const Place place;
  fs::create_directory(place / "run");
  write_file(place / "precious", "mine");
  fs::create_symlink("../precious", place / "run/link");
  fs::create_symlink("../nowhere", place / "run/dangling");
  fs::create_directory(place / "run/folder");
  REQUIRE(mkfifo((place / "run/pipe").c_str(), 0600) == 0);
  const Folder folder(place / "run");
  for (const char* name : {"link", "dangling", "folder", "pipe"}) CHECK(folder.find(name) == Folder::Entry::kOther);
  CHECK(error_of(place, [&] { folder.write("link", "x"); }) == "HERE/run/link: is a link, which is not replaced");
  CHECK(error_of(place, [&] { folder.write("dangling", "x"); }) ==
        "HERE/run/dangling: is a link, which is not replaced");
  CHECK(error_of(place, [&] { folder.write("pipe", "x"); }) == "HERE/run/pipe: is no file, which is not replaced");
  CHECK(error_of(place, [&] { folder.read("link"); }) == "HERE/run/link: is a link; a file is expected");
  CHECK(error_of(place, [&] { folder.read("pipe"); }) == "HERE/run/pipe: is no file");
  CHECK(error_of(place, [&] { folder.read("nothing"); }) ==
        "HERE/run/nothing: cannot be opened: No such file or directory");
  CHECK(read_file(place / "precious", 100) == "mine");
  CHECK_FALSE(fs::exists(place / "nowhere"));
}

TEST_CASE("a folder is locked by one at a time") {
  const Place place;
  Folder first(place.path());
  first.lock();
  {
    Folder second(place.path());
    CHECK(error_of(place, [&] { second.lock(); }) ==
          "HERE: is in use by another run; choose another folder with --output");
  }
  CHECK_THROWS_AS(Folder(place / "nowhere"), Error);
}

TEST_CASE("what a killed program has left is removed, and nothing that only looks like it") {
  const Place place;
  for (const char* name : {"a.bin", "a.bin.mdl-ab3xy1", "b.bin.mdl-000000", "a.bin.backup", "a.bin.mdl-ab3xy",
                           "a.bin.mdl-ab3xy11", "a.bin.mdl-aB3xy1", "c.bin.mdl-ab3xy1", "xa.bin.mdl-ab3xy1"}) {
    write_file(place / name, "");
  }
  fs::create_directory(place / "a.bin.mdl-folder");
  fs::create_symlink("c.bin.mdl-ab3xy1", place / "a.bin.mdl-linked");
  Folder(place.path()).remove_temporaries_of({"a.bin", "b.bin"});
  CHECK(place.files() == 9);
  CHECK_FALSE(fs::exists(place / "a.bin.mdl-ab3xy1"));
  CHECK_FALSE(fs::exists(place / "b.bin.mdl-000000"));
}

TEST_CASE("a replacement that is given up leaves nothing, and none is seen before it is there") {
  const Place place;
  for (const std::string& name : {std::string("short"), std::string(255, 'l')}) {
    CAPTURE(name);
    {
      Replacement file(AT_FDCWD, place / name, name, std::nullopt);
      REQUIRE(write(file.descriptor(), "x", 1) == 1);
    }
    CHECK(place.files() == 0);
    Replacement file(AT_FDCWD, place / name, name, std::nullopt);
    REQUIRE(write(file.descriptor(), "whole", 5) == 5);
    file.commit();
    CHECK(read_file(place / name, 100) == "whole");
    CHECK(place.files() == 1);
    fs::remove(place / name);
  }
  CHECK_THROWS_WITH(Replacement(AT_FDCWD, place / "no/file", "it", std::nullopt),
                    "it: cannot be written: No such file or directory");
}

TEST_CASE(
    "a new file has the permissions that the mask leaves, a replaced one its own, but for acting as another user") {
  const Place place;
  const mode_t mask = umask(027);
  write_file(place / "new", "x");
  umask(mask);
  CHECK(mode_of(place / "new") == 0640);
  REQUIRE(chmod((place / "new").c_str(), 06755) == 0);
  write_file(place / "new", "y");
  CHECK(mode_of(place / "new") == 0755);
}
