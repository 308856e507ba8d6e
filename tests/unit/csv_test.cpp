#include <algorithm>
#include <chrono>
#include <cstring>

#include "base/error.h"
#include "catch.h"
#include "memory_source.h"
#include "table/csv.h"

using namespace mdl;

namespace {

CsvReader reader(std::string text, size_t chunk = 1 << 20) {
  return CsvReader(std::make_unique<MemorySource>(std::move(text), chunk), "data/x.csv");
}

using Rows = std::vector<std::vector<std::string>>;

/// The header and the records.
Rows rows(const std::string& text, size_t chunk = 1 << 20) {
  CsvReader csv = reader(text, chunk);
  Rows out{csv.header()};
  while (csv.next()) {
    auto& row = out.emplace_back();
    for (size_t i = 0; i < csv.header().size(); ++i) row.emplace_back(csv.field(i));
  }
  return out;
}

/// The same by another reader, in blocks.
Rows rows_in_blocks(const std::string& text, size_t chunk) {
  CsvReader csv = reader(text, chunk);
  Rows out{csv.header()};
  const auto blocks = csv.blocks();
  const auto records = csv.block_reader();
  for (RecordBlock block; blocks->next(block);) {
    records->read(block);
    while (records->next()) {
      auto& row = out.emplace_back();
      for (size_t i = 0; i < csv.header().size(); ++i) row.emplace_back(records->field(i));
    }
  }
  return out;
}

/// What is said about the text, the same for large reads and small ones, and in blocks.
std::string error(const std::string& text) {
  std::string first;
  for (const size_t chunk : {1 << 20, 1}) {
    for (const auto read : {rows, rows_in_blocks}) {
      try {
        read(text, chunk);
        return "none";
      } catch (const Error& error) {
        if (!first.empty()) CHECK(first == error.what());
        first = error.what();
      }
    }
  }
  return first;
}

}  // namespace

TEST_CASE("a plain table is split at commas and line ends") {
  CHECK(rows("a,b\n1,2\n3,4\n") == Rows{{"a", "b"}, {"1", "2"}, {"3", "4"}});
  CHECK(rows("a,b\r\n1,2\r\n3,4\r\n") == Rows{{"a", "b"}, {"1", "2"}, {"3", "4"}});
  CHECK(rows("a,b,c\n,,\n,x,\n") == Rows{{"a", "b", "c"}, {"", "", ""}, {"", "x", ""}});
}

TEST_CASE("columns are found by name, a hundred thousand of them in no time") {
  constexpr size_t kColumns = 100'000;
  std::string header = "z";
  for (size_t i = 1; i < kColumns; ++i) header += "," + std::to_string(i * 7919 % kColumns) + "c";
  const CsvReader csv = reader(header + "\n");
  const auto start = std::chrono::steady_clock::now();
  for (size_t i = 1; i < kColumns; ++i) REQUIRE(csv.find(std::to_string(i * 7919 % kColumns) + "c") == i);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));  // one by one: minutes
  CHECK(csv.find("z") == 0);
  for (const char* name : {"", "0c", "c", "zz", "1", "100000c"}) CHECK(csv.find(name) == kColumns);
}

TEST_CASE("the last line needs no line end") {
  CHECK(rows("a,b\n1,2") == Rows{{"a", "b"}, {"1", "2"}});
  CHECK(rows("a,b\n1,") == Rows{{"a", "b"}, {"1", ""}});
  CHECK(rows("a,b\n1,\"2\"") == Rows{{"a", "b"}, {"1", "2"}});
  CHECK(rows("a,b") == Rows{{"a", "b"}});
}

TEST_CASE("a quoted field holds commas, line ends and doubled quotes") {
  CHECK(rows("a,b\n\"x,y\",\"1\n2\r\n3\"\n") == Rows{{"a", "b"}, {"x,y", "1\n2\r\n3"}});
  CHECK(rows("a,b\n\"\"\"hi\"\", he said\",\"\"\"\"\n") == Rows{{"a", "b"}, {"\"hi\", he said", "\""}});
  CHECK(rows("\"a,1\",\"b\"\"\"\n\"\",\"\"\r\n") == Rows{{"a,1", "b\""}, {"", ""}});
}

