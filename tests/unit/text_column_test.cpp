#include "table/text_column.h"

#include <fmt/format.h>

#include "catch.h"
#include "table/bags.h"
#include "table/encoder.h"
#include "table/record_encoder.h"
#include "table/set_column.h"
#include "table_files.h"

using namespace mdl;

namespace {

using Words = std::vector<std::string>;

Column column_of(const std::vector<std::string>& cells) {
  Column column{.name = "c", .kind = ColumnKind::kCategorical};
  Dictionary dictionary;
  column.codes.emplace_back();
  for (const std::string& cell : cells)
    column.codes[0].push_back(cell.empty() ? Column::kMissing : dictionary.code(cell, column.texts));
  return column;
}

std::vector<uint32_t> all_rows(const Column& column) {
  std::vector<uint32_t> rows(column.codes[0].size());
  for (size_t row = 0; row < rows.size(); ++row) rows[row] = static_cast<uint32_t>(row);
  return rows;
}

/// Whether so many texts, each the given times, with so many words are free text.
bool free_text(size_t different, size_t times, size_t words, const std::string& word = "word") {
  std::vector<std::string> cells;
  for (size_t i = 0; i < different; ++i) {
    std::string text = fmt::format("{}{}", word, i);
    for (size_t k = 1; k < words; ++k) text += " " + word;
    cells.insert(cells.end(), times, text);
  }
  const Column column = column_of(cells);
  return is_free_text(column, all_rows(column));
}

std::optional<char> separator(const std::vector<std::string>& cells) {
  const Column column = column_of(cells);
  return separator_of_sets(column, all_rows(column));
}

/// Sets of two of twelve elements.
std::vector<std::string> pairs(const std::string& between, const std::string& element = "e") {
  std::vector<std::string> cells;
  for (int a = 0; a < 12; ++a) {
    cells.push_back(fmt::format("{}{}", element, a));
    for (int b = 0; b < a; ++b) cells.push_back(fmt::format("{}{}{}{}{}", element, a, between, element, b));
  }
  return cells;
}

}  // namespace

TEST_CASE("words are runs of letters and digits in folded case") {
  CHECK(words_of_text("The QUICK, brown fox's 2nd try.") == Words{"the", "quick", "brown", "fox", "s", "2nd", "try"});
  CHECK(words_of_text("Straße E\u0301TE\u0301 \u00c9t\u00e9") == Words{"strasse", "\u00e9t\u00e9", "\u00e9t\u00e9"});
  CHECK(words_of_text("\u6771\u4eac is") == Words{"\u6771", "\u4eac", "is"});
  CHECK(words_of_text("") == Words{});
  CHECK(words_of_text("?! -- ...") == Words{});
  CHECK(words_of_text("a\xff") == Words{});
}

TEST_CASE("a text is a bag of words, their parts and pairs of neighbours, the same whatever stands between them") {
  const TextColumn column{1024};
  const std::vector<int32_t> rows = column.rows("Red shoes, red");
  // red has 4 parts of 2 characters with its ends, 3 of 3 and 2 of 4, shoes 6, 5 and 4.
  REQUIRE(rows.size() == 10 + 16 + 10 + 2);
  CHECK(rows[0] == rows[26]);
  CHECK(column.rows("a").size() == 1 + 2);       // a, <a, a>
  CHECK(column.rows("\u00e9").size() == 1 + 2);  // by characters
  // Python: h = 0xcbf29ce484222325; for c in b"red": h = (h ^ c) * 0x100000001b3 % 2**64; 1 + (h ^ h >> 32) % 1024
  CHECK(rows[0] == 1 + 0x5);
  CHECK(column.rows("red\tSHOES -- red") == rows);
  CHECK(column.rows("!").empty());
  for (const int32_t row : column.rows("one two three four five six seven")) CHECK((row >= 1 && row <= 1024));
}

TEST_CASE("free text has many different texts, seen once, of several words") {
  CHECK(free_text(100, 1, 3));
  CHECK(free_text(5000, 1, 40));
  CHECK_FALSE(free_text(99, 1, 3));
  CHECK_FALSE(free_text(100, 1, 2));        // names
  CHECK_FALSE(free_text(1000, 1, 1));       // identifiers
  CHECK_FALSE(free_text(100, 2, 3));        // categories
  CHECK_FALSE(free_text(1000, 1, 5, "7"));  // numbers
  CHECK_FALSE(free_text(1000, 1, 2, "p@a.example.org"));
  CHECK_FALSE(free_text(1000, 1, 1, "/usr/share/doc/mdl/"));
  CHECK(free_text(100, 1, 1, "\u6771\u4eac\u90fd"));  // Chinese characters without a blank
}

TEST_CASE("sets are told by a separator between short elements that come again") {
  CHECK(separator(pairs(";")) == ';');
  CHECK(separator(pairs(" | ")) == '|');
  CHECK(separator(pairs(",")) == std::nullopt);                        // a comma is in prose and numbers, too
  CHECK(separator(pairs(";", "one of four words ")) == std::nullopt);  // sentences
  CHECK(separator({"a;b", "c;d", "e;f", "g;h", "i;j", "k;l", "m;n", "o;p", "q;r", "s;t", "u;v"}) == std::nullopt);
  CHECK(separator({"a;b", "a", "b"}) == std::nullopt);  // too few to tell
  std::vector<std::string> seldom = {"e1;e2"};
  for (int i = 0; i < 30; ++i) seldom.push_back(fmt::format("e{}", i));
  CHECK(separator(seldom) == std::nullopt);
}

TEST_CASE("a set is a bag of the elements that are known, each once") {
  const SetColumn column{ValueIndex({"blue", "red", "1"}), ';'};
  CHECK(column.rows("red;blue") == std::vector<int32_t>{1, 2});
  CHECK(column.rows(" blue ; red;red;;") == std::vector<int32_t>{1, 2});
  CHECK(column.rows("green;1.0") == std::vector<int32_t>{3});
  CHECK(column.rows("green").empty());
  CHECK(column.size("green; red;red") == 2);
}

TEST_CASE("bags come and go with their rows") {
  EncodedRows from, to;
  for (const std::vector<int32_t>& bag : std::vector<std::vector<int32_t>>{{3, 1, 3}, {}, {2}}) {
    const EncodedCell cell = from.add_row(0, 2);
    cell.index[0] = 7;
    cell.index[1] = from.bags.add(bag);
  }
  CHECK(from.indices == std::vector<int32_t>{7, -2, 7, -1, 7, -3});
  to.append(from, 2);
  to.append(from);
  CHECK(to.rows == 4);
  CHECK(to.indices == std::vector<int32_t>{7, -2, 7, -3, 7, -1, 7, -4});
  const auto bag_of = [&](size_t row) {
    const auto bag = to.bags.bag_of_index(to.indices[2 * row + 1]);
    return std::vector<int32_t>(bag.begin(), bag.end());
  };
  CHECK(bag_of(0) == std::vector<int32_t>{2});
  CHECK(bag_of(1) == std::vector<int32_t>{1, 3, 3});
  CHECK(bag_of(2) == std::vector<int32_t>{0});
  to.replace(3, from, 0);
  CHECK(bag_of(3) == std::vector<int32_t>{1, 3, 3});
  to.clear();
  CHECK(to.bags.count() == 1);
}
