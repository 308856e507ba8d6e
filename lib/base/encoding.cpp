#include "base/encoding.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/text.h"

namespace mdl {
namespace {

const iconv_t kUnknown = reinterpret_cast<iconv_t>(-1);

iconv_t open_converter(std::string encoding) {
  // What follows a slash are options of iconv.
  if (encoding.empty() || encoding.find('/') != std::string::npos) return kUnknown;
  if (encoding.ends_with("-sig")) encoding.resize(encoding.size() - 4);  // Python's, with a byte order mark
  const iconv_t converter = iconv_open("UTF-8", encoding.c_str());
  if (converter != kUnknown) return converter;
  std::erase(encoding, '-');  // latin-1
  return iconv_open("UTF-8", encoding.c_str());
}

}  // namespace

bool is_known_encoding(const std::string& encoding) {
  const iconv_t converter = open_converter(encoding);
  if (converter == kUnknown) return false;
  iconv_close(converter);
  return true;
}

DecodedSource::DecodedSource(std::unique_ptr<ByteSource> encoded, std::string name, const std::string& encoding,
                             bool may_be_utf8)
    : encoded_(std::move(encoded)), name_(std::move(name)), encoding_(encoding), may_be_utf8_(may_be_utf8),
      converter_(open_converter(encoding)) {
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
  std::vector<char> block = std::move(waiting_);
  const size_t held = block.size();
  block.resize(held + kBlock);
  const size_t got = encoded_->read(block.data() + held, kBlock);
  ended_ = got == 0;
  block.resize(held + got);
  decoded_.clear();
  begin_ = 0;
  std::string_view text(block.data(), block.size());
  if (!may_be_utf8_) {
    text.remove_prefix(convert(text));
  } else {
    for (size_t end; !text.empty(); text.remove_prefix(end)) {
      end = text.find('\n');
      if (end == std::string_view::npos && !ended_) break;
      end = std::min(end, text.size() - 1) + 1;
      const std::string_view line = text.substr(0, end);
      if (is_utf8(line)) {
        decoded_ += line;
      } else if (convert(line) < line.size()) {
        refuse();
      }
    }
  }
  if (ended_ && !text.empty()) refuse();
  if (ended_) flush();
  waiting_.assign(text.begin(), text.end());
  line_ += static_cast<size_t>(std::ranges::count(decoded_, '\n'));
}

/// Appends the text, up to a character that is cut off at its end; the bytes that were read.
size_t DecodedSource::convert(std::string_view text) {
  char* in = const_cast<char*>(text.data());  // iconv's signature; it does not write there
  size_t left = text.size();
  while (left > 0) {
    char out[4096];
    char* to = out;
    size_t room = sizeof out;
    const size_t result = iconv(converter_, &in, &left, &to, &room);
    const int problem = result == static_cast<size_t>(-1) ? errno : 0;
    decoded_.append(out, sizeof out - room);
    if (problem == EINVAL) break;
    if (problem != 0 && problem != E2BIG) refuse();
  }
  return text.size() - left;
}

/// What the converter still holds of the last character.
void DecodedSource::flush() {
  char out[64];
  char* to = out;
  size_t room = sizeof out;
  iconv(converter_, nullptr, nullptr, &to, &room);
  decoded_.append(out, sizeof out - room);
}

void DecodedSource::refuse() const {
  fail("{}:{}: is not {} text", name_, line_ + static_cast<size_t>(std::ranges::count(decoded_, '\n')), encoding_);
}

}  // namespace mdl
