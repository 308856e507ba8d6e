// Text of other encodings as UTF-8, by the C library's iconv.
#pragma once

#include <iconv.h>

#include <memory>
#include <string>
#include <vector>

#include "base/byte_source.h"

namespace mdl {

/// Whether iconv reads the encoding: "windows-1252", "latin1", "UTF-16".
bool is_known_encoding(const std::string& encoding);

/// A source of UTF-8. Throws Error, with `name` and the line, at bytes that are no text of the encoding. With
/// `may_be_utf8` the encoding is a guess of one that has ASCII's line ends: lines that are UTF-8 stay as they are.
class DecodedSource final : public ByteSource {
 public:
  DecodedSource(std::unique_ptr<ByteSource> encoded, std::string name, const std::string& encoding,
                bool may_be_utf8 = false);
  ~DecodedSource() override;
  DecodedSource(const DecodedSource&) = delete;
  DecodedSource& operator=(const DecodedSource&) = delete;

  size_t read(char* to, size_t size) override;
  bool would_wait() override { return begin_ == decoded_.size() && encoded_->would_wait(); }
  bool ends_checked() const override { return encoded_->ends_checked(); }

 private:
  void decode();
  size_t convert(std::string_view text);
  void flush();
  [[noreturn]] void refuse() const;

  std::unique_ptr<ByteSource> encoded_;
  std::string name_, encoding_;
  bool may_be_utf8_;
  iconv_t converter_;
  std::vector<char> waiting_;  // the beginning of a character, or line, whose rest has not come yet
  std::string decoded_;
  size_t begin_ = 0;  // of what is not given out
  size_t line_ = 1;
  bool ended_ = false;
};

}  // namespace mdl
