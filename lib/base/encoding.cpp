#include "base/encoding.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace mdl {
namespace {

const iconv_t kUnknown = reinterpret_cast<iconv_t>(-1);

iconv_t open_converter(const std::string& encoding) {
  // What follows a slash are options of iconv.
  return encoding.empty() || encoding.find('/') != std::string::npos ? kUnknown : iconv_open("UTF-8", encoding.c_str());
}

}  // namespace

bool is_known_encoding(const std::string& encoding) {
  const iconv_t converter = open_converter(encoding);
  if (converter == kUnknown) return false;
  iconv_close(converter);
  return true;
}

DecodedSource::DecodedSource(std::unique_ptr<ByteSource> encoded, std::string name, const std::string& encoding)
    : encoded_(std::move(encoded)), name_(std::move(name)), encoding_(encoding), converter_(open_converter(encoding)) {
  if (converter_ == kUnknown)
    fail("{}: the encoding {} is not known here; iconv -l lists those that are", name_, encoding);
}

DecodedSource::~DecodedSource() {
  if (converter_ != kUnknown) iconv_close(converter_);
}

size_t DecodedSource::read(char* to, size_t size) {
  while (begin_ == decoded_.size() && !ended_) decode();
  const size_t count = std::min(size, decoded_.size() - begin_);
  std::memcpy(to, decoded_.data() + begin_, count);
  begin_ += count;
  return count;
}

void DecodedSource::decode() {
  constexpr size_t kBlock = 1 << 16;
  constexpr size_t kMostGrowth = 4;  // bytes of UTF-8 that a byte may become
  std::vector<char> block = std::move(waiting_);
  const size_t held = block.size();
  block.resize(held + kBlock);
  const size_t got = encoded_->read(block.data() + held, kBlock);
  ended_ = got == 0;
  block.resize(held + got);
  char* in = block.data();
  size_t in_left = block.size();
  decoded_.resize(kMostGrowth * block.size());
  char* out = decoded_.data();
  size_t out_left = decoded_.size();
  const size_t result = iconv(converter_, &in, &in_left, &out, &out_left);
  const bool cut = result == static_cast<size_t>(-1) && errno == EINVAL && !ended_;
  decoded_.resize(decoded_.size() - out_left);
  begin_ = 0;
  const auto line = line_ + static_cast<size_t>(std::ranges::count(decoded_, '\n'));
  if (result == static_cast<size_t>(-1) && !cut) fail("{}:{}: is not {} text", name_, line, encoding_);
  line_ = line;
  waiting_.assign(in, in + in_left);
}

}  // namespace mdl
