#include "serve/tensor_data.h"

#include <cmath>

#include "base/error.h"
#include "catch.h"

using namespace mdl;

namespace {

std::string error_of(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::vector<std::string> texts_of(std::string_view data) {
  std::vector<std::string> out;
  const TextTensor texts = texts_in_json(data, "a");
  for (const std::string_view cell : texts.cells)
    out.push_back(cell.data() == nullptr ? "missing" : "'" + std::string(cell) + "'");
  return out;
}

}  // namespace

TEST_CASE("The data of tensors are taken out of a request, and nothing else") {
  const TensorJson json = take_data(R"({"id":"\"data\":[1]","inputs":[{"name":"a","data":[1,[2,3]],"p":{"data":[4]}},
    {"data" : ["]}\"\\", "x"] ,"name":"data"}],"data":[5]})");
  CHECK(json.request == R"({"id":"\"data\":[1]","inputs":[{"name":"a","data":0,"p":{"data":[4]}},
    {"data" : 1,"name":"data"}],"data":[5]})");
  CHECK(json.data == std::vector<std::string_view>{"[1,[2,3]]", R"(["]}\"\\", "x"])"});

  // What is not JSON stays so.
  for (const char* text : {"", "{", R"({"a":[{"data":)", R"({"a":[{"data":[)", R"({"a":[{"data":["\)",
                           R"({"a":[{"data"}]})", "]]]]{{{{\"data\":1", R"({"a":[{"data":}]})"}) {
    const TensorJson taken = take_data(text);
    CHECK(taken.data.size() <= 1);
  }
}

TEST_CASE("Numbers are read as JSON has them") {
  const auto numbers = numbers_in_json("[ 1, -2.5e1 ,[true,false],null]", "a");
  REQUIRE(numbers.size() == 5);
  CHECK((numbers[0] == 1 && numbers[1] == -25 && numbers[2] == 1 && numbers[3] == 0));
  CHECK(std::isnan(numbers[4]));
  CHECK(numbers_in_json("[]", "a").empty());
  CHECK(numbers_in_json("[0.1]", "a")[0] == 0.1);
  for (const auto& [text, why] :
       std::vector<std::pair<std::string, std::string>>{{"[1e400]", "holds a number that is too large or too small"},
                                                        {"[NaN]", "holds what is neither a number nor null"},
                                                        {"[01]", "holds what is neither a number nor null"},
                                                        {"[1.]", "holds what is neither a number nor null"},
                                                        {"[\"1\"]", "holds a text among numbers"},
                                                        {"[{}]", "holds what is neither a number nor null"},
                                                        {"[1", "'data' is not JSON"},
                                                        {"[1,]", "holds what is neither a number nor null"},
                                                        {"[,1]", "holds what is neither a number nor null"},
                                                        {"[1 2]", "'data' is not JSON"},
                                                        {"[1]x", "'data' is not JSON"},
                                                        {"[1]]", "'data' is not JSON"},
                                                        {"7", "'data' is no list"},
                                                        {"[[[[[[[[[1]]]]]]]]]", "'data' is nested too deeply"}}) {
    CHECK(error_of([&] { numbers_in_json(text, "a"); }) == "input 'a': " + why);
  }
}

TEST_CASE("Texts are read with their escapes, numbers among them as they stand") {
  CHECK(texts_of(R"(["a", "", "b\"\u00e9\ud83d\ude00" ,1.50,true,null])") ==
        std::vector<std::string>{"'a'", "''", "'b\"\xC3\xA9\xF0\x9F\x98\x80'", "'1.50'", "'true'", "missing"});
  for (const char* text : {R"(["a)", R"(["a\q"])", "[\"a\nb\"]", R"(["\ud83d"])", R"([abc])", R"([{"a":1}])"})
    CHECK(error_of([&] { texts_in_json(text, "a"); }).starts_with("input 'a': "));
}
