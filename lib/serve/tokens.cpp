#include "serve/tokens.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/error.h"
#include "config/option_types.h"
#include "config/record_reader.h"
#include "crypto/key_file.h"
#include "crypto/primitives.h"
#include "table/date.h"

namespace mdl {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr size_t kRandom = 30, kChecksum = 6;
constexpr int64_t kDay = 86400;

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// A pasted token must not come back in a message.
struct Sha256Text {
  std::string expected() const { return "64 hexadecimal digits in lower case, the SHA-256 of a token"; }
  std::string read(const Node& node, std::string& value) const {
    if (node.kind != Node::Kind::kScalar) return found(node);
    if (!is_sha256(node.text)) return fmt::format("another text of {} bytes", node.text.size());
    value = node.text;
    return "";
  }
};

struct Scope {
  std::string expected() const { return kScopes; }
  std::string read(const Node& node, std::string& value) const {
    if (node.kind != Node::Kind::kScalar || !is_scope(node.text)) return found(node);
    value = node.text;
    return "";
  }
};

struct AddressRangeText {
  std::string expected() const { return "an address or a range of them, such as 10.0.0.0/8 or ::1"; }
  std::string read(const Node& node, std::string& value) const {
    if (node.kind != Node::Kind::kScalar || !parse_address_range(node.text)) return found(node);
    value = node.text;
    return "";
  }
};

struct Date {
  std::string expected() const { return "a date like 2027-05-31"; }
  std::string read(const Node& node, int64_t& seconds) const {
    const auto days = node.kind == Node::Kind::kScalar ? parse_date(node.text) : std::nullopt;
    if (!days) return found(node);
    seconds = static_cast<int64_t>(std::floor(*days * kDay));
    return "";
  }
};

struct TokensFile {
  std::vector<Token> tokens;
};

/// What no two entries may share: an id, a token, a name.
class Unique {
 public:
  void check(const Node& map, std::string_view key, const char* sentence, Problems& problems) {
    const Node* value = value_of(map, key);
    if (value == nullptr || value->kind != Node::Kind::kScalar || value->text.empty()) return;
    const auto [first, is_new] = lines_[key].try_emplace(value->text, value->line);
    if (!is_new) problems.report(*value, fmt::format("{}; the other stands on line {}", sentence, first->second));
  }

 private:
  std::map<std::string_view, std::map<std::string, int>> lines_;
};

AnswerForm::Output& output_of(Token& token) { return token.form.output; }
std::optional<int>& decimals_of(Token& token) { return token.form.decimals; }

RecordOf<TokensFile> file_of_tokens(Unique& unique) {
  RecordOf<Token> token{"a token",
                        {{"id", &Token::id, Text{"a name"}, Need::kRequired},
                         {"sha256", &Token::sha256, Sha256Text{}},
                         {"certificate", &Token::certificate, Text{"a name in the client's certificate"}},
                         {"scopes", &Token::scopes, ListOf<Scope>{.least = 1, .one_alone = true}, Need::kRequired},
                         {"output", output_of, OneOf{kOutputNames}},
                         {"decimals", decimals_of, Integer{.most = kMostDecimals}},
                         {"addresses", &Token::addresses, ListOf<AddressRangeText>{.least = 1, .one_alone = true}},
                         {"expires", &Token::expires, Date{}},
                         {"requests_per_second", &Token::requests_per_second, Float{.above = 0}},
                         {"burst", &Token::burst, Integer{.least = 1}},
                         {"rows_per_day", &Token::rows_per_day, Integer{.least = 1}}},
                        [&unique](const Node& map, const Token&, Problems& problems) {
                          if ((value_of(map, "sha256") != nullptr) == (value_of(map, "certificate") != nullptr))
                            problems.report(map, "a token has either sha256 or certificate");
                          if (value_of(map, "burst") != nullptr && value_of(map, "requests_per_second") == nullptr)
                            problems.report(map, "burst goes with requests_per_second");
                          unique.check(map, "id", "two tokens have this id", problems);
                          unique.check(map, "sha256", "two entries are of the same token", problems);
                          unique.check(map, "certificate", "two entries are of the same certificate", problems);
                        }};
  return {"the file", {{"tokens", &TokensFile::tokens, ListOfRecords<Token>{std::move(token)}, Need::kRequired}}};
}

}  // namespace

