#include "serve/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace mdl {
namespace {

constexpr int kBits = 128, kBitsOfIpv4 = 32;

/// All bits but the first ones.
Address without_rest(Address address, int bits) {
  for (int i = 0; i < static_cast<int>(address.size()); ++i) {
    const int kept = std::clamp(bits - 8 * i, 0, 8);
    address[static_cast<size_t>(i)] &= static_cast<uint8_t>(0xFF00 >> kept);
  }
  return address;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  const std::string name(text.substr(0, text.find('%')));
  Address address{};
  if (inet_pton(AF_INET6, name.c_str(), address.data()) == 1) return address;
  address.fill(0);
  address[10] = address[11] = 0xFF;
  if (inet_pton(AF_INET, name.c_str(), address.data() + 12) == 1) return address;
  return {};
}

bool AddressRange::contains(const Address& address) const { return without_rest(address, bits) == start; }

std::optional<AddressRange> parse_address_range(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address || text.find_first_of(std::string_view("%\0", 2)) != std::string_view::npos) return {};
  AddressRange range{*address};
  if (slash != std::string_view::npos) {
    const std::string_view length = text.substr(slash + 1);
    const int most = text.substr(0, slash).find(':') == std::string_view::npos ? kBitsOfIpv4 : kBits;
    const auto [end, problem] = std::from_chars(length.data(), length.data() + length.size(), range.bits);
    if (problem != std::errc() || end != length.data() + length.size() || range.bits < 0 || range.bits > most)
      return {};
    range.bits += kBits - most;
  }
  if (without_rest(range.start, range.bits) != range.start) return {};
  return range;
}

}  // namespace mdl
