#include "table/target.h"

#include <cmath>

#include "catch.h"
#include "io/input.h"
#include "table/csv.h"
#include "table_files.h"

using namespace mdl;
using Texts = std::vector<std::string>;

namespace {

/// A table whose column y holds the cells.
Dataset table_of_y(const Texts& lines, const DataConfig& config = {}) {
  std::string text = "x,y\n";
  for (const std::string& line : lines) text += "1," + line + "\n";
  return table_of(text,
                  {.missing = config.missing, .types = config.types, .keep_texts = {"y"}, .format = config.format});
}

Target target_of(const Texts& lines, const DataConfig& config = {}) {
  return infer_target(*table_of_y(lines, config).find("y"), config, "x.csv");
}

std::string refused(const Texts& lines, const DataConfig& config = {}) {
  return TableFiles().error([&] { target_of(lines, config); });
}

/// "0" to "count - 1", each followed by `suffix`.
Texts count_up(size_t count, const std::string& suffix = "") {
  Texts lines;
  for (size_t i = 0; i < count; ++i) lines.push_back(fmt::format("{}{}", i, suffix));
  return lines;
}

DataConfig with_task(Task task) {
  DataConfig config;
  config.task = task;
  return config;
}

CsvReader reader(const TableFiles& files, const std::string& text) {
  const std::string path = files.add("x.csv", text);
  return CsvReader(open_input(path), "x.csv");
}

}  // namespace

TEST_CASE("two values make a binary task, the second class positive") {
  const Target words = target_of({"good", "bad", "good"});
  CHECK(words.name == "y");
  CHECK(words.task == Task::kBinary);
  CHECK(words.classes == Texts{"bad", "good"});
  CHECK(words.positive == 1);
  CHECK(target_of({"1", "0"}).classes == Texts{"0", "1"});
  CHECK(target_of({"10", "9"}).classes == Texts{"9", "10"});
  CHECK(target_of({"0.5", "-1e1"}).task == Task::kBinary);
  CHECK(target_of({"yes", "", "no", "NA"}).classes == Texts{"no", "yes"});
}

TEST_CASE("data.positive names the positive class") {
  DataConfig config;
  config.positive = "bad";
  CHECK(target_of({"good", "bad"}, config).positive == 0);
  config.positive = "0";
  CHECK(target_of({"0.0", "1.0"}, config).positive == 0);
  config.positive = "ugly";
  CHECK(refused({"good", "bad"}, config) ==
        "x.csv: target column 'y': has the classes bad and good; data.positive says 'ugly'");
  CHECK(refused({"a", "b", "c"}, config) == "data.positive is for two classes; column 'y' has 3");
  CHECK(refused({"1.5", "2.5", "3.5"}, config) ==
        "data.positive is for two classes; column 'y' makes this a regression");
}

TEST_CASE("texts make a multiclass task, sorted bytewise") {
  CHECK(target_of({"b", "C", "a"}).task == Task::kMulticlass);
  CHECK(target_of({"b", "C", "a", "10", "9"}).classes == Texts{"10", "9", "C", "a", "b"});
}

TEST_CASE("at most 20 whole numbers are classes, sorted as numbers") {
  CHECK(target_of({"10", "9", "-1"}).task == Task::kMulticlass);
  CHECK(target_of({"10", "9", "-1"}).classes == Texts{"-1", "9", "10"});
  CHECK(target_of(count_up(20)).task == Task::kMulticlass);
  CHECK(target_of(count_up(20, ".0")).task == Task::kMulticlass);
  CHECK(target_of(count_up(21)).task == Task::kRegression);
  CHECK(target_of({"1", "2", "2.5"}).task == Task::kRegression);
  CHECK(target_of(count_up(kDistinct + 1)).task == Task::kRegression);
  CHECK(target_of(count_up(21)).classes.empty());
}

