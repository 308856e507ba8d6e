#include "base/files.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/signals.h"

namespace mdl {
namespace {

constexpr size_t kBlock = 1 << 18;

std::string reason() { return std::strerror(errno); }

class Descriptor final : public ByteSource {
 public:
  Descriptor(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  ~Descriptor() override {
    if (descriptor_ > STDERR_FILENO) close(descriptor_);
  }

  size_t read(char* to, size_t size) override {
    for (;;) {
      if (stop_signal() != 0) throw Interrupted(name_);
      const ssize_t got = ::read(descriptor_, to, size);
      if (got >= 0) return static_cast<size_t>(got);
      if (errno != EINTR) fail("{}: cannot be read: {}", name_, reason());
    }
  }

  bool would_wait() override {
    pollfd waiting{descriptor_, POLLIN, 0};
    return poll(&waiting, 1, 0) == 0;
  }

 private:
  int descriptor_;
  std::string name_;
};

class Gzip final : public ByteSource {
 public:
  Gzip(std::unique_ptr<ByteSource> packed, std::string name)
      : packed_(std::move(packed)), name_(std::move(name)), input_(kBlock) {
    if (inflateInit2(&stream_, 15 + 16) != Z_OK) throw std::bad_alloc();
  }
  ~Gzip() override { inflateEnd(&stream_); }

  size_t read(char* to, size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(std::min<size_t>(size, 1 << 30));
    const uInt wanted = stream_.avail_out;
    while (stream_.avail_out == wanted) {
      if (stream_.avail_in == 0) {
        stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
        stream_.avail_in = static_cast<uInt>(packed_->read(input_.data(), input_.size()));
        if (stream_.avail_in == 0) {
          if (!between_members_) fail("{}: the gzip data ends too early; the file is truncated", name_);
          return 0;
        }
      }
      if (between_members_) {
        inflateReset(&stream_);
        between_members_ = false;
      }
      const int state = inflate(&stream_, Z_NO_FLUSH);
      if (state == Z_STREAM_END) {
        between_members_ = true;
      } else if (state != Z_OK && state != Z_BUF_ERROR) {
        fail("{}: the gzip data is damaged: {}", name_, stream_.msg != nullptr ? stream_.msg : "no reason given");
      }
    }
    return wanted - stream_.avail_out;
  }

  bool would_wait() override { return stream_.avail_in == 0 && packed_->would_wait(); }

 private:
  std::unique_ptr<ByteSource> packed_;
  std::string name_;
  std::vector<char> input_;
  z_stream stream_{};
  bool between_members_ = false;
};

class Zstd final : public ByteSource {
 public:
  Zstd(std::unique_ptr<ByteSource> packed, std::string name)
      : packed_(std::move(packed)), name_(std::move(name)), input_(kBlock) {
    if (stream_ == nullptr) throw std::bad_alloc();
  }
  ~Zstd() override { ZSTD_freeDStream(stream_); }

  size_t read(char* to, size_t size) override {
    ZSTD_outBuffer out{to, size, 0};
    while (out.pos == 0) {
      if (in_.pos == in_.size && !more_held_back_) {
        in_ = {input_.data(), packed_->read(input_.data(), input_.size()), 0};
        if (in_.size == 0) {
          if (!between_frames_) fail("{}: the zstd data ends too early; the file is truncated", name_);
          return 0;
        }
      }
      const size_t state = ZSTD_decompressStream(stream_, &out, &in_);
      if (ZSTD_isError(state)) fail("{}: the zstd data is damaged: {}", name_, ZSTD_getErrorName(state));
      between_frames_ = state == 0;
      more_held_back_ = !between_frames_ && out.pos == out.size;
    }
    return out.pos;
  }

  bool would_wait() override { return in_.pos == in_.size && !more_held_back_ && packed_->would_wait(); }

