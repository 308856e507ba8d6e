#include "table/dataset.h"

#include <cmath>

#include "base/compressor.h"
#include "catch.h"
#include "crypto/sha256.h"
#include "table_files.h"

using namespace mdl;
using Texts = std::vector<std::string>;

namespace {

/// A column's cells as texts: numbers as they are, texts in quotes, "-" for missing.
Texts cells(const Dataset& table, const std::string& name) {
  const Column* column = table.find(name);
  REQUIRE(column != nullptr);
  Texts out;
  for (size_t row = 0; row < table.rows; ++row) {
    if (column->kind == ColumnKind::kNumeric) {
      const double number = column->number(row);
      out.push_back(std::isnan(number) ? "-" : fmt::format("{}", number));
    } else {
      const int32_t code = column->code(row);
      out.push_back(code == Column::kMissing ? "-" : "'" + column->texts.at(static_cast<size_t>(code)) + "'");
    }
  }
  return out;
}

/// One column x: its cells, each on a line.
Texts cells_of_x(const Texts& lines, DatasetOptions options = {}) {
  std::string text = "x,other\n";
  for (const std::string& line : lines) text += line + ",1\n";
  return cells(table_of(text, std::move(options)), "x");
}

/// A line for each number from 0 to `count` - 1, and what follows.
std::string numbers(size_t count, const std::string& rest = "") {
  std::string text = "x\n";
  for (size_t i = 0; i < count; ++i) text += fmt::format("{}\n", i);
  return text + rest;
}

const std::string kNotMissing =
    " is not a number, but most of the column is; if it means a missing value, add it to data.missing; if the column "
    "holds names, "
    "set data.types: {x: categorical}";

}  // namespace

TEST_CASE("a column of dates is numeric, its days counted from 1970") {
  CHECK(cells_of_x({"1970-01-02", "", "2000-03-01 12:00", "1969-12-31T18:00:00Z"}) ==
        Texts{"1", "-", "11017.5", "-0.25"});
  CHECK(table_of("x\n2024-02-29\n").columns[0].dates());
  CHECK(cells_of_x({"2024-02-29", "soon"}) == Texts{"'2024-02-29'", "'soon'"});
  CHECK(cells_of_x({"2024-02-29", "7"}) == Texts{"'2024-02-29'", "'7'"});
  CHECK(cells_of_x({"2023-02-29", "2024-02-29"}) == Texts{"'2023-02-29'", "'2024-02-29'"});
  CHECK(cells_of_x({"2024-02-29"}, {.types = {{"x", ColumnKind::kCategorical}}}) == Texts{"'2024-02-29'"});
}

TEST_CASE("a slip among dates is refused") {
  std::string days = "x\n";
  for (int day = 10; day < 31; ++day) days += fmt::format("2024-05-{}\n", day);
  CHECK(table_error(days + "2024-05-32\n") ==
        "x.csv:23: column 'x': '2024-05-32' is not a date like 2024-05-31, but most of the column is; if it means a "
        "missing value, add it to "
        "data.missing; if the column holds names, set data.types: {x: categorical}");
}

TEST_CASE("a column of numbers is numeric, one with a text is categorical") {
  const Dataset table = table_of("a,b,c\n1,x,1\n2.5,y,2\n-3e2,x,z\n");
  CHECK(table.rows == 3);
  REQUIRE(table.columns.size() == 3);
  CHECK(table.columns[0].name == "a");
  CHECK(cells(table, "a") == Texts{"1", "2.5", "-300"});
  CHECK(cells(table, "b") == Texts{"'x'", "'y'", "'x'"});
  CHECK(cells(table, "c") == Texts{"'1'", "'2'", "'z'"});
  CHECK(table.find("d") == nullptr);
}

TEST_CASE("a text in the last row makes a column categorical, spellings kept") {
  CHECK(cells_of_x({"1", "1.0", "01", "1", "one"}) == Texts{"'1'", "'1'", "'01'", "'1'", "'one'"});
}

TEST_CASE("whole numbers followed by others are numbers") {
  CHECK(cells_of_x({"1", "2", "2.5", "1e3", ".5", "5."}) == Texts{"1", "2", "2.5", "1000", "0.5", "5"});
}

TEST_CASE("spaces around a number and a plus before it are part of its spelling") {
  CHECK(cells_of_x({" 5 ", "+3", "\t-1"}) == Texts{"5", "3", "-1"});
}

