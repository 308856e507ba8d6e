#include "table/json_lines.h"

#include <algorithm>

#include "catch.h"
#include "memory_source.h"

using namespace mdl;

namespace {

JsonLinesReader reader(std::string text, std::vector<std::string> columns, size_t chunk = 1 << 20) {
  return JsonLinesReader(std::make_unique<MemorySource>(std::move(text), chunk), "x.jsonl", std::move(columns),
                         {"prediction"});
}

/// The values of a and b in every row, null as "-"; of a row that cannot be read what is said about it.
std::vector<std::string> rows(const std::string& text) {
  std::vector<std::string> first;
  for (const size_t chunk : {1 << 20, 1}) {
    std::vector<std::string> found;
    JsonLinesReader json = reader(text, {"a", "b"}, chunk);
    for (bool more = true; more;) {
      try {
        more = json.next();
        if (!more) break;
        const auto shown = [&](size_t column) {
          return json.field(column).data() == nullptr ? "-" : std::string(json.field(column));
        };
        found.push_back(shown(0) + "|" + shown(1));
      } catch (const BadRecord& problem) {
        found.emplace_back(problem.what());
      }
    }
    if (!first.empty()) CHECK(first == found);
    first = found;
  }
  return first;
}

std::string row(const std::string& text) {
  const auto found = rows(text);
  return found.size() == 1 ? found[0] : "not one row";
}

}  // namespace

TEST_CASE("values are found by their keys, whatever the order and whatever else there is") {
  CHECK(rows("{\"a\":1,\"b\":\"x\"}\n{\"b\":true, \"c\":{\"a\":[1,{\"b\":2}]},\"a\" : -1.5e+3 }\n") ==
        std::vector<std::string>{"1|x", "-1.5e+3|true"});
  CHECK(rows("\xEF\xBB\xBF{\"a\":null,\"b\":\"\"}\r\n\r\n  \n{\"a\":0,\"b\":false}") ==
        std::vector<std::string>{"-|", "0|false"});
  CHECK(rows("").empty());
}

TEST_CASE("the columns may be the first object's keys, which all others then have") {
  for (const size_t chunk : {1, 1 << 20}) {
    JsonLinesReader json(
        std::make_unique<MemorySource>("\n{\"b\":1,\"a\\u0041\":{},\"c\":null}\n{\"c\":1}\n{\"b\":1,\"x\":2}\n", chunk),
        "x.jsonl");
    CHECK(json.header() == std::vector<std::string>{"b", "aA", "c"});
    CHECK_THROWS_WITH(json.next(), "x.jsonl:2:18: 'aA': expected a string or a number, found an object");
    CHECK_THROWS_WITH(json.next(), "x.jsonl:3: has no 'b'; where a value is missing, null is expected");
    CHECK_THROWS_WITH(json.next(), "x.jsonl:4: has 'x', which the first line does not have");
    CHECK_FALSE(json.next());
  }
  CHECK_THROWS_WITH(JsonLinesReader(std::make_unique<MemorySource>("\n", 1), "x.jsonl"),
                    "x.jsonl: is empty; lines of objects are expected");
}

TEST_CASE("escapes in texts and keys mean what they mean in JSON") {
  CHECK(row(R"({"\u0061":"q\" s\\ \/ \b\f\n\r\t","b":"\u00e9 \ud83d\ude00 é"})") == "q\" s\\ / \b\f\n\r\t|é 😀 é");
}

TEST_CASE("a row's bytes and a value's stay as they came, and lines are counted") {
  JsonLinesReader json = reader("\n{ \"a\" : \"\\u0041\" , \"b\":2 } \n\n{\"a\":1,\"b\":2}\r\n", {"a", "b"});
  REQUIRE(json.next());
  CHECK(json.raw() == "{ \"a\" : \"\\u0041\" , \"b\":2 } ");
  CHECK(json.raw_field(0) == "\"\\u0041\"");
  CHECK(json.where() == "x.jsonl:2");
  REQUIRE(json.next());
  CHECK(json.raw() == "{\"a\":1,\"b\":2}");
  CHECK(json.line() == 4);
  CHECK_FALSE(json.next());
  CHECK_FALSE(json.next());
}