const char* name_of(AnswerForm::Output output) { return kOutputNames[static_cast<size_t>(output)].second; }

bool is_scope(std::string_view text) {
  if (text == "metrics") return true;
  for (const std::string_view kind : {"infer:", "metadata:", "details:", "explain:"}) {
    if (text.starts_with(kind)) return text.size() > kind.size();
  }
  return false;
}

bool Token::allows(std::string_view scope, std::string_view model) const {
  return std::ranges::any_of(scopes, [&](std::string_view own) {
    if (!own.starts_with(scope)) return false;
    own.remove_prefix(scope.size());
    if (own.empty()) return model.empty();
    if (own[0] != ':') return false;
    own.remove_prefix(1);
    return own == "*" || model.empty() || own == model;
  });
}

Secret new_token() {
  constexpr std::string_view kStart = "mdl_";
  Secret token(kStart.size() + kRandom + 1 + kChecksum);
  char* to = token.data() + kStart.copy(token.data(), kStart.size());
  for (size_t i = 0; i < kRandom;) {
    const Secret random = random_secret(kRandom);
    for (const char byte : random.view()) {
      const auto value = static_cast<unsigned char>(byte);
      // Each character is as likely as every other.
      if (i == kRandom || value >= 256 / kAlphabet.size() * kAlphabet.size()) continue;
      *to++ = kAlphabet[value % kAlphabet.size()];
      ++i;
    }
  }
  uLong checksum = crc32_z(0, reinterpret_cast<const Bytef*>(to - kRandom), kRandom);
  *to++ = '_';
  for (size_t i = 0; i < kChecksum; ++i, checksum /= kAlphabet.size()) *to++ = kAlphabet[checksum % kAlphabet.size()];
  return token;
}

std::vector<Token> parse_tokens(std::string_view text, const std::string& name) {
  Unique unique;
  return read_record(text, name, file_of_tokens(unique)).tokens;
}

std::vector<Token> read_tokens(const std::string& path) {
  return parse_tokens(read_key_file(path, kLargestTokensFile).view(), path);
}

std::string format_time(int64_t seconds) {
  const int64_t of_day = (seconds % kDay + kDay) % kDay;
  return fmt::format("{}T{:02}:{:02}:{:02}Z", format_date(static_cast<double>((seconds - of_day) / kDay)),
                     of_day / 3600, of_day / 60 % 60, of_day % 60);
}

std::string format_tokens(const std::vector<Token>& tokens) {
  std::string out = "# Written by mdl token. Tokens themselves are not here, only their SHA-256.\ntokens:";
  if (tokens.empty()) return out + " []\n";
  out += "\n";
  for (const Token& token : tokens) {
    out += fmt::format("- id: {}\n", yaml_text(token.id));
    const auto line = [&](bool given, const char* key, const std::string& value) {
      if (given) out += fmt::format("  {}: {}\n", key, value);
    };
    line(!token.sha256.empty(), "sha256", yaml_text(token.sha256));
    line(!token.certificate.empty(), "certificate", yaml_text(token.certificate));
    line(true, "scopes", ListOf<Text>{}.write(token.scopes));
    line(token.form.output != AnswerForm::Output::kProbabilities, "output",
         OneOf{kOutputNames}.write(token.form.output));
    line(token.form.decimals.has_value(), "decimals", fmt::format("{}", token.form.decimals.value_or(0)));
    line(!token.addresses.empty(), "addresses", ListOf<Text>{}.write(token.addresses));
    line(token.expires.has_value(), "expires", format_time(token.expires.value_or(0)));
    line(token.requests_per_second > 0, "requests_per_second", fmt::format("{}", token.requests_per_second));
    line(token.burst > 0, "burst", fmt::format("{}", token.burst));
    line(token.rows_per_day > 0, "rows_per_day", fmt::format("{}", token.rows_per_day));
  }
  return out;
}

}  // namespace mdl
