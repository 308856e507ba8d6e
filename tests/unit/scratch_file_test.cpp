#include "io/scratch_file.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "catch.h"
#include "table_files.h"

using namespace mdl;

namespace {

/// What lies in this process's open file of the folder, which has no name there.
std::string stored_in(const std::string& folder) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (!std::filesystem::read_symlink(entry, gone).string().starts_with(folder)) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  return "";
}

}  // namespace

TEST_CASE("a cache gives back what was written, from any place on, and nobody else reads it") {
  const TableFiles files;
  const std::string folder = std::filesystem::path(files / "x").parent_path();
  ScratchFile cache(files / "not/there/yet");
  CHECK(cache.folder() == folder);
  std::string bytes(3'000'000, 'a');
  bytes.replace(2'000'001, 6, "canary");
  const uint64_t first = cache.reserve(17), second = cache.reserve(bytes.size());
  cache.write(second, bytes);
  cache.write(first, "seventeen letters");
  std::string back(bytes.size(), '\0');
  cache.read(second, back.data(), back.size());
  CHECK(back == bytes);
  cache.read(second + 2'000'001, back.data(), 6);
  CHECK(back.substr(0, 6) == "canary");
  cache.read(3, back.data(), 9);
  CHECK(back.substr(0, 9) == "enteen le");

  const std::string stored = stored_in(folder);
  CHECK(stored.size() == bytes.size() + 17);
  CHECK(stored.find("canary") == std::string::npos);
  CHECK(stored.find("aaaa") == std::string::npos);
  CHECK(std::filesystem::is_empty(folder));
  cache.release(second, bytes.size());
  cache.read(first, back.data(), 17);
  CHECK(back.substr(0, 17) == "seventeen letters");
}
