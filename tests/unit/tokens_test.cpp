#include "serve/tokens.h"

#include "base/error.h"
#include "catch.h"
#include "crypto/sha256.h"
#include "serve/access.h"

namespace mdl {
namespace {

using Verdict = AccessControl::Verdict;

std::string error_of(std::string_view text) {
  try {
    parse_tokens(text, "t.yaml");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

AccessControl::Time at(int64_t seconds) { return AccessControl::Time(std::chrono::seconds(seconds)); }

Token token_of(const char* secret, std::vector<std::string> scopes) {
  return {.id = secret, .sha256 = sha256_of(secret), .scopes = std::move(scopes)};
}

TEST_CASE("a new token has a prefix, 30 random characters and a checksum, and comes once") {
  const Secret a = new_token(), b = new_token();
  CHECK(a.view() != b.view());
  for (const Secret* token : {&a, &b}) {
    CHECK(token->size() == 41);
    CHECK(token->view().starts_with("mdl_"));
    CHECK(token->view()[34] == '_');
  }
}

TEST_CASE("tokens are read as they were written") {
  Token token = token_of("a", {"infer:credit", "metrics"});
  token.expires = 1'800'000'000;
  token.requests_per_second = 2.5;
  token.rows_per_day = 1000;
  const std::vector<Token> read = parse_tokens(format_tokens({token, token_of("b: 1", {"metadata:*"})}), "t.yaml");
  REQUIRE(read.size() == 2);
  CHECK(read[0].sha256 == token.sha256);
  CHECK(read[0].scopes == token.scopes);
  CHECK(read[0].expires == token.expires);
  CHECK(read[0].requests_per_second == 2.5);
  CHECK(read[0].rows_per_day == 1000);
  CHECK(read[1].id == "b: 1");
  CHECK(!read[1].expires);
}

TEST_CASE("a file of tokens that is wrong is told with every mistake") {
  CHECK(error_of("") == "t.yaml: expected a list under 'tokens:', as mdl token new writes it");
  CHECK(error_of("tokens:\n- id: a\n  sha256: ab\n  scope: [infer:x]\n") ==
        "t.yaml:3:3: sha256: expected 64 hexadecimal digits in lower case\n"
        "t.yaml:4:3: unknown key 'scope'; did you mean 'scopes'?\n"
        "t.yaml:2:3: a token has no scopes");
  const std::string start = "tokens:\n- id: a\n  sha256: " + std::string(64, '0') + "\n  scopes: ";
  CHECK(error_of(start + "[infer]\n") ==
        "t.yaml:4:3: scopes: expected infer:MODEL, metadata:MODEL (* for all) or metrics, found 'infer'");
  CHECK(error_of(start + "metrics\n  expires: soon\n") ==
        "t.yaml:5:3: expires: expected a date like 2027-05-31, found 'soon'");
  CHECK(error_of(start + "metrics\n" + start.substr(8) + "metrics\n") == "t.yaml:5:3: two tokens have the id 'a'");
}

TEST_CASE("a token allows what its scopes name, and nothing else") {
  const Token one = token_of("a", {"infer:credit"}), all = token_of("b", {"infer:*", "metadata:*"});
  CHECK(one.allows("infer", "credit"));
  CHECK(!one.allows("infer", "credit2"));
  CHECK(!one.allows("infer", "credi"));
  CHECK(!one.allows("metadata", "credit"));
  CHECK(!one.allows("metrics", ""));
  CHECK(all.allows("infer", "any"));
  CHECK(all.allows("metadata", ""));
  CHECK(!all.allows("metrics", ""));
  CHECK(token_of("c", {"metrics"}).allows("metrics", ""));
}

TEST_CASE("who may not is answered alike: without a token, with a wrong, an expired or a revoked one") {
  AccessControl access;
  Token old = token_of("old", {"infer:*"});
  old.expires = 100;
  access.replace({token_of("good", {"infer:*"}), old});
  const auto verdict = [&](const char* header, int64_t now) {
    return access.decide(header, "infer", "m", at(now)).verdict;
  };
  CHECK(verdict("Bearer good", 50) == Verdict::kAllowed);
  CHECK(verdict("Bearer old", 99) == Verdict::kAllowed);
  for (const char* header : {"", "good", "bearer good", "Bearer  good", "Bearer goo", "Bearer ", "Basic good"})
    CHECK(verdict(header, 50) == Verdict::kUnknown);
  CHECK(verdict("Bearer old", 100) == Verdict::kUnknown);
  access.replace({old});
  CHECK(verdict("Bearer good", 50) == Verdict::kUnknown);
  CHECK(access.decide("Bearer old", "metrics", "", at(50)).verdict == Verdict::kForbidden);
}

TEST_CASE("requests and rows have limits that time lifts") {
  AccessControl access;
  Token token = token_of("t", {"infer:*"});
  token.requests_per_second = 2;
  token.rows_per_day = 100;
  access.replace({token});
  const auto ask = [&](int64_t now) { return access.decide("Bearer t", "infer", "m", at(now)); };
  for (int i = 0; i < 4; ++i) CHECK(ask(1000).verdict == Verdict::kAllowed);
  CHECK(ask(1000).verdict == Verdict::kTooOften);
  CHECK(ask(1000).retry_after == 1);
  CHECK(ask(1001).verdict == Verdict::kAllowed);
  access.replace({token});  // what is used up stays used
  CHECK(ask(1001).verdict == Verdict::kAllowed);
  CHECK(ask(1001).verdict == Verdict::kTooOften);

  CHECK(access.charge("t", 60, at(86'400 + 10)).verdict == Verdict::kAllowed);
  const auto too_many = access.charge("t", 41, at(86'400 + 10));
  CHECK(too_many.verdict == Verdict::kTooMany);
  CHECK(too_many.retry_after == 86'390);
  CHECK(access.charge("t", 40, at(86'400 + 20)).verdict == Verdict::kAllowed);
  CHECK(access.charge("t", 100, at(2 * 86'400)).verdict == Verdict::kAllowed);
}

}  // namespace
}  // namespace mdl