TEST_CASE("what only other programs take for a number is text") {
  for (const std::string text : {"inf", "-Infinity", "0x10", "1e400", "1_000", "5%", "NAN"}) {
    CAPTURE(text);
    CHECK(cells_of_x({text, "1"}) == Texts{"'" + text + "'", "'1'"});
  }
}

TEST_CASE("missing cells are known by their spellings, spaces around them aside") {
  const Texts lines = {"1", "", "NA", "NaN", "nan", "null", " NA ", "  ", "2"};
  CHECK(cells_of_x(lines) == Texts{"1", "-", "-", "-", "-", "-", "-", "-", "2"});
  CHECK(cells_of_x({"a", "", "NA", "Na"}) == Texts{"'a'", "-", "-", "'Na'"});
  const Dataset table = table_of("a,b\n1,x\n,\nNA,y\n");
  CHECK(table.columns[0].missing == 2);
  CHECK(table.columns[1].missing == 1);
}

TEST_CASE("the spellings of missing are the config's, numbers among them") {
  CHECK(cells_of_x({"-999", "1", "?"}, {.missing = {"-999", " ? "}}) == Texts{"-", "1", "-"});
  CHECK(cells_of_x({"NA", "", "1"}, {.missing = {"?"}}) == Texts{"'NA'", "''", "'1'"});
}

TEST_CASE("a column without any value is categorical and empty") {
  const Dataset table = table_of("a,b\n,1\nNA,2\n");
  CHECK(table.columns[0].kind == ColumnKind::kCategorical);
  CHECK(table.columns[0].texts.empty());
  CHECK(cells(table, "a") == Texts{"-", "-"});
}

TEST_CASE("the config has the last word on a column's type") {
  CHECK(cells_of_x({"01", "1", ""}, {.types = {{"x", ColumnKind::kCategorical}}}) == Texts{"'01'", "'1'", "-"});
  CHECK(cells_of_x({"", "", ""}, {.types = {{"x", ColumnKind::kNumeric}}}) == Texts{"-", "-", "-"});
  CHECK(table_error("a,x\n1,1\n2,abc\n", {.types = {{"x", ColumnKind::kNumeric}}}) ==
        "x.csv:3: column 'x': 'abc' is not a number");
}

TEST_CASE("a column may be kept as texts") {
  CHECK(cells_of_x({"1", "2", "1"}, {.keep_texts = {"x"}}) == Texts{"'1'", "'2'", "'1'"});
  CHECK(table_of(numbers(kDistinct), {.keep_texts = {"x"}}).columns[0].texts.size() == kDistinct);
  CHECK(table_of(numbers(kDistinct + 1), {.keep_texts = {"x"}}).columns[0].kind == ColumnKind::kNumeric);
  const Dataset table = table_of(numbers(kDistinct + 1), {.types = {{"x", ColumnKind::kNumeric}}, .as_texts = {"x"}});
  CHECK(table.columns[0].kind == ColumnKind::kCategorical);
  CHECK(table.columns[0].texts.size() == kDistinct + 1);
}

TEST_CASE("texts after many different numbers are refused where they stand") {
  CHECK(table_of(numbers(kDistinct)).columns[0].number(kDistinct - 1) == kDistinct - 1);
  CHECK(table_error(numbers(kDistinct + 1, "7\nabc\n")) ==
        fmt::format("x.csv:{}: column 'x': 'abc'", kDistinct + 4) + kNotMissing);
  // The text is the last spelling that the dictionary takes, and the one too many.
  CHECK(table_error(numbers(kDistinct - 1, "abc\n")) ==
        fmt::format("x.csv:{}: column 'x': 'abc'", kDistinct + 1) + kNotMissing);
  CHECK(table_error(numbers(kDistinct, "abc\n")) ==
        fmt::format("x.csv:{}: column 'x': 'abc'", kDistinct + 2) + kNotMissing);
}

TEST_CASE("one text in ten spellings makes a column categorical, one in more is a slip") {
  const std::string text = "a\nb\nc\n";
  CHECK(table_of(numbers(20, "a\n")).columns[0].kind == ColumnKind::kCategorical);
  CHECK(table_error(numbers(21, "a\n")) == "x.csv:23: column 'x': 'a'" + kNotMissing);
  CHECK(table_of(numbers(27, text)).columns[0].kind == ColumnKind::kCategorical);
  CHECK(table_error(numbers(28, text)) == "x.csv:30: column 'x': 'a'" + kNotMissing);
  CHECK(table_of(numbers(28, text), {.types = {{"x", ColumnKind::kCategorical}}}).columns[0].texts.size() == 31);
  CHECK(table_error("a: b\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20\n21\nx\n")
            .ends_with("set data.types: {\"a: b\": categorical}"));
}

