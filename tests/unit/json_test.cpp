#include "base/json.h"

#include <chrono>

#include "base/error.h"
#include "catch.h"

using namespace mdl;
using namespace std::string_literals;

namespace {

std::string why(const std::string& text, int deepest = 3) {
  try {
    parse_json(text, deepest, "the document");
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("JSON is read as it stands, with its keys in their order where that is asked for") {
  CHECK(parse_json(R"({"b":[1,-2.5,"x"],"a":{"b":null}})", 2, "it")["a"]["b"].is_null());
  CHECK(parse_json<nlohmann::ordered_json>(R"({"b":1,"a":2})", 1, "it").begin().key() == "b");
}

TEST_CASE("what is no JSON is refused with its place") {
  CHECK(why("") == "the document is not JSON, at byte 1");
  CHECK(why("{\"a\":1} x") == "the document is not JSON, at byte 9");
  CHECK(why("[NaN]") == "the document is not JSON, at byte 2");
  CHECK(why("{}\0"s) == "the document is not JSON: it holds a NUL byte");
}

TEST_CASE("a key that comes twice in an object is refused, however it is spelled and however deep") {
  CHECK(why(R"({"a":1,"a":2})") == "the document holds the key 'a' twice");
  CHECK(why(R"({"a":1,"\u0061":2})") == "the document holds the key 'a' twice");
  CHECK(why(R"([{"x":[{"b":1,"b":1}]}])", 4) == "the document holds the key 'b' twice");
  CHECK(why(R"([{"a":1},{"a":1},{"b":{"a":1}}])") == "accepted");
}

TEST_CASE("JSON that is nested too deeply is refused before it is held") {
  CHECK(why("[[[1]]]") == "accepted");
  CHECK(why("[[[[1]]]]") == "the document is nested too deeply");
  CHECK(why(std::string(10'000'000, '[')) == "the document is nested too deeply");
  CHECK(why("{\"a\":[{\"b\":[]}]}") == "the document is nested too deeply");
}

TEST_CASE("JSON of more values than memory should hold is refused") {
  std::string text = "[";
  for (int i = 0; i < 2'100'000; ++i) text += "{},";
  CHECK(why(text + "0]") == "the document holds more values than it could need");
}
