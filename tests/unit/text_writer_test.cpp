#include "predict/text_writer.h"

#include "catch.h"
#include "features.h"
#include "predict/rejects.h"

using namespace mdl;

namespace {

const Target kClasses{.name = "y", .task = Task::kMulticlass, .classes = {"a", "b,\"", "c"}};
const Target kNumber{.name = "y", .task = Task::kRegression};
const Predictions kAnswer{.probabilities = {0.25, 0.0625, 0.6875}, .classes = {2}, .finite = {1}};

std::string row(const Target& target, const TextOptions& options, const Predictions& predictions,
                std::string_view passthrough, size_t top = 0) {
  TextWriter writer(PredictionColumns(target, {.top = top}), options);
  std::string out;
  writer.append(out, 0, passthrough, predictions, 0);
  return out;
}

std::string number(double value, int decimals) {
  return row(kNumber, {.only = true, .round = decimals}, {.values = {value}, .finite = {1}}, "");
}

constexpr TableFormat kTabs{.delimiter = '\t'}, kJson{.form = Form::kJsonLines};

}  // namespace

TEST_CASE("predictions stand behind the row, in its form") {
  CHECK(row(kClasses, {}, kAnswer, "1,x") == "1,x,c,0.25,0.0625,0.6875\n");
  CHECK(row(kClasses, {.format = kTabs}, kAnswer, "1\tx") == "1\tx\tc\t0.25\t0.0625\t0.6875\n");
  CHECK(row(kClasses, {.only = true}, kAnswer, "") == "c,0.25,0.0625,0.6875\n");
  CHECK(row(kClasses, {.format = kJson}, kAnswer, "{\"n\":1") ==
        "{\"n\":1,\"prediction\":\"c\",\"p_a\":0.25,\"p_b,\\\"\":0.0625,\"p_c\":0.6875}\n");
  CHECK(row(kClasses, {.format = kJson}, kAnswer, "{") ==
        "{\"prediction\":\"c\",\"p_a\":0.25,\"p_b,\\\"\":0.0625,\"p_c\":0.6875}\n");
}

TEST_CASE("the header names the new columns, and a row without an answer has as many fields") {
  TextWriter csv(PredictionColumns(kClasses), {}), json(PredictionColumns(kNumber), {.format = kJson});
  std::string out;
  csv.append_header(out, "n");
  csv.append_blank(out, 0, "1");
  json.append_header(out, "");
  json.append_blank(out, 0, "{\"n\":1");
  CHECK(out == "n,prediction,p_a,\"p_b,\"\"\",p_c\n1,,,,\n{\"n\":1,\"prediction\":null}\n");
}

TEST_CASE("a row of one empty field is quoted, since readers drop empty lines") {
  const auto blank = [](const TextOptions& options, std::string_view passthrough) {
    std::string out;
    TextWriter(PredictionColumns(kNumber), options).append_blank(out, 0, passthrough);
    return out;
  };
  CHECK(blank({.only = true}, "") == "\"\"\n");
  CHECK(blank({.format = kTabs, .only = true}, "") == "\"\"\n");
  CHECK(blank({.format = kJson, .only = true}, "{") == "{\"prediction\":null}\n");
  CHECK(blank({}, "") == ",\n");
}

TEST_CASE("each probability is rounded by itself") {
  CHECK(row(kClasses, {.only = true, .round = 1}, kAnswer, "") == "c,0.2,0.1,0.7\n");
  const Predictions thirds{.probabilities = {0.3333333, 0.3333333, 0.3333334}, .classes = {2}, .finite = {1}};
  CHECK(row(kClasses, {.only = true, .round = 2}, thirds, "") == "c,0.33,0.33,0.33\n");
}

TEST_CASE("the most likely classes come first, of equal ones the earlier") {
  CHECK(row(kClasses, {}, kAnswer, "1", 2) == "1,c,c,0.6875,a,0.25\n");
  CHECK(row(kClasses, {}, {.probabilities = {0.25, 0.5, 0.25}, .classes = {1}, .finite = {1}}, "1", 3) ==
        "1,\"b,\"\"\",\"b,\"\"\",0.5,a,0.25,c,0.25\n");
  CHECK(PredictionColumns(kClasses, {.top = 2}).names() ==
        std::vector<std::string>{"prediction", "top_1", "p_top_1", "top_2", "p_top_2"});
}