TEST_CASE("a quote inside an unquoted field stands for itself") {
  CHECK(rows("a,b\n5\" disk,\"\"\nx,y\"\"\n17\",x\n") ==
        Rows{{"a", "b"}, {"5\" disk", ""}, {"x", "y\"\""}, {"17\"", "x"}});
  CHECK(rows("a,b\n5\" disk,7\" disk\n17\",\"a, b\"\n") ==
        Rows{{"a", "b"}, {"5\" disk", "7\" disk"}, {"17\"", "a, b"}});
  CHECK(rows("a,b\nthe \"big\" one,the \"small\"\n") == Rows{{"a", "b"}, {"the \"big\" one", "the \"small\""}});
  CHECK(rows("a,b\n5\" disk,x\ny,17\"\n\"C:\\x\\\",\"y\"\n") ==
        Rows{{"a", "b"}, {"5\" disk", "x"}, {"y", "17\""}, {"C:\\x\\", "y"}});
}

TEST_CASE("quotes between which delimiters may be text are an error") {
  const std::string between =
      ", so what stands between may be one field; a field that holds a quote must be in quotes, its own quotes doubled";
  CHECK(error("a,b\n1,2\n$19.34\"Jersey, short\"\n") ==
        "data/x.csv:3: field 1 holds a quote and field 2 ends in one" + between);
  CHECK(error("a,b,c\n19\"the \"\"big\"\" one, the \"\"small\"\", both\"\n") ==
        "data/x.csv:2: field 1 holds a quote and field 2 ends in one" + between);
  CHECK(error("a,b,c\n5\" disk,x,17\"") == "data/x.csv:2: field 1 holds a quote and field 3 ends in one" + between);
  CHECK(error("a,b\n\"a \\\",b\"\r\n") == "data/x.csv:2: field 1 holds a quote and field 2 ends in one" + between);
  CHECK(error("a\"b,c\"\n") == "data/x.csv:1: field 1 holds a quote and field 2 ends in one" + between);
  const std::string blank = "; take the blank out, or put all of the field in quotes";
  CHECK(error("a,b\n1, \"x, y\"\n") == "data/x.csv:2: a blank before the opening quote of field 2" + blank);
  CHECK(error("a, \"b\"\n") == "data/x.csv:1: a blank before the opening quote of field 2" + blank);
  CHECK(error("a,b\n\t \"\",1\n") == "data/x.csv:2: a blank before the opening quote of field 1" + blank);
}

TEST_CASE("the header again is an error in a table of several columns") {
  CHECK(error("a,b\n1,2\n\"a\",b\n") == "data/x.csv:3: repeats the header; does the file hold several tables?");
  CHECK(rows("a\na\n") == Rows{{"a"}, {"a"}});
}

TEST_CASE("spaces, tabs and bytes beyond ASCII stay as they are") {
  CHECK(rows("\xC3\xA9, b\n \t,\xE6\x97\xA5\xFF\x0B\n") == Rows{{"\xC3\xA9", " b"}, {" \t", "\xE6\x97\xA5\xFF\x0B"}});
}

TEST_CASE("empty lines are passed over in a table of several columns") {
  CHECK(rows("a,b\n\n1,2\n\r\n\n3,4\n\n\n") == Rows{{"a", "b"}, {"1", "2"}, {"3", "4"}});
}

TEST_CASE("an empty line in a table of one column is an empty cell") {
  CHECK(rows("a\n1\n\n2\n") == Rows{{"a"}, {"1"}, {""}, {"2"}});
  CHECK(rows("a\n1\n\n") == Rows{{"a"}, {"1"}, {""}});
  CHECK(rows("a\r\n\r\n") == Rows{{"a"}, {""}});
  CHECK(rows("a\n\"\"\n") == Rows{{"a"}, {""}});
  CHECK(rows("a\n1\n") == Rows{{"a"}, {"1"}});
}

TEST_CASE("the size of the reads makes no difference") {
  std::string text = "id,text,number\r\n";
  Rows expected{{"id", "text", "number"}};
  for (int i = 0; i < 3000; ++i) {
    const std::string id = std::to_string(i), filling(static_cast<size_t>(i % 130), 'x');
    text += id + ",\"" + filling + "\"\"\n,\r\n" + filling + "\"," + id + ".5\r\n";
    expected.push_back({id, filling + "\"\n,\r\n" + filling, id + ".5"});
  }
  for (const size_t chunk : {1, 7, 64, 65, 1000, 1 << 20}) {
    CAPTURE(chunk);
    CHECK((rows(text, chunk) == expected));
  }
}

