#include "io/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "base/compressor.h"
#include "base/error.h"
#include "base/files.h"
#include "io/names.h"
#include "io/protection.h"

namespace mdl {
namespace {

constexpr size_t kBlock = 1 << 18;

std::string reason() { return std::strerror(errno); }

bool encrypts(const std::string& path) {
  return !protection().recipients.empty() && (path != "-" || protection().of_standard_output);
}

std::vector<std::unique_ptr<ByteFilter>> filters_for(const std::string& path) {
  std::vector<std::unique_ptr<ByteFilter>> filters;
  const bool named_so = path.ends_with(kEncryptedEnding);
  if (auto compressor = compressor_for(named_so ? path.substr(0, path.size() - kEncryptedEnding.size()) : path))
    filters.push_back(std::move(compressor));
  if (encrypts(path)) {
    if (path == "-" && isatty(STDOUT_FILENO) == 1)
      fail("an encrypted file is binary and is not written to a terminal; name a file with --output");
    filters.push_back(encrypt_age(protection().recipients, /*armored=*/false));
  } else if (named_so) {
    fail("{}: is named as if it were encrypted; say for whom with --recipient age1..., or name it otherwise", path);
  }
  return filters;
}

/// The descriptor of this process that a path names: /dev/stdout, /dev/fd/3, a link to one.
std::optional<int> own_descriptor(std::filesystem::path path) {
  constexpr int kMostLinks = 40;
  std::error_code unknown;
  const std::filesystem::path own = std::filesystem::canonical("/proc/self/fd", unknown);
  for (int link = 0; link < kMostLinks && !unknown; ++link) {
    const std::filesystem::path folder = std::filesystem::canonical(path.has_parent_path() ? path.parent_path() : ".",
                                                                    unknown);
    if (unknown) break;
    if (folder == own) return static_cast<int>(std::strtol(path.filename().c_str(), nullptr, 10));
    path = folder / std::filesystem::read_symlink(path, unknown);
  }
  return {};
}

}  // namespace

OutputFile::OutputFile(std::string path) : OutputFile(path, filters_for(path)) {
  struct stat status = {};
  const bool is_file = replacement_ || (path != "-" && fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode));
  guarded_ = is_file && !encrypts(path);
}

OutputFile::OutputFile(std::string path, std::vector<std::unique_ptr<ByteFilter>> filters)
    : path_(std::move(path)), filters_(std::move(filters)) {
  if (path_ == "-") {
    descriptor_ = STDOUT_FILENO;
    path_ = "standard output";
    return;
  }
  struct stat status = {};
  const bool exists = stat(path_.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) fail("{}: is a folder; a file is expected", path_);
  const std::optional<int> own = exists ? own_descriptor(path_) : std::nullopt;
  if (own || (exists && !S_ISREG(status.st_mode))) {
    descriptor_ = own ? fcntl(*own, F_DUPFD_CLOEXEC, STDERR_FILENO + 1) : open_for_writing(path_);
    if (descriptor_ < 0) fail("{}: cannot be written: {}", path_, reason());
    return;
  }
  // A link is followed, so that what it points to is replaced and not the link.
  if (exists) {
    std::error_code unknown;
    const std::string target = std::filesystem::canonical(path_, unknown).string();
    if (unknown) fail("{}: cannot be written: {}", path_, unknown.message());
    path_ = target;
  }
  replacement_ = std::make_unique<Replacement>(AT_FDCWD, path_, path_,
                                               exists ? std::optional(status.st_mode & kPermissions) : std::nullopt);
}

OutputFile::~OutputFile() {
  if (descriptor_ > STDERR_FILENO) close(descriptor_);
}

void OutputFile::write(std::string_view bytes) { filter(0, bytes, /*last=*/false); }

/// Through the filters from there on.
void OutputFile::filter(size_t from, std::string_view bytes, bool last) {
  if (from == filters_.size()) return store(bytes);
  std::string out;
  filters_[from]->filter(bytes, last, out);
  filter(from + 1, out, last);
}

void OutputFile::store(std::string_view bytes) {
  if (guarded_) expect_clear_is_allowed(path_);
  if (!replacement_) return write_to_descriptor(descriptor_, bytes, path_);
  buffer_ += bytes;
  if (buffer_.size() >= kBlock) {
    write_to_descriptor(replacement_->descriptor(), buffer_, path_);
    buffer_.clear();
  }
}

void OutputFile::commit() {
  filter(0, {}, /*last=*/true);
  if (replacement_) {
    write_to_descriptor(replacement_->descriptor(), buffer_, path_);
    replacement_->commit();
  } else if (descriptor_ > STDERR_FILENO) {
    if (close(std::exchange(descriptor_, -1)) != 0) fail("{}: cannot be written: {}", path_, reason());
  }
}

void copy(ByteSource& source, std::vector<std::unique_ptr<ByteFilter>> filters, const std::string& path) {
  OutputFile file(path, std::move(filters));
  std::vector<char> block(kBlock);
  while (const size_t got = source.read(block.data(), block.size())) file.write({block.data(), got});
  file.commit();
}

void write_private_file(const std::string& path, std::string_view bytes) {
  Replacement file(AT_FDCWD, path, path, S_IRUSR | S_IWUSR);
  write_to_descriptor(file.descriptor(), bytes, path);
  file.commit();
}

void write_file(const std::string& path, std::string_view bytes) {
  OutputFile file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace mdl