TEST_CASE("spellings of one value are one class, named by the shortest without blanks") {
  const Target target = target_of({"1.0", "0", " 1", "0.0", "-0"});
  CHECK(target.task == Task::kBinary);
  CHECK(target.classes == Texts{"0", "1"});
  CHECK(target.class_of("1") == 1);
  CHECK(target.class_of("1.000") == 1);
  CHECK(target.class_of("-0.0 ") == 0);
  CHECK(target.class_of("+0") == -1);
  CHECK(target.class_of("2") == -1);
  CHECK(target.class_of("one") == -1);
  CHECK(target_of({"1.0", "0.0"}).classes == Texts{"0.0", "1.0"});
  CHECK(target_of({" yes", "no ", "yes", "no  "}).classes == Texts{"no", "yes"});
  CHECK(target_of({"1", "1.0", "x"}).classes == Texts{"1", "x"});
}

TEST_CASE("numbers that are spelled otherwise than by a zero fraction are classes of their own") {
  CHECK(target_of({"1E3", "10E2", "1000"}).classes == Texts{"1000", "10E2", "1E3"});
  CHECK(target_of({"9007199254740992", "9007199254740993", "9007199254740993.0"}).classes ==
        Texts{"9007199254740992", "9007199254740993"});
  CHECK(target_of({"01", "1", "00"}).classes == Texts{"00", "01", "1"});
}

TEST_CASE("true and false are classes in any case where there is no other") {
  const Target target = target_of({"True", "false", "TRUE", "False"});
  CHECK(target.classes == Texts{"False", "TRUE"});
  CHECK(target.class_of("true") == 1);
  CHECK(target.class_of("FALSE ") == 0);
  CHECK(target_of({"True", "TRUE", "maybe"}).classes == Texts{"TRUE", "True", "maybe"});
  CHECK(target_of({"True", "False", "maybe"}).class_of("true") == -1);
}

TEST_CASE("data.task has the last word") {
  CHECK(target_of(count_up(30), with_task(Task::kMulticlass)).classes.size() == 30);
  CHECK(target_of({"1", "2", "3"}, with_task(Task::kRegression)).task == Task::kRegression);
  CHECK(target_of({"1", "2"}, with_task(Task::kRegression)).task == Task::kRegression);
  CHECK(target_of({"a", "b"}, with_task(Task::kMulticlass)).task == Task::kMulticlass);
  CHECK(refused({"1", "2", "x"}, with_task(Task::kRegression)) ==
        "x.csv: target column 'y': 'x' is not a number, as a regression needs");
  CHECK(refused({"a", "b", "c"}, with_task(Task::kBinary)) ==
        "x.csv: target column 'y': has 3 classes (a, b and c); data.task says binary");
}

TEST_CASE("data.types makes classes of numbers and numbers of classes") {
  DataConfig config;
  config.types = {{"y", ColumnKind::kCategorical}};
  CHECK(target_of({"1.5", "2.5", "3.5"}, config).task == Task::kMulticlass);
  CHECK(target_of(count_up(21), config).classes.size() == 21);
  config.types = {{"y", ColumnKind::kNumeric}};
  CHECK(target_of({"0", "1"}, config).task == Task::kRegression);
}

TEST_CASE("a target of one value or none is an error") {
  CHECK(refused({"", "NA"}) == "x.csv: target column 'y': is missing in every row");
  CHECK(refused({"a", "a", ""}) == "x.csv: target column 'y': is 'a' in every row; a classifier needs two classes");
  CHECK(refused({"1", "1.0"}) == "x.csv: target column 'y': is '1' in every row; a classifier needs two classes");
  CHECK(refused({"1.5", "1.5"}) == "x.csv: target column 'y': is '1.5' in every row; there is nothing to learn");
  CHECK(refused({"a"}, with_task(Task::kBinary)) ==
        "x.csv: target column 'y': is 'a' in every row; a classifier needs two classes");
  DataConfig numeric;
  numeric.types = {{"y", ColumnKind::kNumeric}};
  CHECK(refused({"", ""}, numeric) == "x.csv: target column 'y': is missing in every row");
  CHECK(refused({"2.50", "", "2.5"}, numeric) ==
        "x.csv: target column 'y': is '2.5' in every row; there is nothing to learn");
}