TEST_CASE("fields longer than the buffer are whole") {
  const std::string digits(100'000, '7'), text(300'000, 't');
  const std::string table = "a,b\n" + digits + ",1\n\"" + text + "\"\"\n" + text + "\",2\n3,4\n";
  for (const size_t chunk : {1000, 1 << 20}) {
    CHECK((rows(table, chunk) == Rows{{"a", "b"}, {digits, "1"}, {text + "\"\n" + text, "2"}, {"3", "4"}}));
  }
}

TEST_CASE("a record's own bytes come back without the line end") {
  CsvReader csv = reader("\"a\",b\r\n\"x\"\"y\", 1 \r\n\r\n2,\"3\n4\"\n5,6", 3);
  CHECK(csv.raw_header() == "\"a\",b");
  CHECK(csv.line_end() == "\r\n");
  REQUIRE(csv.next());
  CHECK(csv.raw() == "\"x\"\"y\", 1 ");
  REQUIRE(csv.next());
  CHECK(csv.raw() == "2,\"3\n4\"");
  REQUIRE(csv.next());
  CHECK(csv.raw() == "5,6");
  CHECK_FALSE(csv.next());
  CHECK_FALSE(csv.next());
}

TEST_CASE("the line end is the header's") {
  CHECK(reader("a\n1\r\n").line_end() == "\n");
  CHECK(reader("a\r\n1\n").line_end() == "\r\n");
  CHECK(reader("a").line_end() == "\n");
}

TEST_CASE("lines are counted as an editor counts them") {
  CsvReader csv = reader("\"a\n\",b\n\n\"1\n\r\n\",2\n3,4\n");
  CHECK(csv.line() == 1);
  REQUIRE(csv.next());
  CHECK(csv.line() == 4);
  CHECK(csv.where() == "data/x.csv:4");
  REQUIRE(csv.next());
  CHECK(csv.line() == 7);
}

TEST_CASE("a byte order mark is not part of the first name but of the header's bytes") {
  for (const size_t chunk : {1, 100}) {
    CsvReader csv = reader("\xEF\xBB\xBF\"a\",b\r\n1,2\r\n", chunk);
    CHECK(csv.header() == std::vector<std::string>{"a", "b"});
    CHECK(csv.raw_header() == "\xEF\xBB\xBF\"a\",b");
    CHECK(csv.line_end() == "\r\n");
    REQUIRE(csv.next());
    CHECK(csv.raw() == "1,2");
    CHECK(csv.line() == 2);
  }
}

TEST_CASE("columns are found by name") {
  const CsvReader csv = reader("age,sex\n1,2\n");
  CHECK(csv.find("age") == 0);
  CHECK(csv.find("sex") == 1);
  CHECK(csv.find("Age") == 2);
}

TEST_CASE("next() would wait only when no whole record is there") {
  // Reads of 12 bytes end inside the third record and its quotes.
  CsvReader csv = reader("a,b\n1,2\n3,\"x\ny\"\n5,6\n", 12);
  CHECK_FALSE(csv.would_wait());
  REQUIRE(csv.next());
  CHECK(csv.field(1) == "2");
  CHECK(csv.would_wait());
  CHECK(csv.field(1) == "2");
  CHECK(csv.raw() == "1,2");
  CHECK(csv.where() == "data/x.csv:2");
  REQUIRE(csv.next());
  CHECK(csv.field(1) == "x\ny");
  REQUIRE(csv.next());
  REQUIRE_FALSE(csv.next());
  CHECK_FALSE(csv.would_wait());
}

TEST_CASE("looking ahead keeps an error for next()") {
  CsvReader csv = reader("a,b\n1,2\n\"x\"y,4\n");
  REQUIRE(csv.next());
  CHECK_FALSE(csv.would_wait());
  CHECK(csv.field(0) == "1");
  CHECK_THROWS_WITH(csv.next(), "data/x.csv:3: text after a closing quote in field 1");
  CHECK_THROWS_WITH(csv.next(), "data/x.csv:3: text after a closing quote in field 1");
}

TEST_CASE("a record with too few or too many fields is an error") {
  CHECK(error("a,b,c,d\n1,2,3,4\n1,2,3\n") == "data/x.csv:3: 3 fields, the header has 4");
  CHECK(error("a,b\n\"\n\",2\n1\n") == "data/x.csv:4: 1 field, the header has 2");
  CHECK(error("a\n1,2,3\n") == "data/x.csv:2: 3 fields, the header has 1");
}

