// Bech32 (BIP 173) without its limit of 90 characters, as age writes keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/secret.h"

namespace mdl {

struct Bech32 {
  std::string prefix;  // as written
  Secret bytes;
};

/// Nothing where the text is not Bech32: a wrong checksum, both cases in one text, unused bits that are not zero.
std::optional<Bech32> decode_bech32(std::string_view text);

/// In lower case, as `prefix` must be.
Secret encode_bech32(std::string_view prefix, std::string_view bytes);

}  // namespace mdl