TEST_CASE("a classifier cannot have numbers without end") {
  CHECK(refused(count_up(kDistinct + 1), with_task(Task::kMulticlass)) ==
        "x.csv: target column 'y': is read as numbers, more than 1,024 different ones; to use them as classes set "
        "data.types: {\"y\": categorical}");
  DataConfig config = with_task(Task::kBinary);
  config.types = {{"y", ColumnKind::kNumeric}};
  CHECK(refused({"0", "1"}, config) ==
        "x.csv: target column 'y': is read as numbers, as data.types says; to use them as classes set data.types: "
        "{\"y\": "
        "categorical}");
}

TEST_CASE("a target of more texts than any classifier has is an error") {
  const DataConfig told = with_task(Task::kMulticlass);
  CHECK(target_of(count_up(kMostClasses, "x"), told).classes.size() == kMostClasses);
  CHECK(refused(count_up(kMostClasses + 1, "x"), told) ==
        "x.csv: target column 'y': has 10,001 distinct values; a classifier takes at most 10,000 classes");
}

TEST_CASE("each row has its class, or -1 where it is missing") {
  const Dataset table = table_of_y({"b", "a", "", "b"});
  const Target target = infer_target(*table.find("y"), {}, "x.csv");
  CHECK(target_values(target, *table.find("y"), 4).classes == std::vector<int32_t>{1, 0, -1, 1});
  const Dataset numbers = table_of_y({"1.0", "0", "1", "NA"});
  CHECK(target_values(infer_target(*numbers.find("y"), {}, "x.csv"), *numbers.find("y"), 4).classes ==
        std::vector<int32_t>{1, 0, 1, -1});
}

TEST_CASE("each row has its number, or NaN where it is missing") {
  for (const bool told : {false, true}) {
    DataConfig config;
    if (told) config.types = {{"y", ColumnKind::kNumeric}};
    const Dataset table = table_of_y({"1.5", "", "-2", "1.50", "3"}, config);
    const std::vector<double> numbers =
        target_values(infer_target(*table.find("y"), config, "x.csv"), *table.find("y"), 5).numbers;
    REQUIRE(numbers.size() == 5);
    CHECK(numbers[0] == 1.5);
    CHECK(std::isnan(numbers[1]));
    CHECK(numbers[2] == -2);
    CHECK(numbers[3] == 1.5);
    CHECK(numbers[4] == 3);
  }
}

TEST_CASE("a record's class is read as in training") {
  const TableFiles files;
  Target target;
  target.name = "y";
  target.task = Task::kBinary;
  target.classes = {"0", "1"};
  CsvReader csv = reader(files, "y,x\n1.0,a\n NA ,b\n2,c\n");
  const TargetReader labels(target, {"", "NA"}, csv);
  REQUIRE(csv.next());
  CHECK(labels.read(csv).class_index == 1);
  CHECK_FALSE(labels.read(csv).missing);
  REQUIRE(csv.next());
  CHECK(labels.read(csv).missing);
  REQUIRE(csv.next());
  CHECK(labels.read(csv).class_index == -1);
  CHECK(labels.cell(csv) == "2");
}

TEST_CASE("a record's number is read as in training") {
  const TableFiles files;
  Target target;
  target.name = "price";
  CsvReader csv = reader(files, "x,price\n1, 2.5\n1,\n1,cheap\n");
  const TargetReader labels(target, {""}, csv);
  REQUIRE(csv.next());
  CHECK(labels.read(csv).number == 2.5);
  REQUIRE(csv.next());
  CHECK(labels.read(csv).missing);
  REQUIRE(csv.next());
  CHECK_THROWS_WITH(labels.read(csv), "x.csv:4: column 'price': 'cheap' is not a number");
}