TEST_CASE("a line that is no object with the columns is refused with its place, and the next one is read") {
  CHECK(rows("{\"a\":1}\n{\"a\":1,\"b\":2}\n") ==
        std::vector<std::string>{"x.jsonl:1: has no 'b'; where a value is missing, null is expected", "1|2"});
  CHECK(row("[1,2]") == "x.jsonl:1:1: expected an object, {\"column\": value, ...}");
  CHECK(row("{\"a\":1,\"b\":2} x") == "x.jsonl:1:15: text after the object");
  CHECK(row("{\"a\":1,\"b\":2}{}") == "x.jsonl:1:14: text after the object");
  CHECK(row("{\"a\":1,\"b\":2") == "x.jsonl:1:13: expected ',' or '}'");
  CHECK(row("{\"a\":1 \"b\":2}") == "x.jsonl:1:8: expected ',' or '}'");
  CHECK(row("{\"a\":1,}") == "x.jsonl:1:8: expected a key in double quotes");
  CHECK(row("{a:1}") == "x.jsonl:1:2: expected a key in double quotes");
  CHECK(row("{\"a\" 1}") == "x.jsonl:1:6: expected ':'");
  CHECK(row("{\"a\":1,\"a\":1,\"b\":2}") == "x.jsonl:1: has 'a' twice");
  CHECK(row("{\"a\":1,\"\\u0061\":1,\"b\":2}") == "x.jsonl:1: has 'a' twice");
  CHECK(row("{\"a\":[1],\"b\":2}") == "x.jsonl:1:6: 'a': expected a string or a number, found a list");
  CHECK(row("{\"b\":{},\"a\":2}") == "x.jsonl:1:6: 'b': expected a string or a number, found an object");
  CHECK(row("{\"a\":1,\"b\":2,\"prediction\":3}") ==
        "x.jsonl:1: already has 'prediction', which the predictions need; rename it, or print only the new columns "
        "with --only");
  CHECK(row("{\"a\":\"\xff\",\"b\":2}") == "x.jsonl:1: is not UTF-8");
}

TEST_CASE("values that JSON does not know are refused") {
  for (const char* value : {"01", "+1", ".5", "1.", "1e", "-", "NaN", "Infinity", "nul", "True", "'x'", ""}) {
    INFO(value);
    const std::string found = row("{\"a\":" + std::string(value) + ",\"b\":2}");
    CHECK(found.starts_with("x.jsonl:1:"));
  }
  CHECK(row("{\"a\":NaN,\"b\":2}") == "x.jsonl:1:6: expected a value");
  CHECK(row("{\"a\":\"\\x\",\"b\":2}") == "x.jsonl:1:8: an escape that JSON does not know");
  CHECK(row("{\"a\":\"\\u00g0\",\"b\":2}") == "x.jsonl:1:8: expected four hexadecimal digits");
  CHECK(row("{\"a\":\"\\u0000\",\"b\":2}") == "x.jsonl:1:12: a NUL character in a text");
  CHECK(row("{\"a\":\"\\ud83d\",\"b\":2}") == "x.jsonl:1:12: half a surrogate pair in a string");
  CHECK(row("{\"a\":\"\\udc00\",\"b\":2}") == "x.jsonl:1:12: half a surrogate pair in a string");
  CHECK(row("{\"a\":\"\\ud83d\\u0041\",\"b\":2}") == "x.jsonl:1:18: half a surrogate pair in a string");
  CHECK(row("{\"a\":\"x\ty\",\"b\":2}") == "x.jsonl:1:8: a control character in a string; write it as \\u00..");
  CHECK(row("{\"a\":\"x") == "x.jsonl:1:8: expected a closing double quote");
}

TEST_CASE("lists in lists do not exhaust the stack") {
  CHECK(row("{\"c\":" + std::string(100'000, '[') + "}") == "x.jsonl:1:518: objects and lists are nested too deeply");
  CHECK(row("{\"c\":" + std::string(500, '[') + std::string(500, ']') + ",\"a\":1,\"b\":2}") == "1|2");
}

TEST_CASE("it waits only where no whole line is there") {
  JsonLinesReader json = reader("{\"a\":1}\n{\"a\":2}\n{\"a\"", {"a"});
  REQUIRE(json.next());
  CHECK_FALSE(json.would_wait());
  REQUIRE(json.next());
  CHECK(json.field(0) == "2");
  CHECK(json.would_wait());
  CHECK_THROWS_AS(json.next(), BadRecord);
  CHECK_FALSE(json.would_wait());
}

TEST_CASE("texts are written as JSON, whatever they hold") {
  std::string out;
  append_json_string(out, "a\"b\\\n\x01 é \xff");
  CHECK(out == "\"a\\\"b\\\\\\n\\u0001 é \xEF\xBF\xBD\"");
  CHECK(is_json_number("-0.5e10"));
  CHECK_FALSE(is_json_number("1 "));
  CHECK_FALSE(is_json_number(""));
}