TEST_CASE("reading goes on behind a record with a wrong number of fields") {
  CsvReader csv = reader("a,b\n1,2\n1,2,3\n4,5\n");
  REQUIRE(csv.next());
  CHECK_THROWS_WITH(csv.next(), "data/x.csv:3: 3 fields, the header has 2");
  CHECK(csv.raw() == "1,2,3");
  CHECK(csv.field(1) == "");
  REQUIRE(csv.next());
  CHECK(csv.raw() == "4,5");
  CHECK(csv.field(1) == "5");
}

TEST_CASE("broken quoting is an error where it happens") {
  CHECK(error("a,b\n1,\"x\"y\n") == "data/x.csv:2: text after a closing quote in field 2");
  CHECK(error("a,b\n1,\"x\n\" \n") ==
        "data/x.csv:3: text after a closing quote in field 2; the quote was opened on line 2");
  CHECK(error("a,b\n1,2\n3,\"4\n5,6\n") == "data/x.csv:3: a quote is opened here and never closed");
  CHECK(error("a,b\n\"1\n2\",\"3\n") == "data/x.csv:3: a quote is opened here and never closed");
  CHECK(error("\"a,b\n1,2\n") == "data/x.csv:1: a quote is opened here and never closed");
}

TEST_CASE("a NUL byte is an error") {
  using namespace std::string_literals;
  CHECK(error("a,b\n1,\0002\n"s) == "data/x.csv:2: a NUL byte in field 2; is this a text file?");
  CHECK(error("a,b\n\"\n\0\",2\n"s) == "data/x.csv:3: a NUL byte in field 1; is this a text file?");
}

TEST_CASE("a carriage return that does not end the line is an error") {
  const std::string cure = " does not end the line; put the field in quotes, or convert the line ends: tr '\\r' '\\n'";
  CHECK(error("a,b\r1,2\r") == "data/x.csv:1: a carriage return in field 2" + cure);
  CHECK(error("a,b\n1,2\n3\r,4\n") == "data/x.csv:3: a carriage return in field 1" + cure);
  CHECK(error("a,b\n1,2\r\r\n") == "data/x.csv:2: a carriage return in field 2" + cure);
  CHECK(error("a,b\n1,\"2\"\r") == "data/x.csv:2: a carriage return in field 2" + cure);
  CHECK(rows("a,b\n1,\"2\r\"\n") == Rows{{"a", "b"}, {"1", "2\r"}});
}

TEST_CASE("a header without names, or with one name twice, is an error") {
  CHECK(error("") == "data/x.csv: is empty; a header line is expected");
  CHECK(error("\xEF\xBB\xBF") == "data/x.csv: is empty; a header line is expected");
  CHECK(rows("\n\r\na,b\n") == Rows{{"a", "b"}});
  for (const char* text : {",,\n1,2,3\n", "Sales of May,,\na,b,c\n1,2,3\n"}) {
    CHECK(error(text) ==
          "data/x.csv:1: most columns have no name; is this line the header? remove what stands before it");
  }
  CHECK(error("a, ,c\n") ==
        "data/x.csv:1: column 2 has no name; only the first column and trailing ones may have none");
  CHECK(error("age,sex,age\n") == "data/x.csv:1: two columns are named 'age'");
}

TEST_CASE("the first column and those behind the last name need no name") {
  CHECK(rows(",x,y\n0,1,2\n") == Rows{{"", "x", "y"}, {"0", "1", "2"}});
  CHECK(rows("x,y, ,\n1,2,,\n") == Rows{{"x", "y", " ", ""}, {"1", "2", "", ""}});
}

TEST_CASE("a header that is none says what it is") {
  CHECK(rows("sep=,x\n1,2\n") == Rows{{"sep=", "x"}, {"1", "2"}});
  CHECK(error("\"x\" \"y\"\n") ==
        "data/x.csv:1: ' ' separates the fields, not ','; set data.format.delimiter (--delimiter) to ' '");
  CHECK(error("x,y\n\"1\";2\n") == "data/x.csv:2: text after a closing quote in field 1");
}