TEST_CASE("a stream without the target is refused") {
  const TableFiles files;
  Target target;
  target.name = "price";
  const CsvReader csv = reader(files, "x,y\n1,2\n");
  CHECK_THROWS_WITH(TargetReader(target, {}, csv), "x.csv: has no column 'price', the target");
}

TEST_CASE("texts are sorted as numbers where all are numbers, else bytewise") {
  const auto sorted = [](Texts texts) {
    sort_naturally(texts);
    return texts;
  };
  CHECK(sorted({"10", "9", "1e1", "-2.5"}) == Texts{"-2.5", "9", "10", "1e1"});
  CHECK(sorted({"10", "9", "x"}) == Texts{"10", "9", "x"});
  CHECK(sorted({"\xC3\xA9", "z", "Z", ""}) == Texts{"", "Z", "z", "\xC3\xA9"});
}

TEST_CASE("texts that look like numbers, and a text of about a class a row, are refused as classes") {
  Texts commas, names, dates;
  for (int i = 0; i < 30; ++i) {
    commas.push_back(fmt::format("\"{},125\"", i + 1));
    names.push_back(fmt::format("n{}", i));
    dates.push_back(fmt::format("2024-0{}-1{}", 1 + i / 10, i % 10));
  }
  CHECK(refused(commas) ==
        "x.csv: target column 'y': has 30 different texts in 30 rows, which look like numbers in which a comma parts "
        "decimals or thousands, such as '1,125'; to predict them as numbers, set data.types: {\"y\": {numeric: "
        "{decimal: \",\"}}} or data.types: {\"y\": {numeric: {thousands: \",\"}}}; for all columns, "
        "data.format.decimal to ',' or data.format.thousands to ','; data.task: multiclass makes "
        "classes of them");
  CHECK(refused(names) ==
        "x.csv: target column 'y': has 30 different texts in 30 rows, such as 'n0': about one class per row, from "
        "which nothing can be learned; is this the right column? data.task: multiclass makes classes of them");
  CHECK(refused(dates) ==
        "x.csv: target column 'y': has 30 different texts in 30 rows, which look like dates, such as '2024-01-10'; "
        "dates are no numbers to "
        "predict; data.task: multiclass makes classes of them");
  CHECK(target_of(names, with_task(Task::kMulticlass)).classes.size() == 30);
  Texts twice = names;
  twice.insert(twice.end(), names.begin(), names.end());
  CHECK(target_of(twice).classes.size() == 30);
  Texts thousands;
  for (int i = 0; i < 2002; ++i) thousands.push_back(fmt::format("n{}", i % 1001));
  CHECK(refused(thousands) ==
        "x.csv: target column 'y': has 1,001 different texts in 2,002 rows, such as 'n0'; data.task: multiclass makes "
        "classes of them, at the cost of 1,001 outputs of each network; is this the right column?");
  CHECK(target_of(thousands, with_task(Task::kMulticlass)).classes.size() == 1001);
  CHECK(refused({"\"1,125\"", "\"2,125\""}, with_task(Task::kRegression)) ==
        "x.csv: target column 'y': '1,125' is not a number, as a regression needs; for numbers in which a comma "
        "parts decimals or thousands set data.types: {\"y\": {numeric: {decimal: \",\"}}} or data.types: {\"y\": "
        "{numeric: {thousands: \",\"}}}; for all columns, data.format.decimal to ',' or data.format.thousands to ','");
}

