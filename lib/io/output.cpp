#include "io/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "base/compressor.h"
#include "base/error.h"
#include "base/files.h"

namespace mdl {
namespace {

constexpr size_t kBlock = 1 << 18;

std::string reason() { return std::strerror(errno); }

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
  if (auto compressor = compressor_for(path_)) filters_.push_back(std::move(compressor));
  if (path_ == "-") {
    descriptor_ = STDOUT_FILENO;
    path_ = "standard output";
    return;
  }
  struct stat status = {};
  const bool exists = stat(path_.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) fail("{}: is a folder; a file is expected", path_);
  if (exists && !S_ISREG(status.st_mode)) {
    descriptor_ = open_for_writing(path_);
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

void write_file(const std::string& path, std::string_view bytes) {
  OutputFile file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace mdl
