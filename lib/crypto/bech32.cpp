#include "crypto/bech32.h"

#include <algorithm>
#include <cstdint>

namespace mdl {
namespace {

constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr size_t kChecksum = 6;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// BIP 173's checksum, given one value of five bits after the other.
class Polymod {
 public:
  explicit Polymod(std::string_view prefix) {
    for (const char c : prefix) add(static_cast<unsigned char>(lower(c)) >> 5);
    add(0);
    for (const char c : prefix) add(lower(c) & 31);
  }

  void add(uint32_t value) {
    constexpr uint32_t kGenerator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    const uint32_t top = state_ >> 25;
    state_ = (state_ & 0x1ffffff) << 5 ^ value;
    for (size_t i = 0; i < 5; ++i) {
      if ((top >> i & 1) != 0) state_ ^= kGenerator[i];
    }
  }

  uint32_t state() const { return state_; }

 private:
  uint32_t state_ = 1;
};

}  // namespace

std::optional<Bech32> decode_bech32(std::string_view text) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_printable = [](char c) { return c > 32 && c < 127; };
  if (!std::ranges::all_of(text, is_printable)) return {};
  if (std::ranges::any_of(text, is_lower) && std::ranges::any_of(text, is_upper)) return {};
  const size_t separator = text.rfind('1');
  if (separator == std::string_view::npos || separator == 0 || text.size() - separator - 1 < kChecksum) return {};

  const std::string_view prefix = text.substr(0, separator), data = text.substr(separator + 1);
  Polymod checksum(prefix);
  const size_t values = data.size() - kChecksum, unused = values * 5 % 8;
  Bech32 decoded{std::string(prefix), Secret(values * 5 / 8)};
  uint32_t bits = 0;
  for (size_t i = 0, held = 0, written = 0; i < data.size(); ++i) {
    const size_t value = kAlphabet.find(lower(data[i]));
    if (value == std::string_view::npos) return {};
    checksum.add(static_cast<uint32_t>(value));
    if (i >= values) continue;
    bits = bits << 5 | static_cast<uint32_t>(value);
    held += 5;
    if (held < 8) continue;
    held -= 8;
    decoded.bytes.data()[written++] = static_cast<char>(bits >> held & 255);
  }
  if (checksum.state() != 1 || unused >= 5 || (bits & ((1U << unused) - 1)) != 0) return {};
  return decoded;
}

Secret encode_bech32(std::string_view prefix, std::string_view bytes) {
  const size_t values = (bytes.size() * 8 + 4) / 5;
  Secret text(prefix.size() + 1 + values + kChecksum);
  char* to = std::ranges::copy(prefix, text.data()).out;
  *to++ = '1';
  Polymod checksum(prefix);
  const auto write = [&](uint32_t value) {
    checksum.add(value);
    *to++ = kAlphabet[value];
  };
  uint32_t bits = 0;
  size_t held = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (held += 8; held >= 5;) write(bits >> (held -= 5) & 31);
  }
  if (held > 0) write(bits << (5 - held) & 31);
  for (size_t i = 0; i < kChecksum; ++i) checksum.add(0);
  const uint32_t state = checksum.state() ^ 1;
  for (size_t i = 0; i < kChecksum; ++i) *to++ = kAlphabet[state >> 5 * (kChecksum - 1 - i) & 31];
  return text;
}

}  // namespace mdl
