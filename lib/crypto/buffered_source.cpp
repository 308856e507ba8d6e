#include "crypto/buffered_source.h"

#include <algorithm>
#include <cstring>

namespace mdl {
namespace {

constexpr size_t kBlock = 1 << 16;

}  // namespace

bool BufferedSource::fill() {
  if (ended_) return false;
  buffer_.erase(0, given_);
  given_ = 0;
  const size_t before = buffer_.size();
  buffer_.resize(before + kBlock);
  const size_t got = rest_->read(buffer_.data() + before, kBlock);
  buffer_.resize(before + got);
  ended_ = got == 0;
  return !ended_;
}

size_t BufferedSource::read(char* to, size_t size) {
  if (held().empty()) {
    const size_t got = ended_ ? 0 : rest_->read(to, size);
    ended_ = got == 0;
    return got;
  }
  const size_t count = std::min(size, held().size());
  std::memcpy(to, held().data(), count);
  given_ += count;
  return count;
}

std::string_view BufferedSource::peek(size_t size) {
  while (held().size() < size && fill()) {
  }
  return held().substr(0, size);
}

std::string_view BufferedSource::read_line(size_t limit) {
  size_t searched = 0, end = std::string_view::npos;
  while ((end = held().find('\n', searched)) == std::string_view::npos && held().size() < limit) {
    searched = held().size();
    if (!fill()) break;
  }
  const std::string_view line = held().substr(0, std::min(limit, end == std::string_view::npos ? end : end + 1));
  given_ += line.size();
  return line;
}

}  // namespace mdl