TEST_CASE("a quote that swallows the rest of a huge file is noticed early") {
  class Endless final : public ByteSource {
   public:
    size_t read(char* to, size_t size) override {
      std::memset(to, 'x', size);
      if (first_) std::memcpy(to, "a\n1\n\"", 5);
      first_ = false;
      return size;
    }
    bool would_wait() override { return false; }

   private:
    bool first_ = true;
  };
  CsvReader csv(std::make_unique<Endless>(), "data/x.csv");
  REQUIRE(csv.next());
  CHECK_THROWS_WITH(csv.next(),
                    "data/x.csv:3: the quoted field that begins here is longer than 64 MiB; is a quote missing?");

  CsvReader whole(std::make_unique<Endless>(), "data/x.csv");
  const auto records = whole.block_reader();
  const auto blocks = whole.blocks();
  const auto read = [&] {
    for (RecordBlock block; blocks->next(block);) {
      records->read(block);
      while (records->next()) {
      }
    }
  };
  CHECK_THROWS_WITH(read(),
                    "data/x.csv:3: the quoted field that begins here is longer than 64 MiB; is a quote missing?");
}

TEST_CASE("a written field is quoted only where it must be") {
  const auto written = [](std::string_view value) {
    std::string out = "before,";
    append_csv_field(out, value);
    return out.substr(7);
  };
  CHECK(written("") == "");
  CHECK(written("plain 'text'") == "plain 'text'");
  CHECK(written("a,b") == "\"a,b\"");
  CHECK(written("5\" disk") == "\"5\"\" disk\"");
  CHECK(written("a\nb") == "\"a\nb\"");
  CHECK(written("a\rb") == "\"a\rb\"");
  // A byte order mark, or what packed files begin with, were it at the beginning of a file.
  for (const std::string start : {"\xEF\xBB\xBF", "\xFE\xFF", "\xFF\xFE", "\x1F\x8B", "\x28\xB5\x2F\xFD", "PAR1"}) {
    CHECK(written(start) == '"' + start + '"');
    CHECK(written(start + "name") == '"' + start + "name\"");
    CHECK(written("a" + start) == "a" + start);
  }
  CHECK(written("PAR") == "PAR");
}

TEST_CASE("a header of more columns than any table has is refused while it is read") {
  std::string header;
  for (int i = 0; i < 1'200'000; ++i) header += "c,";
  CHECK_THROWS_WITH(reader(header), "data/x.csv:1: the header has more than 1000000 columns");
}

TEST_CASE("another delimiter parts the fields, and a comma is then text") {
  for (const char delimiter : {'\t', ';', '|', ' '}) {
    const std::string d(1, delimiter);
    for (const size_t chunk : {size_t{1} << 20, size_t{1}}) {
      const std::string text = "a,b" + d + "c\n1,5" + d + "\"x" + d + "y\"\n" + d + "\n";
      CsvReader csv(std::make_unique<MemorySource>(text, chunk), "data/x.csv", {.delimiter = delimiter});
      CHECK(csv.header() == std::vector<std::string>{"a,b", "c"});
      REQUIRE(csv.next());
      CHECK(csv.field(0) == "1,5");
      CHECK(csv.field(1) == "x" + d + "y");
      REQUIRE(csv.next());
      CHECK(csv.field(1).empty());
      CHECK_FALSE(csv.next());
    }
  }
  std::string out;
  append_csv_field(out, "1,5", ';');
  append_csv_field(out, "a;b", ';');
  CHECK(out == "1,5\"a;b\"");
}

TEST_CASE("a field is there as it stands in the record") {
  CsvReader csv = reader("a,b,c,d\n\"x\"\"y\",5\" disk,\"\",\n");
  REQUIRE(csv.next());
  CHECK(csv.raw_field(0) == "\"x\"\"y\"");
  CHECK(csv.raw_field(1) == "5\" disk");
  CHECK(csv.raw_field(2) == "\"\"");
  CHECK(csv.raw_field(3).empty());
}

TEST_CASE(
    "the delimiter is the one that the header holds, of several the one by which the next line has as many fields") {
  const auto delimiter = [](const std::string& text, const CsvFormat& format = {}) {
    return CsvReader(std::make_unique<MemorySource>(text, 1), "x.csv", format).delimiter();
  };
  CHECK(delimiter("a;b\n1,5;2\n") == ';');
  CHECK(delimiter("a\tb\n1\t2\n") == '\t');
  CHECK(delimiter("a|b\n1|2\n") == '|');
  CHECK(delimiter("a\n1\n") == ',');
  CHECK(delimiter("\"a;b\",c\n1,2\n") == ',');
  CHECK(delimiter("price, net;amount\n12;3\n") == ';');
  CHECK(delimiter("a,b\n1;x,2\n") == ',');
  CHECK(delimiter("a;b\n1;2\n", {.likely = ','}) == ';');
  CHECK(delimiter("a;b,c\n1;2,3\n", {.likely = ';'}) == ';');
  CHECK(delimiter("a;b\n", {.delimiter = ','}) == ',');
  CHECK(error("price, net;amount\n12,5;3\n") ==
        "data/x.csv:1: ',' and ';' may both separate the fields; set data.format.delimiter (--delimiter)");
}

