#include "serve/tokens.h"

#include "base/error.h"
#include "catch.h"
#include "crypto/sha256.h"

namespace mdl {
namespace {

std::string error_of(std::string_view text) {
  try {
    parse_tokens(text, "t.yaml");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

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
  Token token = token_of("a", {"infer:credit", "explain:*", "metrics"});
  token.form = {AnswerForm::Output::kLabel, 3};
  token.addresses = {"10.0.0.0/8", "::1"};
  token.expires = 1'800'000'000;
  token.requests_per_second = 2.5;
  token.burst = 7;
  token.rows_per_day = 1000;
  Token named{.id = "b: 1", .certificate = "spiffe://a/b", .scopes = {"metadata:*"}};
  const std::vector<Token> read = parse_tokens(format_tokens({token, named}), "t.yaml");
  REQUIRE(read.size() == 2);
  CHECK(read[0].sha256 == token.sha256);
  CHECK(read[0].certificate.empty());
  CHECK(read[0].scopes == token.scopes);
  CHECK(read[0].form.output == AnswerForm::Output::kLabel);
  CHECK(read[0].form.decimals == 3);
  CHECK(read[0].addresses == token.addresses);
  CHECK(read[0].expires == token.expires);
  CHECK(read[0].requests_per_second == 2.5);
  CHECK(read[0].burst == 7);
  CHECK(read[0].rows_per_day == 1000);
  CHECK(read[1].id == "b: 1");
  CHECK(read[1].certificate == "spiffe://a/b");
  CHECK(read[1].form.output == AnswerForm::Output::kProbabilities);
  CHECK(!read[1].form.decimals);
  CHECK(!read[1].expires);
  CHECK(format_tokens(read) == format_tokens({token, named}));
  CHECK(parse_tokens(format_tokens({}), "t.yaml").empty());
}

TEST_CASE("a file of tokens that is wrong is told with every mistake, and never with a token") {
  CHECK(error_of("") == "t.yaml:1:1: the file has no tokens");
  CHECK(
      error_of("tokens:\n- id: a\n  sha256: mdl_pasted\n  scope: [infer:x]\n  output: lable\n  decimals: 18\n") ==
      "t.yaml:3:3: sha256: expected 64 hexadecimal digits in lower case, the SHA-256 of a token, found another text of "
      "10 bytes\n"
      "t.yaml:4:3: unknown key 'scope'; did you mean 'scopes'?\n"
      "t.yaml:5:3: output: expected one of probabilities, top1 and label, found 'lable'; did you mean 'label'?\n"
      "t.yaml:6:3: decimals: expected a whole number from 0 to 17, found '18'\n"
      "t.yaml:2:3: a token has no scopes");
  const std::string start = "tokens:\n- id: a\n  sha256: " + std::string(64, '0') + "\n  scopes: ";
  CHECK(
      error_of(start + "infer\n") ==
      "t.yaml:4:3: scopes: expected infer:MODEL, metadata:MODEL, details:MODEL, explain:MODEL (* for all) or metrics, "
      "or a list of values, each infer:MODEL, metadata:MODEL, details:MODEL, explain:MODEL (* for all) or metrics, "
      "found 'infer'");
  CHECK(
      error_of(start + "metrics\n  expires: soon\n  addresses: [10.0.0.1/8]\n") ==
      "t.yaml:5:3: expires: expected a date like 2027-05-31, found 'soon'\n"
      "t.yaml:6:3: addresses: expected an address or a range of them, such as 10.0.0.0/8 or ::1, or a list of values, "
      "each an address or a range of them, such as 10.0.0.0/8 or ::1, found '10.0.0.1/8' in the list");
  CHECK(error_of(start + "metrics\n" + start.substr(8) + "metrics\n") ==
        "t.yaml:5:7: two tokens have this id; the other stands on line 2\n"
        "t.yaml:6:11: two entries are of the same token; the other stands on line 3");
  CHECK(error_of(start + "metrics\n  certificate: x\n  burst: 2\n") ==
        "t.yaml:2:3: a token has either sha256 or certificate\n"
        "t.yaml:2:3: burst goes with requests_per_second");
  CHECK(error_of("tokens:\n- {id: a, scopes: metrics}\n") == "t.yaml:2:3: a token has either sha256 or certificate");
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
  CHECK(!all.allows("explain", "any"));
  CHECK(!all.allows("details", "any"));
  CHECK(token_of("d", {"explain:credit"}).allows("explain", "credit"));
}

}  // namespace
}  // namespace mdl