 private:
  std::unique_ptr<ByteSource> packed_;
  std::string name_;
  std::vector<char> input_;
  ZSTD_DStream* stream_ = ZSTD_createDStream();
  ZSTD_inBuffer in_{nullptr, 0, 0};
  bool between_frames_ = false;
  bool more_held_back_ = false;
};

/// open(), which waits at a FIFO for its other side. Throws Interrupted.
int open_waiting(const std::string& path, int flags) {
  for (;;) {
    const int descriptor = open(path.c_str(), flags | O_CLOEXEC);
    if (descriptor >= 0 || errno != EINTR) return descriptor;
    if (stop_signal() != 0) throw Interrupted(path);
  }
}

std::unique_ptr<ByteSource> open_descriptor(const std::string& path) {
  if (path == "-") return std::make_unique<Descriptor>(STDIN_FILENO, input_name(path));
  const int descriptor = open_waiting(path, O_RDONLY);
  if (descriptor < 0) fail("{}: cannot be opened: {}", path, reason());
  auto source = std::make_unique<Descriptor>(descriptor, path);
  struct stat status = {};
  if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) fail("{}: is a folder; a file is expected", path);
  return source;
}

}  // namespace

std::string input_name(const std::string& path) { return path == "-" ? "standard input" : path; }

PeekedSource::PeekedSource(std::unique_ptr<ByteSource> rest, std::initializer_list<std::string_view> magics)
    : rest_(std::move(rest)) {
  const auto unfinished = [&](std::string_view magic) { return magic.starts_with(start_) && magic != start_; };
  while (std::ranges::any_of(magics, unfinished)) {
    char bytes[8];
    const size_t got = rest_->read(bytes, sizeof bytes);
    if (got == 0) break;
    start_.append(bytes, got);
  }
}

size_t PeekedSource::read(char* to, size_t size) {
  if (given_ == start_.size()) return rest_->read(to, size);
  const size_t count = std::min(size, start_.size() - given_);
  std::memcpy(to, start_.data() + given_, count);
  given_ += count;
  return count;
}

std::unique_ptr<ByteSource> open_input(const std::string& path) {
  auto whole = std::make_unique<PeekedSource>(open_descriptor(path),
                                              std::initializer_list<std::string_view>{kGzipMagic, kZstdMagic});
  const std::string name = input_name(path);
  if (whole->starts_with(kGzipMagic)) return std::make_unique<Gzip>(std::move(whole), name);
  if (whole->starts_with(kZstdMagic)) return std::make_unique<Zstd>(std::move(whole), name);
  return whole;
}

std::unique_ptr<ByteSource> open_plain(const std::string& path) { return open_descriptor(path); }

std::string read_file(const std::string& path, size_t limit) {
  const auto source = open_descriptor(path);
  std::string bytes;
  std::vector<char> block(kBlock);
  while (const size_t got = source->read(block.data(), block.size())) {
    if (bytes.size() + got > limit) fail("{}: is larger than {} bytes", input_name(path), limit);
    bytes.append(block.data(), got);
  }
  return bytes;
}

void write_to_descriptor(int descriptor, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(descriptor, bytes.data(), bytes.size());
    if (wrote >= 0) {
      bytes.remove_prefix(static_cast<size_t>(wrote));
    } else if (errno == EPIPE) {
      throw ClosedPipe(name);
    } else if (errno != EINTR) {
      fail("{}: cannot be written: {}", name, reason());
    } else if (stop_signal() != 0) {
      throw Interrupted(name);
    }
  }
}

OutputFile::OutputFile(std::string path, std::unique_ptr<ByteFilter> compressor)
    : path_(std::move(path)), compressor_(std::move(compressor)) {
  if (path_ == "-") {
    descriptor_ = STDOUT_FILENO;
    path_ = "standard output";
    return;
  }
  struct stat status = {};
  const bool exists = stat(path_.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) fail("{}: is a folder; a file is expected", path_);
  if (exists && !S_ISREG(status.st_mode)) {
    descriptor_ = open_waiting(path_, O_WRONLY);
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

void OutputFile::write(std::string_view bytes) {
  if (!compressor_) return write_plain(bytes);
  std::string out;
  compressor_->filter(bytes, /*last=*/false, out);
  write_plain(out);
}

void OutputFile::write_plain(std::string_view bytes) {
  if (!replacement_) return write_to_descriptor(descriptor_, bytes, path_);
  buffer_ += bytes;
  if (buffer_.size() >= kBlock) {
    write_to_descriptor(replacement_->descriptor(), buffer_, path_);
    buffer_.clear();
  }
}

void OutputFile::commit() {
  if (compressor_) {
    std::string rest;
    compressor_->filter({}, /*last=*/true, rest);
    write_plain(rest);
    compressor_.reset();
  }
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

bool is_there(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) == 0) return true;
  if (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG) fail("{}: cannot be accessed: {}", path, reason());
  return false;
}

void make_folders(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) fail("{}: cannot be created: {}", path, error.message());
}

}  // namespace mdl
