#include "io/signed_files.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "crypto/sha256.h"
#include "io/input.h"
#include "io/names.h"
#include "io/protection.h"

namespace mdl {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLargestPublicKey = 64 << 10;
constexpr const char* kGitFiles[] = {".git", ".gitattributes", ".github", ".gitignore"};

std::string name_of(const fs::path& path) {
  std::error_code unknown;
  const fs::path whole = fs::canonical(path, unknown);
  return (unknown ? path : whole).filename().string();
}

bool is_folder(const std::string& path) {
  std::error_code unknown;
  return fs::is_directory(path, unknown);
}

/// The path in the folder where the file is, or is to be; empty where it is outside.
std::string path_inside(const std::string& folder, const std::string& file) {
  std::error_code unknown;
  const std::string inside = fs::weakly_canonical(file, unknown).lexically_relative(fs::canonical(folder, unknown));
  return inside == "." || inside.starts_with("..") ? "" : inside;
}

/// The names of all files in the folder that are not ignored.
std::set<std::string> files_in(const std::string& folder, const std::vector<std::string>& ignored) {
  std::set<std::string> names;
  std::error_code problem;
  fs::recursive_directory_iterator entry(folder, problem);
  for (; !problem && entry != fs::recursive_directory_iterator(); entry.increment(problem)) {
    const std::string name = entry->path().lexically_relative(folder).string();
    const fs::file_status status = entry->symlink_status(problem);
    if (problem) break;
    if (std::ranges::find(ignored, name) != ignored.end()) {
      entry.disable_recursion_pending();
    } else if (fs::is_regular_file(status)) {
      names.insert(name);
    } else if (!fs::is_directory(status)) {
      fail("{}: is {}; only files can be signed", entry->path().string(),
           fs::is_symlink(status) ? "a symbolic link" : "not a file");
    }
  }
  if (problem) fail("{}: cannot be read: {}", folder, problem.message());
  return names;
}

std::vector<std::string> ignored_in(const std::string& folder, const std::string& signature) {
  std::vector<std::string> ignored(std::begin(kGitFiles), std::end(kGitFiles));
  if (const std::string inside = path_inside(folder, signature); !inside.empty()) ignored.push_back(inside);
  std::ranges::sort(ignored);
  return ignored;
}

std::string read_stored(const std::string& path, size_t limit) {
  return read_all(*open_stored(path), input_name(path), limit);
}

std::string sha256_of_file(const std::string& path) { return sha256_of(*open_stored(path)); }

void expect_file_as_signed(const std::string& path, const std::string& sha256, const std::string& signature,
                           const ModelManifest& manifest) {
  if (!manifest.of_file()) fail("{}: is a file, and {} is about a folder", path, signature);
  if (sha256 != manifest.resources[0].sha256)
    fail("{}: is not what was signed; {} is about other bytes", path, signature);
}

}  // namespace

PublicKey read_public_key(const std::string& path) { return {read_stored(path, kLargestPublicKey), input_name(path)}; }

std::string signature_path_of(const std::string& path) {
  return is_folder(path) ? path + "/model.sig" : signature_name(path);
}

ModelManifest manifest_of(const std::string& path, const std::string& signature) {
  ModelManifest manifest{.model = name_of(path)};
  if (!is_folder(path)) {
    manifest.resources.push_back({".", sha256_of_file(path)});
    return manifest;
  }
  manifest.ignored = ignored_in(path, signature);
  for (const std::string& name : files_in(path, manifest.ignored))
    manifest.resources.push_back({name, sha256_of_file(path + "/" + name)});
  if (manifest.resources.empty()) fail("{}: holds no file to sign", path);
  return manifest;
}

ModelManifest manifest_of_file(const std::string& path, const std::string& sha256) {
  return {.model = fs::path(path).filename().string(), .resources = {{".", sha256}}};
}

ModelManifest read_signature(const std::string& signature, std::span<const PublicKey> keys) {
  if (!is_there(signature)) fail("{}: there is no such signature; mdl sign makes one", signature);
  return verified_manifest(read_stored(signature, kLargestSignature), signature, keys);
}

void expect_as_signed(const std::string& path, const std::string& signature, const ModelManifest& signed_manifest) {
  if (!is_folder(path)) return expect_file_as_signed(path, sha256_of_file(path), signature, signed_manifest);
  if (signed_manifest.of_file()) fail("{}: is a folder, and {} is about a file", path, signature);
  std::vector<std::string> ignored = ignored_in(path, signature);
  ignored.insert(ignored.end(), signed_manifest.ignored.begin(), signed_manifest.ignored.end());
  std::set<std::string> files = files_in(path, ignored);
  std::vector<std::string> changed, missing, added;
  for (const SignedResource& resource : signed_manifest.resources) {
    if (files.erase(resource.name) == 0) {
      missing.push_back(quote(resource.name));
    } else if (sha256_of_file(path + "/" + resource.name) != resource.sha256) {
      changed.push_back(quote(resource.name));
    }
  }
  for (const std::string& name : files) added.push_back(quote(name));
  std::vector<std::string> differences;
  if (!changed.empty()) differences.push_back("changed: " + join_names(changed));
  if (!missing.empty()) differences.push_back("missing: " + join_names(missing));
  if (!added.empty()) differences.push_back("not signed: " + join_names(added));
  if (!differences.empty()) fail("{}: is not what was signed; {}", path, fmt::join(differences, "; "));
}

void verify_trusted(std::string_view bytes, const std::string& path, std::span<const PublicKey> trust) {
  const std::string signature = signature_name(path);
  if (path == "-") fail("{}: has no signature beside it; give the file's name", input_name(path));
  if (!is_there(signature))
    fail("{}: is not signed: there is no {}, and only signed models are trusted; mdl sign {} --key FILE signs it", path,
         signature, path);
  expect_file_as_signed(path, sha256_of(bytes), signature, read_signature(signature, trust));
}

namespace {

class OwnedBytes final : public ByteSource {
 public:
  explicit OwnedBytes(std::string bytes) : bytes_(std::move(bytes)), rest_(bytes_) {}

  size_t read(char* to, size_t size) override { return rest_.read(to, size); }
  bool would_wait() override { return false; }

 private:
  std::string bytes_;
  HeldBytes rest_;
};

}  // namespace

std::unique_ptr<ByteSource> open_trusted(const std::string& path, size_t limit, Sha256* stored) {
  if (protection().trust.empty()) return open_input(path, stored);
  std::string bytes = read_all(*open_stored(path), input_name(path), limit);
  if (stored != nullptr) stored->add(bytes);
  verify_trusted(bytes, path, protection().trust);
  return unpack(std::make_unique<OwnedBytes>(std::move(bytes)), input_name(path));
}

std::string read_trusted(const std::string& path, size_t limit) {
  return read_all(*open_trusted(path, limit), input_name(path), limit);
}

}  // namespace mdl