TEST_CASE("texts in plenty stay texts beyond any number of spellings") {
  std::string text = "x\n";
  for (size_t i = 0; i < 3 * kDistinct; ++i) text += fmt::format("id{}\n", i);
  const Dataset table = table_of(text + "id7\n5\n");
  REQUIRE(table.columns[0].texts.size() == 3 * kDistinct + 1);
  CHECK(table.columns[0].texts[3 * kDistinct - 1] == fmt::format("id{}", 3 * kDistinct - 1));
  CHECK(table.columns[0].code(3 * kDistinct) == 7);
  CHECK(table.columns[0].code(3 * kDistinct + 1) == 3 * kDistinct);
}

TEST_CASE("rows beyond the first block are where they belong") {
  std::string text = "many,few,text,empty\n";
  for (size_t i = 0; i < 2 * kBlockRows + 1; ++i) text += fmt::format("{},{},{},\n", i, i % 7, i % 3 == 0 ? "a" : "b");
  const Dataset table = table_of(text);
  REQUIRE(table.rows == 2 * kBlockRows + 1);
  size_t wrong = 0;
  for (size_t i = 0; i < table.rows; ++i) {
    wrong += table.columns[0].number(i) != static_cast<double>(i) ||
             table.columns[1].number(i) != static_cast<double>(i % 7) ||
             table.columns[2].texts[static_cast<size_t>(table.columns[2].code(i))] != (i % 3 == 0 ? "a" : "b") ||
             table.columns[3].code(i) != Column::kMissing;
  }
  CHECK(wrong == 0);
}

TEST_CASE("columns to be ignored are not kept, and may hold anything") {
  const Dataset table = table_of(numbers(kDistinct + 1, "abc\n").replace(0, 1, "id"), {.ignore = {"id"}});
  CHECK(table.columns.empty());
  CHECK(table.rows == kDistinct + 2);
}

TEST_CASE("names in the config that are no columns are errors with a suggestion") {
  CHECK(table_error("age,sex\n1,2\n", {.types = {{"agee", ColumnKind::kNumeric}}}) ==
        "x.csv: no column is named 'agee', as data.types says; did you mean 'age'?");
  CHECK(table_error("age,sex\n1,2\n", {.ignore = {"identifier"}}) ==
        "x.csv: no column is named 'identifier', as data.ignore says");
}

TEST_CASE("a table without rows is an error") {
  CHECK(table_error("a,b\n") == "x.csv: has a header but no rows");
  CHECK(table_error("a,b\n\n\n") == "x.csv: has a header but no rows");
  CHECK(table_error("") == "x.csv: is empty; a header line is expected");
}

TEST_CASE("a broken row is named with its file and line") {
  CHECK(table_error("a,b\n1,2\n3\n") == "x.csv:3: 1 field, the header has 2");
}

TEST_CASE("several files are one table, whatever the order of their columns") {
  const TableFiles files;
  const std::vector<std::string> paths = {files.add("1.csv", "a,b,c\n1,x,3\n"),
                                          files.add("2.csv", "c,a,b\r\n6,4,5\r\n"), files.add("3.csv", "b,a,c\n")};
  const Dataset table = read_dataset(paths, {.missing = kMissing});
  CHECK(table.rows == 2);
  CHECK(cells(table, "a") == Texts{"1", "4"});
  CHECK(cells(table, "b") == Texts{"'x'", "'5'"});
  CHECK(cells(table, "c") == Texts{"3", "6"});
}

TEST_CASE("files with different columns are refused") {
  const TableFiles files;
  const std::string first = files.add("1.csv", "a,b\n1,2\n");
  const auto refused = [&](const std::string& second) {
    return files.error([&] { read_dataset({first, files.add("2.csv", second)}, {}); });
  };
  CHECK(refused("a,c\n1,2\n") == "2.csv: has no column 'b', which 1.csv has");
  CHECK(refused("b\n1\n") == "2.csv: has no column 'a', which 1.csv has");
  CHECK(refused("b,c,a\n1,2,3\n") == "2.csv: has the column 'c', which 1.csv does not have");
  CHECK(refused("d,b,c,a\n1,2,3,4\n") == "2.csv: has the columns 'd' and 'c', which 1.csv does not have");
  CHECK(refused("b,a\n1,2\nx,2,3\n") == "2.csv:3: 3 fields, the header has 2");
}

