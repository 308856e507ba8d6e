// Internet addresses and ranges of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mdl {

/// The 16 bytes of an address of IPv6; one of IPv4 is ::ffff:a.b.c.d (RFC 4291, 2.5.5.2).
using Address = std::array<uint8_t, 16>;

/// "10.1.2.3", "::1", "fe80::1%eth0", whose zone is left out.
std::optional<Address> parse_address(std::string_view text);

struct AddressRange {
  Address start{};
  int bits = 128;  // that all of them have in common

  bool contains(const Address& address) const;
};

/// An address, or CIDR (RFC 4632): "10.0.0.0/8", "::1/128"; none where bits behind the prefix are set, which is a slip.
std::optional<AddressRange> parse_address_range(std::string_view text);

}  // namespace mdl
