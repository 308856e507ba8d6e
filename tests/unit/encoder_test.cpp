#include "table/encoder.h"

#include <cstring>
#include <limits>
#include <numeric>

#include "catch.h"
#include "table_files.h"

using namespace mdl;
using Texts = std::vector<std::string>;
using Rows = std::vector<uint32_t>;
using Codes = std::vector<int32_t>;

namespace {

struct Fitted {
  Encoder encoder;
  Texts notes;
};

Fitted fit(const Table& table, const Rows& train) {
  Fitted fitted;
  std::vector<const Column*> columns;
  for (const Column& column : table.columns) columns.push_back(&column);
  fitted.encoder = fit_encoder(columns, train, kMissing, fitted.notes);
  return fitted;
}

Fitted fit(const Table& table) {
  Rows all(table.rows);
  std::iota(all.begin(), all.end(), 0);
  return fit(table, all);
}

Fitted fit(const std::string& text) { return fit(table_of(text)); }

std::string fit_error(const std::string& text) {
  return TableFiles().error([&] { fit(text); });
}

/// The rows of `text`, encoded one by one as they are read.
EncodedRows encode_records(const Encoder& encoder, const std::string& text) {
  const TableFiles files;
  CsvReader csv(open_input(files.add("new.csv", text)), "new.csv");
  const RecordEncoder records(encoder, csv);
  EncodedRows rows;
  while (csv.next()) records.append(csv, rows);
  return rows;
}

std::string record_error(const Encoder& encoder, const std::string& text) {
  return TableFiles().error([&] { encode_records(encoder, text); });
}

std::vector<float> inputs(const Encoder& encoder, const EncodedRows& rows, size_t row) {
  const InputWriter writer(encoder);
  std::vector<float> out(writer.width(), -1);
  writer.write(rows, row, out.data());
  return out;
}

}  // namespace

TEST_CASE("mean and scale are numpy's mean and std") {
  const Encoder encoder = fit("a,b,c\n1,0.1,1000000001\n2,0.2,\n4,0.3,1000000002\nNA,0.7,1000000004\n").encoder;
  REQUIRE(encoder.features.size() == 3);
  CHECK(encoder.features[0].mean == 2.3333333333333335);
  CHECK(encoder.features[0].scale == 1.247219128924647);
  CHECK(encoder.features[1].mean == Approx(0.325).epsilon(1e-15));
  CHECK(encoder.features[1].scale == Approx(0.22776083947860745).epsilon(1e-15));
  CHECK(encoder.features[2].mean == 1000000002.3333334);
  CHECK(encoder.features[2].scale == 1.2472191289246477);
}

TEST_CASE("the encoder knows the training rows only") {
  const Table table = table_of("x,c\n1,a\n1000,z\n3,b\n,z\n");
  const Encoder encoder = fit(table, {0, 2}).encoder;
  CHECK(encoder.features[0].mean == 2);
  CHECK(encoder.features[0].scale == 1);
  CHECK(encoder.features[1].categories == Texts{"a", "b"});
}

TEST_CASE("numeric features stand first, each kind in the table's order") {
  const Encoder encoder = fit("c,x,d,y\na,1,p,2\nb,2,q,3\nb,3,r,5\n").encoder;
  Texts names;
  for (const Feature& feature : encoder.features) names.push_back(feature.name);
  CHECK(names == Texts{"x", "y", "c", "d"});
  CHECK(encoder.numeric_count() == 2);
  CHECK(encoder.width() == 2 + 2 + 3);
  CHECK(InputWriter(encoder).width() == 7);
  CHECK(encoder.missing == kMissing);
}

TEST_CASE("inputs are standardised numbers and one-hot categories") {
  const Encoder encoder = fit("x,c,d\n1,b,q\n3,a,p\n1,c,p\n3,a,q\n").encoder;
  const EncodedRows rows = encode_records(encoder, "x,c,d\n5,c,p\n1,a,q\n");
  CHECK(inputs(encoder, rows, 0) == std::vector<float>{3, 0, 0, 1, 1, 0});
  CHECK(inputs(encoder, rows, 1) == std::vector<float>{-1, 1, 0, 0, 0, 1});
}

