#include "table/row_number.h"

#include <fmt/format.h>

#include "catch.h"
#include "table_files.h"

using namespace mdl;

namespace {

/// Of a column called `name` whose values are those of `value` for 0 to `count` - 1.
template <class Value>
Numbering numbering(size_t count, Value value, const std::string& name = "id") {
  std::string text = name + ",other\n";
  for (size_t i = 0; i < count; ++i) text += fmt::format("{},1\n", value(static_cast<int>(i)));
  const Dataset table = table_of(text);
  return numbering_of(table.columns[0], table);
}

}  // namespace

TEST_CASE("whole numbers without a gap, each once, number the rows in any order and from any start") {
  CHECK(numbering(20, [](int i) { return i; }) == Numbering::kRows);
  CHECK(numbering(400, [](int i) { return 7000 + i * 147 % 400; }) == Numbering::kRows);
  CHECK(numbering(100, [](int i) { return fmt::format("{}.0", 99 - i); }) == Numbering::kRows);
  CHECK(numbering(50, [](int i) { return i - 25; }) == Numbering::kRows);
  CHECK(numbering(19, [](int i) { return i; }) == Numbering::kPerhaps);
  CHECK(numbering(2, [](int i) { return i; }) == Numbering::kPerhaps);
}

TEST_CASE("rows that were taken out of a numbered table are numbered") {
  CHECK(numbering(40, [](int i) { return 2 * i; }) == Numbering::kRows);
  CHECK(numbering(100, [](int i) { return 5 * (i * 37 % 100); }) == Numbering::kRows);
  CHECK(numbering(100, [](int i) { return 6 * i; }) == Numbering::kNone);
  CHECK(numbering(1000, [](int i) { return 10 * i; }) == Numbering::kRows);
  CHECK(numbering(1000, [](int i) { return 11 * i; }) == Numbering::kNone);
  CHECK(numbering(19, [](int i) { return 2 * i; }) == Numbering::kNone);
}

TEST_CASE("numbers that repeat, are missing or have a fraction do not number rows, nor do dates") {
  CHECK(numbering(100, [](int i) { return i == 99 ? 0 : i; }) == Numbering::kNone);
  CHECK(numbering(100, [](int i) { return i == 99 ? "" : fmt::format("{}", i); }) == Numbering::kNone);
  CHECK(numbering(100, [](int i) { return fmt::format("{}.5", i); }) == Numbering::kNone);
  CHECK(numbering(28, [](int i) { return fmt::format("2024-02-{:02}", i + 1); }) == Numbering::kNone);
  CHECK(numbering(100, [](int i) { return fmt::format("r{}", i); }) == Numbering::kNone);
  CHECK(numbering(100, [](int i) { return 1000003 * i; }) == Numbering::kNone);
}

TEST_CASE("an index that pandas wrote numbers the rows, few and repeated as they may be") {
  const auto repeated = [](int i) { return i % 3; };
  CHECK(numbering(5, repeated, "__index_level_0__") == Numbering::kRows);
  CHECK(numbering(5, repeated, "Unnamed: 0") == Numbering::kRows);
  CHECK(numbering(5, repeated, "Unnamed: 0.1") == Numbering::kRows);
  CHECK(numbering(5, repeated, "__index_level__") == Numbering::kNone);
  CHECK(numbering(
            5, [](int i) { return 0.5 * i; }, "Unnamed: 0") == Numbering::kNone);
}

TEST_CASE("of several files each may be numbered by itself") {
  const TableFiles files;
  std::string one = "id,x\n", two = "id,x\n";
  for (int i = 0; i < 30; ++i) {
    one += fmt::format("{},1\n", i);
    two += fmt::format("{},{}\n", i, i % 7);
  }
  const Dataset table = read_dataset({files.add("1.csv", one), files.add("2.csv", two)}, {.missing = kMissing});
  CHECK(numbering_of(table.columns[0], table) == Numbering::kRows);
  CHECK(numbering_of(table.columns[1], table) == Numbering::kNone);
}
