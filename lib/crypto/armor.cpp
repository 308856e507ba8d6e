#include "crypto/armor.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "crypto/base64.h"
#include "crypto/buffered_source.h"

namespace mdl {
namespace {

constexpr std::string_view kFooter = "-----END AGE ENCRYPTED FILE-----", kBlanks = " \t\r\n";
constexpr size_t kColumns = 64, kLineBytes = 48;
constexpr size_t kLongestLine = kColumns + 2;
constexpr size_t kMostBlanks = 1024;
constexpr size_t kBlock = 1 << 16;

class Dearmor final : public ByteSource {
 public:
  Dearmor(std::unique_ptr<ByteSource> armored, const std::string& name) : lines_(std::move(armored)), name_(name) {
    std::string_view line;
    for (size_t blanks = 0;; blanks += line.size()) {
      line = next_line();
      if (line.find_first_not_of(kBlanks) != std::string_view::npos) break;
      if (line.empty() || blanks > kMostBlanks) fail("{}: the armor is missing: {} is expected", name_, kArmorMagic);
    }
    if (content(line) != kArmorMagic) fail_here(fmt::format("not {}", kArmorMagic));
  }

  size_t read(char* to, size_t size) override {
    while (given_ == bytes_.size()) {
      if (ended_) return 0;
      bytes_.clear();
      given_ = 0;
      do decode_line();
      while (!ended_ && bytes_.size() < kBlock && lines_.has_line());
    }
    const size_t count = std::min(size, bytes_.size() - given_);
    std::memcpy(to, bytes_.data() + given_, count);
    given_ += count;
    return count;
  }

  bool would_wait() override { return given_ == bytes_.size() && !ended_ && !lines_.has_line() && lines_.would_wait(); }

 private:
  [[noreturn]] void fail_here(std::string_view what) const {
    fail("{}: the armor is damaged: line {} is {}", name_, line_, what);
  }

  std::string_view next_line() {
    ++line_;
    return lines_.read_line(kLongestLine);
  }

  static std::string_view content(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  void decode_line() {
    const std::string_view whole = next_line(), line = content(whole);
    if (line == kFooter) return check_end();
    if (whole.empty()) fail("{}: the armor has no end; the file is cut off", name_);
    if (short_line_) fail_here(fmt::format("not {}", kFooter));
    if (!whole.ends_with('\n') && line.size() > kColumns) fail_here("longer than 64 characters");
    const std::optional<std::string> decoded = decode_base64(line, Base64::kPadded);
    if (line.empty() || line.size() > kColumns || !decoded) fail_here("no padded base64 of 1 to 64 characters");
    short_line_ = decoded->size() < kLineBytes;
    bytes_ += *decoded;
  }

  void check_end() {
    size_t blanks = 0;
    for (std::string_view line = next_line(); !line.empty(); line = next_line()) {
      blanks += line.size();
      if (line.find_first_not_of(kBlanks) != std::string_view::npos || blanks > kMostBlanks)
        fail("{}: the armor is followed by other bytes", name_);
    }
    ended_ = true;
  }

  BufferedSource lines_;
  std::string name_;
  std::string bytes_;
  size_t given_ = 0, line_ = 0;
  bool short_line_ = false, ended_ = false;
};

class Armor final : public ByteFilter {
 public:
  void filter(std::string_view bytes, bool last, std::string& out) override {
    if (!begun_) (out += kArmorMagic) += '\n';
    begun_ = true;
    if (!held_.empty()) {
      const size_t lacking = std::min(kLineBytes - held_.size(), bytes.size());
      held_ += bytes.substr(0, lacking);
      bytes.remove_prefix(lacking);
      if (held_.size() == kLineBytes) {
        write_line(held_, out);
        held_.clear();
      }
    }
    for (; bytes.size() >= kLineBytes; bytes.remove_prefix(kLineBytes)) write_line(bytes.substr(0, kLineBytes), out);
    held_ += bytes;
    if (!last) return;
    if (!held_.empty()) write_line(held_, out);
    (out += kFooter) += '\n';
  }

 private:
  static void write_line(std::string_view bytes, std::string& out) {
    (out += encode_base64(bytes, Base64::kPadded)) += '\n';
  }

  std::string held_;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> dearmor(std::unique_ptr<ByteSource> armored, const std::string& name) {
  return std::make_unique<Dearmor>(std::move(armored), name);
}

std::unique_ptr<ByteFilter> armor() { return std::make_unique<Armor>(); }

}  // namespace mdl