TEST_CASE("what is missing or was never seen becomes zeros") {
  const Encoder encoder = fit("x,c\n1,a\n3,b\n").encoder;
  const EncodedRows rows = encode_records(encoder, "x,c\n,\n NA ,null\n2,z\n2, a\n");
  REQUIRE(rows.rows == 4);
  for (size_t row = 0; row < 4; ++row) CHECK(inputs(encoder, rows, row) == std::vector<float>{0, 0, 0});
}

TEST_CASE("categories are sorted as numbers where all are numbers") {
  TableOptions options;
  options.types = {{"c", ColumnKind::kCategorical}};
  CHECK(fit(table_of("c,x\n10,1\n9,2\n1.0,3\n1,4\n", options)).encoder.features[1].categories == Texts{"1", "1.0", "9", "10"});
  CHECK(fit("c,x\n10,1\n9,2\nx,3\n").encoder.features[1].categories == Texts{"10", "9", "x"});
}

TEST_CASE("of more than 256 categories the most frequent are kept, ties by their bytes") {
  std::string text = "c,x\n";
  for (int i = 0; i < 300; ++i) text += fmt::format("c{:03},{}\n", i, i);
  text += "c299,1\nc298,2\nc299,3\nc298,5\n";
  const Fitted fitted = fit(text);
  const Texts& categories = fitted.encoder.features[1].categories;
  REQUIRE(categories.size() == 256);
  CHECK(categories[0] == "c000");
  CHECK(categories[253] == "c253");
  CHECK(categories[254] == "c298");
  CHECK(categories[255] == "c299");
  CHECK(fitted.notes == Texts{"column 'c': 300 categories; the 256 most frequent are kept, the others (14.5 % of the rows) count as unseen"});
  CHECK(encode_records(fitted.encoder, "c,x\nc254,1\nc253,1\nc298,1\n").categories == Codes{-1, 253, 254});
}

TEST_CASE("256 categories are all kept") {
  std::string text = "c,x\n";
  for (int i = 0; i < 256; ++i) text += fmt::format("c{},{}\n", i, i);
  CHECK(fit(text).encoder.features[1].categories.size() == 256);
  CHECK(fit(text).notes.empty());
}

TEST_CASE("columns that tell nothing in the training rows are left out with a note") {
  const Fitted fitted = fit("empty,same,one,x,gap,half\n,5,a,1,,\n,5.0,a,2,7,q\n,,a,3,7,q\n");
  Texts names;
  for (const Feature& feature : fitted.encoder.features) names.push_back(feature.name);
  CHECK(names == Texts{"x", "half"});  // whether 'half' is there tells something
  CHECK(fitted.notes == Texts{"left out, empty or of one value in all training rows: columns 'same', 'gap', 'empty' and 'one'"});
  CHECK(fit("a,x\n1,1\n1,2\n").notes == Texts{"left out, empty or of one value in all training rows: column 'a'"});
}

TEST_CASE("a table of which nothing can be learnt is an error") {
  const std::string expected = "no column tells anything about the target: each is empty or holds one value in all training rows";
  CHECK(fit_error("a,b\n1,\n1,\n") == expected);
  CHECK(fit_error("a,b\nx,\nx,\n") == expected);
}

TEST_CASE("numbers that no double can average are an error") {
  CHECK(fit_error("a\n1e300\n-1e300\n") == "column 'a': its numbers, -1e+300 to 1e+300, are too large or too small to be standardised");
  CHECK(fit_error("a\n1e308\n1.7e308\n") == "column 'a': its numbers, 1e+308 to 1.7e+308, are too large or too small to be standardised");
  CHECK(fit_error("a\n1e-200\n2e-200\n") == "column 'a': its numbers, 1e-200 to 2e-200, are too large or too small to be standardised");
}

