// Bytes that are wiped when they are given up: keys, passphrases and what keys are derived from.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

namespace mdl {

/// In pages of its own that are left out of core dumps and, where the system allows it, never swapped to the disk.
class Secret {
 public:
  Secret() = default;
  /// Zeros, to be written to.
  explicit Secret(size_t size);
  /// A copy; wiping the original is the caller's part.
  explicit Secret(std::string_view bytes);
  ~Secret();
  Secret(Secret&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Secret& operator=(Secret&& other) noexcept {
    Secret given_up(std::move(other));
    std::swap(data_, given_up.data_);
    std::swap(size_, given_up.size_);
    return *this;
  }

  char* data() { return data_; }
  unsigned char* bytes() { return reinterpret_cast<unsigned char*>(data_); }
  const unsigned char* bytes() const { return reinterpret_cast<const unsigned char*>(data_); }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::string_view view() const { return {data_, size_}; }

 private:
  char* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace mdl
