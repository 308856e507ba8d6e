#include "base/byte_source.h"

#include <algorithm>
#include <cstring>

namespace mdl {

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

size_t HeldBytes::read(char* to, size_t size) {
  const size_t count = std::min(size, bytes_.size());
  std::memcpy(to, bytes_.data(), count);
  bytes_.remove_prefix(count);
  return count;
}

}  // namespace mdl
