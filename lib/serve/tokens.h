// Who may call what, until when, from where and how often, and what the answers show: entries for bearer tokens, of
// which only the SHA-256 is kept, and for the names of client certificates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/secret.h"
#include "serve/address.h"

namespace mdl {

/// What a token allows, of a model ("infer:NAME") or of all ("infer:*"): `infer` predictions, `metadata` inputs and
/// outputs, `details` what stands in the model about its training data (categories, thresholds, histograms), `explain`
/// contributions to predictions, which tell about the model; and "metrics".
bool is_scope(std::string_view text);
inline constexpr const char* kScopes =
    "infer:MODEL, metadata:MODEL, details:MODEL, explain:MODEL (* for all) or metrics";

/// What the answers to a caller show of a prediction. Probabilities help those who want to copy a model.
struct AnswerForm {
  enum class Output { kProbabilities, kTop1, kLabel };  // all; that of the answer; none. Regression: the value
  Output output = Output::kProbabilities;
  std::optional<int> decimals;  // to which probabilities and values are rounded
};
inline constexpr std::pair<AnswerForm::Output, const char*> kOutputNames[] = {
    {AnswerForm::Output::kProbabilities, "probabilities"},
    {AnswerForm::Output::kTop1, "top1"},
    {AnswerForm::Output::kLabel, "label"}};
const char* name_of(AnswerForm::Output);
inline constexpr int kMostDecimals = 17;

struct Token {
  std::string id;           // its name in the file, in logs and metrics
  std::string sha256;       // of the token, in hexadecimal; or
  std::string certificate;  // a name of the client's certificate: the subject's CN, a DNS name or a URI
  std::vector<std::string> scopes;
  AnswerForm form;
  std::vector<std::string> addresses;  // ranges that it is valid from; none: from everywhere
  std::optional<int64_t> expires;      // seconds since 1970-01-01, UTC; from then on it is refused
  double requests_per_second = 0;      // as a mean; 0: no limit
  int64_t burst = 0;                   // requests that may come at once; 0: twice those of a second
  int64_t rows_per_day = 0;            // from midnight to midnight, UTC; 0: no limit

  /// Whether it allows what needs the `scope`, of a model or of none.
  bool allows(std::string_view scope, std::string_view model) const;
};

/// A new one: "mdl_", 30 random characters, "_" and a checksum of 6, so that scanners of source code know it for
/// what it is.
Secret new_token();

/// Entries in YAML, a list under `tokens`. Throws Error, which names all mistakes.
std::vector<Token> parse_tokens(std::string_view text, const std::string& name);

/// The same of a file that only its owner may read.
std::vector<Token> read_tokens(const std::string& path);
inline constexpr size_t kLargestTokensFile = 16 << 20;

/// The file's text, which parse_tokens() reads.
std::string format_tokens(const std::vector<Token>& tokens);

/// "2027-05-31T00:00:00Z"
std::string format_time(int64_t seconds);

}  // namespace mdl