TEST_CASE("a table and a stream of records are encoded to the same bits") {
  std::string text = "n,few,c,mixed,told\n";
  for (size_t i = 0; i < kBlockRows + 100; ++i) {
    text += fmt::format("{},{},{},{},{}\n", i % 11 == 0 ? "NA" : fmt::format("{}e-3", i * 7919 % 104729), i % 5 == 0 ? "" : fmt::format(" +{}.1", i % 6),
                        i % 13 == 0 ? "" : fmt::format("\"cat,{}\"", i % 300), i % 17 == 0 ? "x" : fmt::format("{}", i % 9), i % 4);
  }
  TableOptions options;
  options.types = {{"told", ColumnKind::kCategorical}};
  Table table = table_of(text, options);
  Rows train(1000);
  std::iota(train.begin(), train.end(), 0);
  const Encoder encoder = fit(table, train).encoder;
  REQUIRE(encoder.features.size() == 5);
  REQUIRE(encoder.numeric_count() == 2);
  const EncodedRows whole = encode(encoder, std::move(table));
  const EncodedRows records = encode_records(encoder, text);
  CHECK(whole.rows == kBlockRows + 100);
  CHECK(whole.rows == records.rows);
  REQUIRE(whole.numbers.size() == records.numbers.size());
  CHECK(std::memcmp(whole.numbers.data(), records.numbers.data(), whole.numbers.size() * sizeof(float)) == 0);
  CHECK((whole.categories == records.categories));
}

TEST_CASE("columns of a stream are found by name, others pass") {
  const Encoder encoder = fit("x,c\n1,a\n3,b\n").encoder;
  const EncodedRows rows = encode_records(encoder, "note,c,extra,x\nhello,b,,3\n");
  CHECK(rows.numbers == std::vector<float>{1});
  CHECK(rows.categories == Codes{1});
}

TEST_CASE("a stream without the model's columns is refused") {
  const Encoder encoder = fit("x,c,d\n1,a,p\n3,b,q\n").encoder;
  CHECK(record_error(encoder, "x,d,e\n1,p,1\n") == "new.csv: the model needs column 'c', which is not there; the file has x, d and e");
  CHECK(record_error(encoder, "c\na\n") == "new.csv: the model needs columns 'x' and 'd', which are not there; the file has c");
}

TEST_CASE("a text where a number belongs is refused, and the rows stay as they were") {
  const Encoder encoder = fit("x,y,c\n1,1,a\n3,2,b\n").encoder;
  CHECK(record_error(encoder, "c,x,y\na,1,2\na,1,abc\n") == "new.csv:3: column 'y': 'abc' is not a number");
  CHECK(record_error(encoder, "c,x,y\na,inf,2\n") == "new.csv:2: column 'x': 'inf' is not a number");
  const TableFiles files;
  CsvReader csv(open_input(files.add("new.csv", "x,y,c\n1,1,a\n2,abc,b\n3,2,b\n")), "new.csv");
  const RecordEncoder records(encoder, csv);
  EncodedRows rows;
  REQUIRE(csv.next());
  records.append(csv, rows);
  REQUIRE(csv.next());
  CHECK_THROWS_WITH(records.append(csv, rows), "new.csv:3: column 'y': 'abc' is not a number");
  CHECK(rows.rows == 1);
  CHECK(rows.numbers.size() == 2);
  CHECK(rows.categories.size() == 1);
  REQUIRE(csv.next());
  records.append(csv, rows);
  CHECK(rows.numbers == std::vector<float>{-1, -1, 1, 1});
  CHECK(rows.categories == Codes{0, 1});
}

TEST_CASE("encoded rows are copied one at a time") {
  EncodedRows from;
  from.rows = 3;
  from.numbers = {1, 2, 3, 4, 5, 6};
  from.categories = {7, 8, 9};
  EncodedRows to;
  to.append(from, 2);
  to.append(from, 0);
  CHECK(to.rows == 2);
  CHECK(to.numbers == std::vector<float>{5, 6, 1, 2});
  CHECK(to.categories == Codes{9, 7});
  to.clear();
  CHECK(to.rows == 0);
  CHECK(to.numbers.empty());
}

TEST_CASE("a missing number becomes the mean") {
  Feature feature;
  feature.mean = 10;
  feature.scale = 4;
  CHECK(feature.encode(12) == 0.5f);
  CHECK(feature.encode(std::numeric_limits<double>::quiet_NaN()) == 0.0f);
}