TEST_CASE("Excel's delimiter line and comments before the header are passed over, lines counted") {
  CHECK(rows("sep=;\na;b\n1;2\n") == Rows{{"a", "b"}, {"1", "2"}});
  CHECK(rows("\"sep=|\"\r\na|b\r\n1|2\r\n") == Rows{{"a", "b"}, {"1", "2"}});
  for (const size_t chunk : {1, 2, 8, 1 << 20}) {
    CsvReader csv = reader("# made, by hand\n# on a day\n\na,b\n1,2\n#3,4\n", chunk);
    CHECK(csv.findings() == "3 lines of comment before the header");
    REQUIRE(csv.next());
    CHECK(csv.line() == 5);
    REQUIRE(csv.next());
    CHECK(csv.field(0) == "#3");
  }
  CHECK(error("#a,b\n1,2\n") ==
        "data/x.csv:1: begins with '#' and has as many fields as the next line; set data.format.comment (--comment) to "
        "none if it is the header, to '#' if it is a comment");
}

TEST_CASE("lines that begin with the comment character are no rows, wherever they stand") {
  for (const size_t chunk : {1, 3, 1 << 20}) {
    CsvReader csv(std::make_unique<MemorySource>("#x,\"\na,b\n1,2\n# \"\n\n#\n3,#4\n\"#5\",6\n#end", chunk), "x.csv",
                  {.comment = '#'});
    CHECK(csv.header() == std::vector<std::string>{"a", "b"});
    std::vector<std::string> cells;
    std::vector<size_t> lines;
    while (csv.next()) {
      cells.push_back(std::string(csv.field(0)) + "|" + std::string(csv.field(1)));
      lines.push_back(csv.line());
    }
    CHECK(cells == std::vector<std::string>{"1|2", "3|#4", "#5|6"});
    CHECK(lines == std::vector<size_t>{3, 7, 8});
  }
  CsvReader kept(std::make_unique<MemorySource>("#a,b\n1,2\n", 1), "x.csv", {.comment = '\0'});
  CHECK(kept.header() == std::vector<std::string>{"#a", "b"});
}

TEST_CASE("another quote character quotes, and none does where there is none") {
  CsvReader csv(std::make_unique<MemorySource>("'a','b'\n'1,''2','3\"'\n", 1), "x.csv", {.quote = '\''});
  REQUIRE(csv.next());
  CHECK(csv.field(0) == "1,'2");
  CHECK(csv.field(1) == "3\"");
  CHECK(csv.raw_field(0) == "'1,''2'");
  CsvReader none(std::make_unique<MemorySource>("a,b\n\"1,2\"\n", 1), "x.csv", {.quote = '\0'});
  REQUIRE(none.next());
  CHECK(none.field(0) == "\"1");
  std::string out;
  append_csv_field(out, "it's, so", ',', '\'');
  CHECK(out == "'it''s, so'");
}

TEST_CASE("a header that is one name short of the first row says how R writes it") {
  CHECK(
      error("x,y\n1,2,3\n") ==
      "data/x.csv:2: 3 fields, the header has 2; where R wrote names of rows, col.names = NA gives them a place in the "
      "header");
  CHECK(error("x,y\n1,2\n1,2,3\n") == "data/x.csv:3: 3 fields, the header has 2");
}

TEST_CASE("a quote that is closed too late names the line where it was opened") {
  CHECK(error("a,b\n1,\"2\n3,4\n5,\"6\"\n") ==
        "data/x.csv:4: text after a closing quote in field 2; the quote was opened on line 2");
}

TEST_CASE("delimiter, quote and comment are different characters") {
  CHECK_THROWS_WITH(CsvReader(std::make_unique<MemorySource>("a;b\n", 1), "x.csv", {.comment = ';'}),
                    "x.csv: data.format.delimiter, quote and comment must be different characters");
}

TEST_CASE("JSON that is no object per line is called by its name") {
  CHECK(error("[{\"a\":1,\"b\":2}]\n") ==
        "data/x.csv:1: is JSON, but not an object per line; in pandas, to_json(orient='records', lines=True)");
}
