#include "crypto/age_header.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "crypto/base64.h"
#include "crypto/primitives.h"

namespace mdl {
namespace {

constexpr std::string_view kVersionLine = "age-encryption.org/v1\n", kStanza = "-> ", kEnd = "---";
constexpr size_t kColumns = 64;
constexpr size_t kWrappedKey = 16 + ChaCha20Poly1305::kTag;
constexpr int kHardestWork = 22;

std::string authentication_code(std::string_view bytes, const Secret& file_key) {
  return hmac_sha256(hkdf_sha256(file_key.view(), "", "header").view(), bytes);
}

class HeaderReader {
 public:
  HeaderReader(BufferedSource& file, const std::string& name) : file_(file), name_(name) {}

  AgeHeader read() {
    read_version();
    for (;;) {
      const std::string line = next_line();
      if (line.starts_with(kStanza)) {
        header_.stanzas.push_back(read_stanza(line));
      } else if (line.starts_with(kEnd)) {
        read_code(line);
        return std::move(header_);
      } else {
        fail_here("neither a recipient nor the end of the header");
      }
    }
  }

 private:
  [[noreturn]] void fail_here(std::string_view what) const {
    fail("{}: the age header is damaged: line {} is {}", name_, line_, what);
  }

  /// Without its line feed.
  std::string next_line() {
    ++line_;
    const size_t left = kLargestAgeHeader - size_;
    std::string line(file_.read_line(left));
    size_ += line.size();
    if (!line.ends_with('\n')) {
      if (line.size() == left) fail("{}: the age header is larger than {} KiB", name_, kLargestAgeHeader >> 10);
      fail("{}: the age header is cut off in line {}", name_, line_);
    }
    if (!line.starts_with(kEnd)) header_.authenticated += line;
    line.pop_back();
    return line;
  }

  void read_version() {
    const std::string_view start = file_.peek(kVersionLine.size());
    if (start.empty()) fail("{}: is empty; an age header is expected", name_);
    if (!start.starts_with(kAgeMagic)) fail("{}: has no age header, which begins with {}v1", name_, kAgeMagic);
    if (start != kVersionLine) {
      const std::string line = next_line();
      fail("{}: the age header is of version {}; v1 is supported", name_, quote(line.substr(kAgeMagic.size())));
    }
    next_line();
  }

  AgeStanza read_stanza(std::string_view line) {
    AgeStanza stanza;
    stanza.arguments = split(line.substr(kStanza.size()), ' ');
    for (const std::string& argument : stanza.arguments) {
      const bool visible = std::ranges::all_of(argument, [](char c) { return c > 32 && c < 127; });
      if (argument.empty() || !visible) fail_here("no recipient: words of ASCII with one space between are expected");
    }
    std::string text;
    for (;;) {
      const std::string body = next_line();
      if (body.size() > kColumns) fail_here("longer than 64 characters");
      text += body;
      if (body.size() < kColumns) break;
    }
    std::optional<std::string> decoded = decode_base64(text, Base64::kUnpadded);
    if (!decoded) fail_here("no unpadded base64 of a recipient");
    stanza.body = std::move(*decoded);
    check(stanza);
    return stanza;
  }

  void check(const AgeStanza& stanza) {
    const size_t arguments = stanza.arguments.size();
    if (stanza.type() == "X25519") {
      if (arguments != 2 || !has_size(stanza.arguments[1], 32) || stanza.body.size() != kWrappedKey)
        fail_here("no well-formed X25519 recipient");
    } else if (stanza.type() == "scrypt") {
      if (arguments != 3 || !has_size(stanza.arguments[1], 16) || stanza.body.size() != kWrappedKey)
        fail_here("no well-formed passphrase (scrypt)");
      check_work_factor(stanza.arguments[2]);
    } else {
      return;
    }
    if (stanza.type() == "scrypt") has_passphrase_ = true;
  }

  static bool has_size(std::string_view text, size_t size) {
    const std::optional<std::string> bytes = decode_base64(text, Base64::kUnpadded);
    return bytes && bytes->size() == size;
  }

  void check_work_factor(std::string_view text) const {
    const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || text.starts_with('0')) fail_here("a passphrase (scrypt) whose work factor is no number");
    if (text.size() > 2 || std::stoi(std::string(text)) > kHardestWork) {
      fail("{}: the age header asks for a work factor of {} for its passphrase (scrypt); at most {} is supported",
           name_, printable(text.substr(0, 20)), kHardestWork);
    }
  }

  void read_code(std::string_view line) {
    if (!line.starts_with("--- ") || !has_size(line.substr(4), 32))
      fail_here("no authentication code: '---', a space and 43 characters are expected");
    header_.authenticated += kEnd;
    header_.code = *decode_base64(line.substr(4), Base64::kUnpadded);
    if (header_.stanzas.empty()) fail("{}: the age header names no recipient", name_);
    if (has_passphrase_ && header_.stanzas.size() > 1)
      fail("{}: the age header has other recipients beside a passphrase (scrypt), which must be alone", name_);
  }

  BufferedSource& file_;
  const std::string& name_;
  AgeHeader header_;
  size_t line_ = 0, size_ = 0;
  bool has_passphrase_ = false;
};

}  // namespace

std::string AgeHeader::describe() const {
  std::map<std::string, size_t> counts;
  for (const AgeStanza& stanza : stanzas) ++counts[stanza.type().substr(0, 40)];
  std::vector<std::string> kinds;
  for (const auto& [type, count] : counts)
    kinds.push_back(stanzas.size() == 1 ? type : fmt::format("{} {}", count, type));
  const bool post_quantum = counts.contains("mlkem768x25519");
  return fmt::format("{} recipient{} ({}{})", stanzas.size(), stanzas.size() == 1 ? "" : "s", join_names(kinds),
                     post_quantum ? "; mlkem768x25519 is post-quantum, which is not supported" : "");
}

AgeHeader read_age_header(BufferedSource& file, const std::string& name) { return HeaderReader(file, name).read(); }

std::string format_age_header(const std::vector<AgeStanza>& stanzas, const Secret& file_key) {
  std::string text(kVersionLine);
  for (const AgeStanza& stanza : stanzas) {
    text += "->";
    for (const std::string& argument : stanza.arguments) (text += ' ') += argument;
    text += '\n';
    const std::string body = encode_base64(stanza.body, Base64::kUnpadded);
    // The last line is shorter than the others, if need be empty.
    for (size_t i = 0; i <= body.size(); i += kColumns) (text += body.substr(i, kColumns)) += '\n';
  }
  text += kEnd;
  const std::string code = encode_base64(authentication_code(text, file_key), Base64::kUnpadded);
  ((text += ' ') += code) += '\n';
  if (text.size() > kLargestAgeHeader)
    fail("{} recipients are too many: the header of a file has room for about 600", stanzas.size());
  return text;
}

bool is_authentic(const AgeHeader& header, const Secret& file_key) {
  return equal_in_constant_time(authentication_code(header.authenticated, file_key), header.code);
}

}  // namespace mdl
