// Bearer tokens: who may call what, until when and how often. The file holds their SHA-256 alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/secret.h"

namespace mdl {

/// What a token allows: "infer:NAME" and "metadata:NAME" of one model, "infer:*" and "metadata:*" of all, "metrics".
bool is_scope(std::string_view text);

struct Token {
  std::string id;      // its name in the file, in logs and metrics
  std::string sha256;  // of the token, in hexadecimal
  std::vector<std::string> scopes;
  std::optional<int64_t> expires;  // seconds since 1970-01-01, UTC; from then on it is refused
  double requests_per_second = 0;  // as a mean; twice as many may come at once; 0: no limit
  int64_t rows_per_day = 0;        // from midnight to midnight, UTC; 0: no limit

  /// Whether it allows what needs the `scope`, of a model or of none.
  bool allows(std::string_view scope, std::string_view model) const;
};

/// A new one: "mdl_", 30 random characters, "_" and a checksum of 6, so that scanners of source code know it for what it
/// is.
Secret new_token();

/// Tokens in YAML (a list under `tokens`), at most kLargestTokensFile bytes. Throws Error, which names all mistakes.
std::vector<Token> parse_tokens(std::string_view text, const std::string& name);
inline constexpr size_t kLargestTokensFile = 16 << 20;

/// The file's text, which parse_tokens() reads.
std::string format_tokens(const std::vector<Token>& tokens);

}  // namespace mdl
