#include "serve/tokens.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "config/option_types.h"
#include "config/yaml.h"
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

/// Reads the list, and keeps going to find all mistakes.
class TokensReader {
 public:
  explicit TokensReader(const std::string& name) : name_(name) {}

  std::vector<Token> read(const Node& root) {
    const bool map = root.kind == Node::Kind::kMap;
    if (!map || root.items.size() != 2 || root.items[0].text != "tokens" || root.items[1].kind != Node::Kind::kList) {
      fail("{}: expected a list under 'tokens:', as mdl token new writes it", name_);
    }
    for (const Node& node : root.items[1].items) read_token(node);
    if (!problems_.empty()) throw Error(fmt::format("{}", fmt::join(problems_, "\n")));
    return std::move(tokens_);
  }

 private:
  void report(const Node& node, const std::string& what) {
    problems_.push_back(fmt::format("{}:{}:{}: {}", name_, node.line, node.column, what));
  }

  template <class Kind, class T>
  void take(const Kind& kind, const Node& key, const Node& value, T& to) {
    if (const std::string problem = kind.read(value, to); !problem.empty())
      report(key, fmt::format("{}: expected {}, found {}", key.text, kind.expected(), problem));
  }

  void read_token(const Node& node) {
    if (node.kind != Node::Kind::kMap) return report(node, "expected a token, with its id, sha256 and scopes");
    Token token;
    std::set<std::string> keys;
    for (size_t i = 0; i < node.items.size(); i += 2) {
      const Node &key = node.items[i], &value = node.items[i + 1];
      if (!keys.insert(key.text).second) {
        report(key, fmt::format("repeated key {}", quote(key.text)));
      } else if (key.text == "id") {
        take(Text{"a name"}, key, value, token.id);
        if (!ids_.insert(token.id).second) report(key, fmt::format("two tokens have the id {}", quote(token.id)));
      } else if (key.text == "sha256") {
        take(Text{"the SHA-256 of a token"}, key, value, token.sha256);
        if (!is_sha256(token.sha256)) report(key, "sha256: expected 64 hexadecimal digits in lower case");
      } else if (key.text == "scopes") {
        take(ListOf<Text>{.item = {"a scope"}, .least = 1, .one_alone = true}, key, value, token.scopes);
        for (const std::string& scope : token.scopes) {
          if (!is_scope(scope)) {
            report(key, fmt::format("scopes: expected infer:MODEL, metadata:MODEL (* for all) or metrics, found {}",
                                    quote(scope)));
          }
        }
      } else if (key.text == "expires") {
        std::string text;
        take(Text{"a date like 2027-05-31"}, key, value, text);
        if (const auto days = parse_date(text)) {
          token.expires = static_cast<int64_t>(std::floor(*days * kDay));
        } else {
          report(key, fmt::format("expires: expected a date like 2027-05-31, found {}", quote(text)));
        }
      } else if (key.text == "requests_per_second") {
        take(Float{.above = 0}, key, value, token.requests_per_second);
      } else if (key.text == "rows_per_day") {
        take(Integer{.least = 1}, key, value, token.rows_per_day);
      } else {
        const auto meant = did_you_mean(key.text,
                                        {"id", "sha256", "scopes", "expires", "requests_per_second", "rows_per_day"});
        report(key,
               fmt::format("unknown key {}{}", quote(key.text), meant ? "; did you mean " + quote(*meant) + "?" : ""));
      }
    }
    for (const char* needed : {"id", "sha256", "scopes"}) {
      if (!keys.contains(needed)) report(node, fmt::format("a token has no {}", needed));
    }
    tokens_.push_back(std::move(token));
  }

  const std::string& name_;
  std::vector<Token> tokens_;
  std::set<std::string> ids_;
  std::vector<std::string> problems_;
};

}  // namespace

bool is_scope(std::string_view text) {
  if (text == "metrics") return true;
  for (const std::string_view kind : {"infer:", "metadata:"}) {
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
  const auto parsed = parse_yaml(text);
  if (const auto* problem = std::get_if<YamlProblem>(&parsed)) {
    fail("{}: {}", problem->line == 0 ? name : fmt::format("{}:{}:{}", name, problem->line, problem->column),
         problem->what);
  }
  return TokensReader(name).read(std::get<Node>(parsed));
}

std::string format_tokens(const std::vector<Token>& tokens) {
  std::string out = "# Written by mdl token new. Tokens themselves are not here, only their SHA-256.\ntokens:\n";
  for (const Token& token : tokens) {
    out += fmt::format("- id: {}\n  sha256: {}\n  scopes: {}\n", yaml_text(token.id), yaml_text(token.sha256),
                       ListOf<Text>{}.write(token.scopes));
    if (token.expires) {
      const auto days = static_cast<double>(*token.expires / kDay);
      const int64_t seconds = *token.expires % kDay;
      out += fmt::format("  expires: {}T{:02}:{:02}:{:02}Z\n", format_date(days), seconds / 3600, seconds / 60 % 60,
                         seconds % 60);
    }
    if (token.requests_per_second > 0) out += fmt::format("  requests_per_second: {}\n", token.requests_per_second);
    if (token.rows_per_day > 0) out += fmt::format("  rows_per_day: {}\n", token.rows_per_day);
  }
  return out;
}

}  // namespace mdl