TEST_CASE("a glob stands for the files that match, in bytewise order") {
  const TableFiles files;
  files.add("part-2.csv", "a\n2\n");
  files.add("part-10.csv", "a\n10\n");
  files.add("part-1.csv", "a\n1\n");
  CHECK(cells(read_dataset({files / "part-*.csv"}, {}), "a") == Texts{"1", "10", "2"});
  CHECK(cells(read_dataset({files / "part-?.csv", files / "part-10.csv"}, {}), "a") == Texts{"1", "2", "10"});
  CHECK(files.error([&] { read_dataset({files / "*.tsv"}, {}); }) == "*.tsv: no file matches");
}

TEST_CASE("a file whose name looks like a glob is read as it is named") {
  const TableFiles files;
  files.add("a[1].csv", "a\n7\n");
  files.add("a1.csv", "a\n8\n");
  CHECK(cells(read_dataset({files / "a[1].csv"}, {}), "a") == Texts{"7"});
}

TEST_CASE("a table of very many columns takes little memory beyond its cells") {
  std::string text = "c0";
  for (int i = 1; i < 1500; ++i) text += fmt::format(",c{}", i);
  for (int row = 0; row < 3; ++row) {
    text += fmt::format("\n{}", row);
    for (int i = 1; i < 1500; ++i) text += fmt::format(",{}", row * i);
  }
  const Dataset table = table_of(text);
  REQUIRE(table.columns.size() == 1500);
  size_t held = 0;
  for (const Column& column : table.columns) held += column.numbers[0].capacity() * sizeof(double);
  CHECK(held <= 1500 * 4 * sizeof(double));
  CHECK(table.columns[1499].number(2) == 2 * 1499);
}

TEST_CASE("a column of texts that leave no doubt is numeric") {
  const Dataset table = table_of("price,at,day\n€5.50,9:30,31/12/2024\n€7,10:00,01/01/1970\n,,\n");
  CHECK(cells(table, "price") == Texts{"5.5", "7", "-"});
  CHECK(cells(table, "at") == Texts{"9.5", "10", "-"});
  CHECK(cells(table, "day") == Texts{"20088", "0", "-"});
  CHECK(table.columns[2].dates());
  std::string many = "x\n";
  for (size_t i = 0; i <= kDistinct; ++i) many += fmt::format("{} kg\n", i);
  CHECK(table_of(many).columns[0].form == NumberForm{.kind = NumberForm::Kind::kSpelled, .unit = "kg"});
  CHECK(table_error(many + "5\n") ==
        "x.csv:1027: column 'x': '5' is not a number with the unit 'kg', but most of the column is; if it means a "
        "missing "
        "value, add it to data.missing; if the column holds names, set data.types: {x: categorical}");
  CHECK(cells_of_x({"€5.50", "€7"}, {.types = {{"x", ColumnKind::kCategorical}}}) == Texts{"'€5.50'", "'€7'"});
}

TEST_CASE("a column of texts that may be numbers says so, and how it is read") {
  CHECK(table_of("x,y\n13/02/24,a\n14/02/24,b\n").columns[0].note ==
        "column 'x': its texts look like dates, such as '13/02/24', and are treated as categorical; to have them read, "
        "set data.types: {x: {numeric: {date: dmy}}}");
  const NumberForm comma{.kind = NumberForm::Kind::kSpelled, .decimal = ','};
  DatasetOptions options{.missing = kMissing, .types = {{"x", ColumnType(ColumnKind::kNumeric, comma)}}};
  CHECK(table_error("x,y\n\"1,5\",a\n?,c\n", options) ==
        "x.csv:3: column 'x': '?' is not a number with a decimal comma");
  options.missing.push_back("?");
  CHECK(cells(table_of("x,y\n\"1,5\",a\n?,c\n", options), "x") == Texts{"1.5", "-"});
}