TEST_CASE("a target of numbers with a form is read by it") {
  DataConfig config;
  config.types = {{"y", ColumnType(ColumnKind::kNumeric, {.kind = NumberForm::Kind::kSpelled, .decimal = ','})}};
  const Dataset table = table_of_y({"\"1,5\"", "\"2,5\""}, config);
  const Target target = infer_target(*table.find("y"), config, "x.csv");
  CHECK(target.task == Task::kRegression);
  CHECK(target.form.decimal == ',');
  CHECK(target_values(target, *table.find("y"), 2).numbers == std::vector<double>{1.5, 2.5});
}

TEST_CASE("more than a few texts that leave no doubt are numbers") {
  const Texts euros = count_up(21, " \u20AC");
  const Target target = target_of(euros);
  CHECK(target.task == Task::kRegression);
  CHECK(target.form.unit == "\u20AC");
  CHECK(target_values(target, *table_of_y(euros).find("y"), 21).numbers[20] == 20);
  CHECK(target_of(count_up(20, " \u20AC")).task == Task::kMulticlass);
  CHECK(target_of(count_up(20, " \u20AC"), with_task(Task::kRegression)).form.unit == "\u20AC");
  CHECK(target_of(euros, with_task(Task::kMulticlass)).classes.size() == 21);
}

TEST_CASE("classes that may be numbers are told with the way to a regression") {
  const auto reading = [](const Texts& cells, const DataConfig& config = {}) {
    const Dataset table = table_of_y(cells, config);
    const Column& column = *table.find("y");
    return other_reading(infer_target(column, config, "x.csv"), column, config);
  };
  CHECK(reading({"1", "2", "3"}) == "; to predict them as numbers, set data.task: regression");
  CHECK(reading({"\"1,5\"", "\"2,5\"", "\"3,5\""}) ==
        "; its texts look like numbers with a decimal comma: to predict them as numbers, set data.types: {\"y\": "
        "{numeric: {decimal: \",\"}}}");
  CHECK(reading({"a", "b", "c"}).empty());
  CHECK(reading({"2024-01-01", "2024-01-02", "2024-01-03"}) == "; its texts are dates, each of them a class");
  CHECK(reading(count_up(37)) ==
        "; it has 37 different whole numbers: to predict them as classes, set data.task: multiclass");
  CHECK(reading(count_up(37, ".5")).empty());
  CHECK(reading(count_up(37, "%")) == "; each a number with the unit '%'");
  CHECK(reading(count_up(101)).empty());
  CHECK(reading(count_up(37), with_task(Task::kRegression)).empty());
  Texts names;
  for (int i = 0; i < 202; ++i) names.push_back(fmt::format("n{}", i % 101));
  CHECK(reading(names) == "; that is 101 outputs of each network");
  CHECK(reading({"0", "1"}).empty());
  CHECK(reading({"1", "2", "3"}, with_task(Task::kMulticlass)).empty());
}

TEST_CASE("a target of numbers is read as the table's format says") {
  DataConfig config;
  config.format = {.decimal = ',', .thousands = "."};
  Texts lines;
  for (int i = 0; i < 30; ++i) lines.push_back(fmt::format("\"1.{:03}\"", i));
  const Dataset table = table_of_y(lines, config);
  const Target target = infer_target(*table.find("y"), config, "x.csv");
  CHECK(target.task == Task::kRegression);
  CHECK(target.form == NumberForm{.kind = NumberForm::Kind::kSpelled, .decimal = ',', .thousands = "."});
  CHECK(target_values(target, *table.find("y"), table.rows).numbers[29] == 1029);
}

TEST_CASE("words for missing numbers in a target are rows without one") {
  Texts lines = count_up(40);
  for (std::string& line : lines) line += ".5";
  lines.push_back("N/A");
  const Dataset table = table_of_y(lines);
  const Target target = infer_target(*table.find("y"), {}, "x.csv");
  CHECK(target.task == Task::kRegression);
  CHECK(std::isnan(target_values(target, *table.find("y"), table.rows).numbers[40]));
  CHECK(other_reading(target, *table.find("y"), {}) == "; 'N/A' taken for missing");
}