TEST_CASE("of the new columns probabilities are numbers, and the target is where it is one") {
  const auto numbers = [](const Target& target, size_t top) {
    const PredictionColumns columns(target, {.top = top});
    std::vector<bool> out;
    for (size_t i = 0; i < columns.names().size(); ++i) out.push_back(columns.is_number(i));
    return out;
  };
  CHECK(numbers(kClasses, 0) == std::vector<bool>{false, true, true, true});
  CHECK(numbers(kClasses, 2) == std::vector<bool>{false, false, true, false, true});
  CHECK(numbers(kNumber, 0) == std::vector<bool>{true});
}

TEST_CASE("contributions stand behind the answer, two columns a feature") {
  const Encoder encoder{.features = {{.name = "age"}, one_hot("home", {"own"})}};
  Predictions why{.probabilities = {0.25, 0.0625, 0.6875}, .classes = {2}, .values = {7}, .finite = {1}};
  why.contributions = {.outputs = {0.75}, .references = {-1}, .values = {1.5, 0.25}, .standard_errors = {0.125, 0}};
  const auto line = [&](const Target& target, const PredictionColumnOptions& options) {
    std::string out;
    TextWriter writer(PredictionColumns(target, options), {.only = true});
    writer.append_header(out, "");
    writer.append(out, 0, "", why, 0);
    return out;
  };
  const std::string names =
      "raw_output,raw_reference,contribution_age,standard_error_age,contribution_home,standard_error_home\n";
  CHECK(line(kNumber, {.explained = &encoder}) == "prediction," + names + "7,0.75,-1,1.5,0.125,0.25,0\n");
  CHECK(line(kClasses, {.top = 1, .explained = &encoder}) ==
        "prediction,top_1,p_top_1," + names + "c,c,0.6875,0.75,-1,1.5,0.125,0.25,0\n");
  const PredictionColumns columns(kClasses, {.top = 1, .explained = &encoder});
  CHECK_FALSE(columns.is_number(1));
  for (const size_t column : {2, 3, 4, 5, 8}) CHECK(columns.is_number(column));
}

TEST_CASE("the label can stand alone, without a probability") {
  const PredictionColumns columns(kClasses, {.top = 2, .label_only = true});
  CHECK(columns.names() == std::vector<std::string>{"prediction"});
  CHECK_FALSE(columns.is_number(0));
  std::string out;
  TextWriter(columns, {.only = true}).append(out, 0, "", kAnswer, 0);
  // Of a number that is all that there is, whatever is asked for.
  CHECK(PredictionColumns(kNumber, {.top = 1}).names() == std::vector<std::string>{"prediction"});
  TextWriter(PredictionColumns(kNumber, {.label_only = true}), {.only = true})
      .append(out, 0, "", {.values = {7}, .finite = {1}}, 0);
  CHECK(out == "c\n7\n");
}

TEST_CASE("numbers are rounded to so many decimals, without zeros at the end") {
  CHECK(number(0.123456, 3) == "0.123\n");
  CHECK(number(0.5, 3) == "0.5\n");
  CHECK(number(-0.0001, 3) == "0\n");
  CHECK(number(1299.5001, 3) == "1299.5\n");
  CHECK(number(1300, 0) == "1300\n");
  CHECK(number(1300, 2) == "1300\n");
}

TEST_CASE("an allowance is a number of rows or a share of them") {
  CHECK(parse_reject_limit("3")->covers(3, 3));
  CHECK_FALSE(parse_reject_limit("3")->covers(4, 1000));
  CHECK(parse_reject_limit("0.1%")->covers(1, 1000));
  CHECK_FALSE(parse_reject_limit("0.1%")->covers(2, 1000));
  for (const char* wrong : {"", "%", "-1", "1.5", "101%", "x", "1 %%"}) CHECK_FALSE(parse_reject_limit(wrong));
}

TEST_CASE("a format is known by the end of a file's name") {
  CHECK(table_format_of("a.csv") == TableFormat{});
  CHECK(table_format_of("a.tsv.gz") == kTabs);
  CHECK(table_format_of("a/b.tab") == kTabs);
  CHECK(table_format_of("x.jsonl.zst") == kJson);
  CHECK(table_format_of("x.ndjson") == kJson);
  CHECK(table_format_of("x.arrows.gz") == TableFormat{.form = Form::kArrowStream});
  CHECK(table_format_of("x.arrow") == TableFormat{.form = Form::kArrowFile});
  CHECK(table_format_of("x.feather") == TableFormat{.form = Form::kArrowFile});
  CHECK(table_format_of("x.parquet") == TableFormat{.form = Form::kParquet});
  CHECK(table_format_of("x.parquet.gz") == TableFormat{.form = Form::kParquet});
  CHECK(table_format_of("x.csv.gz.age") == TableFormat{});
  CHECK_FALSE(table_format_of("x.txt"));
  CHECK_FALSE(table_format_of("-"));
}