TEST_CASE("words for missing numbers are missing in a column of numbers alone") {
  const Dataset table = table_of("x,c\n1,N/A\n?,b\n2.5,N/A\nn/a,b\n");
  CHECK(cells(table, "x") == Texts{"1", "-", "2.5", "-"});
  CHECK(table.columns[0].missing == 2);
  CHECK(table.columns[0].form.missing == Texts{"?", "n/a"});
  CHECK(cells(table, "c") == Texts{"'N/A'", "'b'", "'N/A'", "'b'"});
  std::string many = "x\n";
  for (size_t i = 0; i <= kDistinct; ++i) many += fmt::format("{}\n", i);
  const Dataset late = table_of(many + "None\n7\n");
  CHECK(late.columns[0].missing == 1);
  CHECK(late.columns[0].number(kDistinct + 1) != late.columns[0].number(kDistinct + 1));
}

TEST_CASE("a column whose numbers may be meant in two ways is refused, all such columns at once") {
  CHECK(table_error("a,b,c\n\"1,234\",01/02/2024,x\n\"5,678\",03/04/2024,y\n") ==
        "column 'a': its texts look like numbers in which a comma parts decimals or thousands, such as '1,234'; set "
        "data.types: {a: {numeric: {decimal: \",\"}}} or data.types: {a: {numeric: {thousands: \",\"}}}; for all "
        "columns, data.format.decimal to ',' or data.format.thousands to ','; to keep them as texts, data.types: {a: "
        "categorical}\n"
        "column 'b': its texts look like dates, such as '01/02/2024'; set data.types: {b: {numeric: {date: dmy}}} or "
        "data.types: {b: {numeric: {date: mdy}}}; for all columns, data.format.dates to dmy or mdy; to keep them as "
        "texts, data.types: {b: categorical}");
  const TextFormat told{.decimal = ',', .dates = "mdy"};
  const Dataset table = table_of("a,b\n\"1,234\",01/02/2024\n5,03/04/2024\n", {.format = told});
  CHECK(cells(table, "a") == Texts{"1.234", "5"});
  CHECK(cells(table, "b") == Texts{"19724", "19786"});
}

TEST_CASE("a point that may separate thousands beside decimal commas is asked for") {
  const std::string text = "a;b\n1.234;12,5\n5.678;7,25\n";
  CHECK(table_error(text) ==
        "column 'a': in '1.234' the point may separate thousands, as column 'b' has decimal commas; set "
        "data.format.decimal to ',' (--decimal), or data.types: {a: numeric} where it is a decimal point");
  CHECK(cells(table_of(text, {.format = {.decimal = ','}}), "a") == Texts{"1234", "5678"});
  CHECK(cells(table_of(text, {.types = {{"a", ColumnKind::kNumeric}}}), "a") == Texts{"1.234", "5.678"});
  CHECK(cells(table_of("a;b\n1.5;12,5\n5.678;7,25\n"), "a") == Texts{"1.5", "5.678"});
}

TEST_CASE("a column whose marks are others than those that are told is refused, not lost") {
  const std::string text = "a,b\n1.5,01/20/2024\n2,02/21/2024\n";
  CHECK(table_error(text, {.format = {.decimal = ','}}) ==
        "column 'a': '1.5' is a number, not one as data.format.decimal and data.format.thousands say; set data.types: "
        "{a: numeric}");
  CHECK(cells(table_of(text, {.format = {.dates = "dmy"}}), "b") == Texts{"19742", "19774"});
}

TEST_CASE("a few odd cells among dates or numbers with marks are a slip, as among plain numbers") {
  std::string text = "d;x\n";
  for (int i = 0; i < 60; ++i) text += fmt::format("{:02}.{:02}.2023;{},5\n", 13 + i % 15, 1 + i % 12, i);
  CHECK(
      table_error(text + "31.02.2023;lost\n") ==
      "column 'd': '31.02.2023' is not a date like 31/12/2024, but most of the column is; if it means a missing value, "
      "add it to data.missing; if the column holds names, set data.types: {d: categorical}\n"
      "column 'x': 'lost' is not a number with a decimal comma, but most of the column is; if it means a missing "
      "value, "
      "add it to data.missing; if the column holds names, set data.types: {x: categorical}");
}

TEST_CASE("codes with leading zeros are texts") {
  const Dataset table = table_of("zip\n01234\n90210\n");
  CHECK(cells(table, "zip") == Texts{"'01234'", "'90210'"});
  CHECK(table.columns[0].note ==
        "column 'zip': '01234' begins with a zero, as codes do, so that the column is treated as categorical; if it "
        "holds numbers, set data.types: {zip: numeric}");
  CHECK(cells(table_of("zip\n01234\n90210\n", {.types = {{"zip", ColumnKind::kNumeric}}}), "zip") ==
        Texts{"1234", "90210"});
  std::string many = "x\n";
  for (size_t i = 0; i <= kDistinct; ++i) many += fmt::format("{}\n", 10000 + i);
  CHECK(table_error(many + "00501\n") ==
        "x.csv:1027: column 'x': '00501' begins with a zero, as codes do and numbers do not; set data.types: {x: "
        "categorical}, or numeric");
}

TEST_CASE("a column without a name holds anything") {
  std::string text = ",x\n";
  for (int i = 0; i < 40; ++i) text += fmt::format("{},{}\n", i, i);
  CHECK(table_of(text + "total,5\n").columns[0].kind == ColumnKind::kCategorical);
}

TEST_CASE("text that is not UTF-8 is refused where it stands") {
  CHECK(
      table_error("x,y\n1,a\n2,M\xFCnchen\n") ==
      "x.csv:3: column 'y': 'M\\xfcnchen' is not UTF-8 text; set data.format.encoding (--encoding), to windows-1252 or "
      "latin1 for most such files");
  CHECK(table_error("x,\xFC\n1,a\n") ==
        "x.csv:1: the column name '\\xfc' is not UTF-8 text; set data.format.encoding (--encoding), to windows-1252 or "
        "latin1 for most such files");
  CHECK(cells(table_of("y\nM\xFCnchen\nK\xF6ln\n", {.format = {.encoding = "latin1"}}), "y") ==
        Texts{"'München'", "'Köln'"});
}

TEST_CASE("all columns with a slip are told at once, those of which most cells may be numbers with how they are read") {
  std::string text = "a,b,c\n";
  for (int i = 0; i < 30; ++i) text += fmt::format("{},{},13/{:02}/24\n", i, i, 1 + i % 12);
  CHECK(
      table_error(text + "\"1,234\",lost,14/02/24\n") ==
      "x.csv:32: column 'a': '1,234' is not a number, but most of the column is; to have all of it read, set "
      "data.types: {a: {numeric: {decimal: \",\"}}} or data.types: {a: {numeric: {thousands: \",\"}}}; for all "
      "columns, "
      "data.format.decimal to ',' or data.format.thousands to ','; if it means a missing value, add it to "
      "data.missing; "
      "if the column holds names, set data.types: {a: categorical}\n"
      "x.csv:32: column 'b': 'lost' is not a number, but most of the column is; if it means a missing value, add it to "
      "data.missing; if the column holds names, set data.types: {b: categorical}\n"
      "column 'c': its texts look like dates, such as '13/01/24', and are treated as categorical; to have them read, "
      "set "
      "data.types: {c: {numeric: {date: dmy}}}");
  const Dataset lenient = table_of(text + "7,lost,14/02/24\n", {.words_are_missing = true});
  CHECK(lenient.columns[1].form.missing == Texts{"lost"});
}

TEST_CASE("spellings of one value are one text, and the others are told") {
  const Dataset table = table_of("c,d\nb ,x\n1.0,x\n1,y\n b ,x\nx,y\n", {.types = {{"d", ColumnKind::kCategorical}}});
  const Column& c = table.columns[0];
  CHECK(c.texts == std::vector<std::string>{"b ", "1", "x"});
  CHECK(c.codes == std::vector<std::vector<int32_t>>{{0, 1, 1, 0, 2}});
  CHECK(c.merged == std::vector<std::pair<std::string, std::string>>{{"1.0", "1"}, {" b ", "b "}});
  CHECK(table.columns[1].merged.empty());
}

TEST_CASE("a table's files are known by their bytes as they lie there, and by their rows") {
  const TableFiles files;
  const std::string text = "x,y\n1,a\n2,b\n";
  std::string packed;
  compressor_for("b.csv.gz")->filter("x,y\n3,a\n", /*last=*/true, packed);
  const Dataset table = read_dataset({files.add("a.csv", text), files.add("b.csv.gz", packed)}, {.missing = kMissing});
  REQUIRE(table.inputs.size() == 2);
  CHECK(table.inputs[0].path == files / "a.csv");
  CHECK(table.inputs[0].sha256 == sha256_of(text));
  CHECK(table.inputs[0].rows == 2);
  CHECK(table.inputs[1].sha256 == sha256_of(packed));
  CHECK(table.inputs[1].rows == 1);
}
