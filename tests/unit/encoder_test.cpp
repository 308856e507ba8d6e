#include "table/encoder.h"

#include <cstring>
#include <numeric>

#include "catch.h"
#include "features.h"
#include "io/input.h"
#include "table/csv.h"
#include "table/input_writer.h"
#include "table/record_encoder.h"
#include "table/target.h"
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

Fitted fit(const Dataset& table, const Rows& train, const EncoderOptions& options = {}) {
  Fitted fitted;
  std::vector<const Column*> columns;
  for (const Column& column : table.columns) columns.push_back(&column);
  fitted.encoder = fit_encoder(columns, train, kMissing, options, fitted.notes);
  return fitted;
}

Fitted fit(const Dataset& table, const EncoderOptions& options = {}) {
  Rows all(table.rows);
  std::iota(all.begin(), all.end(), 0);
  return fit(table, all, options);
}

Fitted fit(const std::string& text, const EncoderOptions& options = {}) { return fit(table_of(text), options); }

std::string fit_error(const std::string& text) {
  return TableFiles().error([&] { fit(text); });
}

/// The rows of `text`, encoded one by one as they are read.
EncodedRows encode_records(const Encoder& encoder, const std::string& text) {
  const TableFiles files;
  CsvReader csv(open_input(files.add("new.csv", text)), "new.csv");
  RecordEncoder records(encoder, csv);
  EncodedRows rows;
  while (csv.next()) {
    if (const auto bad = records.append(csv, rows)) throw bad_record(csv, *bad);
  }
  return rows;
}

std::string record_error(const Encoder& encoder, const std::string& text) {
  return TableFiles().error([&] { encode_records(encoder, text); });
}

/// The dense inputs of a row, and behind them the indices of tables.
std::vector<float> inputs(const Encoder& encoder, const EncodedRows& rows, size_t row) {
  const InputWriter writer(encoder);
  std::vector<float> out(writer.width(), -7);
  std::vector<int64_t> indices(writer.indices(), -7);
  writer.write(rows, row, out.data(), indices.data());
  out.insert(out.end(), indices.begin(), indices.end());
  return out;
}

const EncoderOptions kRobust = {.scaling = Scaling::kRobust};

}  // namespace

TEST_CASE("mean and scale are numpy's mean and std") {
  const Encoder encoder = fit("a,b,c\n1,0.1,1000000001\n2,0.2,\n4,0.3,1000000002\nNA,0.7,1000000004\n").encoder;
  REQUIRE(encoder.features.size() == 3);
  CHECK(numeric(encoder.features[0]).center == 2.3333333333333335);
  CHECK(numeric(encoder.features[0]).scale == 1.247219128924647);
  CHECK(numeric(encoder.features[1]).center == Approx(0.325).epsilon(1e-15));
  CHECK(numeric(encoder.features[1]).scale == Approx(0.22776083947860745).epsilon(1e-15));
  CHECK(numeric(encoder.features[2]).center == 1000000002.3333334);
  CHECK(numeric(encoder.features[2]).scale == 1.2472191289246477);
}

TEST_CASE("the encoder knows the training rows only") {
  const Dataset table = table_of("x,c\n1,a\n1000,z\n3,b\n,z\n");
  const Encoder encoder = fit(table, {0, 2}).encoder;
  CHECK(numeric(encoder.features[0]).center == 2);
  CHECK(numeric(encoder.features[0]).scale == 1);
  CHECK(categories(encoder.features[1]) == Texts{"a", "b"});
}

TEST_CASE("numeric features stand first, each kind in the table's order") {
  const Encoder encoder = fit("c,x,d,y\na,1,p,2\nb,2,q,3\nb,3,r,5\n").encoder;
  Texts names;
  for (const Feature& feature : encoder.features) names.push_back(feature.name);
  CHECK(names == Texts{"x", "y", "c", "d"});
  CHECK(encoder.numeric_count() == 2);
  CHECK(encoder.width() == 2 + 2 + 3);
  CHECK(InputWriter(encoder).width() == 7);
  CHECK(encoder.missing.spellings() == kMissing);
}

TEST_CASE("inputs are standardised numbers and one-hot categories") {
  const Encoder encoder = fit("x,c,d\n1,b,q\n3,a,p\n1,c,p\n3,a,q\n").encoder;
  const EncodedRows rows = encode_records(encoder, "x,c,d\n5,c,p\n1,a,q\n");
  CHECK(inputs(encoder, rows, 0) == std::vector<float>{3, 0, 0, 1, 1, 0});
  CHECK(inputs(encoder, rows, 1) == std::vector<float>{-1, 1, 0, 0, 0, 1});
}

TEST_CASE("what is missing or was never seen becomes zeros") {
  const Encoder encoder = fit("x,c\n1,a\n3,b\n").encoder;
  const EncodedRows rows = encode_records(encoder, "x,c\n,\n NA ,null\n2,z\n2,A\n");
  REQUIRE(rows.rows == 4);
  for (size_t row = 0; row < 4; ++row) CHECK(inputs(encoder, rows, row) == std::vector<float>{0, 0, 0});
}

TEST_CASE("categories are sorted as numbers where all are numbers") {
  DatasetOptions options;
  options.types = {{"c", ColumnKind::kCategorical}};
  CHECK(categories(fit(table_of("c,x\n10,1\n9,2\n1.0,3\n1,4\n", options)).encoder.features[1]) ==
        Texts{"1", "9", "10"});
  CHECK(categories(fit("c,x\n10,1\n9,2\nx,3\n").encoder.features[1]) == Texts{"10", "9", "x"});
}

TEST_CASE("256 categories have an input each, more of them a table") {
  const auto fitted = [](int categories) {
    std::string text = "c,x\n";
    for (int i = 0; i < 2 * categories; ++i) text += fmt::format("c{:03},{}\n", i % categories, i);
    return fit(text);
  };
  CHECK(fitted(256).encoder.width() == 1 + 256);
  CHECK(fitted(256).encoder.embeddings().empty());
  const Fitted many = fitted(257);
  CHECK(many.notes == Texts{"categorical features with an embedding: 'c' (257)"});
  CHECK(many.encoder.width() == 1);
  CHECK(many.encoder.embeddings() == std::vector<int64_t>{258});
  CHECK(inputs(many.encoder, encode_records(many.encoder, "x,c\n,c000\n,c256\n,z\n,\n"), 1) ==
        std::vector<float>{0, 257});
}

TEST_CASE("a table's index is 0 for what is missing or unseen, else 1 and the category's") {
  const Encoder encoder = fit("c,x\na,1\nb,3\nc,1\nd,3\n", {.one_hot_categories = 3}).encoder;
  const EncodedRows rows = encode_records(encoder, "c,x\na,1\nd,3\nz,3\n,3\n");
  CHECK(inputs(encoder, rows, 0) == std::vector<float>{-1, 1});
  CHECK(inputs(encoder, rows, 1) == std::vector<float>{1, 4});
  CHECK(inputs(encoder, rows, 2) == std::vector<float>{1, 0});
  CHECK(inputs(encoder, rows, 3) == std::vector<float>{1, 0});
}

TEST_CASE("of very many categories the most frequent are kept, ties by their bytes") {
  std::string text = "c,x\n";
  for (int i = 0; i < 2 * 4100; ++i) text += fmt::format("c{:04},{}\n", i % 4100, i);
  text += "c4099,1\nc4098,2\n";
  const Fitted fitted = fit(text);
  const Texts& kept = categories(fitted.encoder.features[1]);
  REQUIRE(kept.size() == kMostEmbeddedCategories);
  CHECK(kept[0] == "c0000");
  CHECK(kept[4093] == "c4093");
  CHECK(kept[4094] == "c4098");
  CHECK(kept[4095] == "c4099");
  CHECK(fitted.notes == Texts{"column 'c': 4100 categories; the 4096 most frequent are kept, the others (0.1 % of the "
                              "rows) are treated as unknown",
                              "categorical features with an embedding: 'c' (4096)"});
  CHECK(encode_records(fitted.encoder, "c,x\nc4094,1\nc4093,1\nc4098,1\n").indices == Codes{-1, 4093, 4094});
}

TEST_CASE("texts that name rows are left out with a note") {
  const auto fitted = [](int rows, int repeated) {
    std::string text = "id,x\n";
    for (int i = 0; i < rows; ++i) text += fmt::format("id{},{}\n", i < repeated ? 0 : i, i);
    return fit(text);
  };
  const Fitted names = fitted(1000, 100);
  CHECK(names.encoder.features.size() == 1);
  CHECK(names.notes == Texts{"column 'id': 901 distinct texts in 1,000 rows; ignored, since they identify rows"});
  CHECK(fitted(1000, 101).encoder.features.size() == 2);  // 900 texts
  CHECK(fitted(256, 0).encoder.features.size() == 2);
}

TEST_CASE("rare categories are not kept; a column of nearly no others is left out") {
  std::string text = "c,name,x\n";
  for (int i = 0; i < 100; ++i)
    text += fmt::format("{},name{},{}\n", i < 60 ? "a" : i < 95 ? "b" : i < 99 ? "c" : "", i < 9 ? 0 : i, i);
  const Fitted fitted = fit(text, {.min_category_rows = 5});
  REQUIRE(fitted.encoder.features.size() == 2);
  CHECK(categories(fitted.encoder.features[1]) == Texts{"a", "b"});
  CHECK(fitted.encoder.features[1].histogram.counts == std::vector<int64_t>{60, 35, 4, 1});
  CHECK(fitted.notes == Texts{"column 'name': 92 distinct texts in 100 rows; ignored, since they identify rows",
                              "rare categories, in fewer than 5 rows, treated as unknown: 'c' (1, 4.0 % of the rows)"});
  CHECK(categories(fit(text, {.min_category_rows = 4}).encoder.features[1]) == Texts{"a", "b", "c"});
  CHECK(categories(fit(text).encoder.features[2]).size() == 92);
  CHECK(inputs(fitted.encoder, encode_records(fitted.encoder, "c,x\nc,1\nz,1\n,1\n"), 0) ==
        inputs(fitted.encoder, encode_records(fitted.encoder, "c,x\n,1\n"), 0));
}

TEST_CASE("cells of categories that the model has not are counted") {
  std::string text = "c,d,x\n";
  for (int i = 0; i < 20; ++i) text += fmt::format("{},{},{}\n", i < 18 ? i % 2 : i, i % 3, i);
  const Encoder encoder =
      fit(table_of(text, {.types = {{"c", ColumnKind::kCategorical}, {"d", ColumnKind::kCategorical}}}),
          EncoderOptions{.min_category_rows = 5})
          .encoder;
  const TableFiles files;
  CsvReader csv(open_input(files.add("new.csv", "x,c,d\n1,0.0,0\n2,18,1\n3,NA,2\n4,7, 1\n")), "new.csv");
  RecordEncoder records(encoder, csv);
  EncodedRows rows;
  while (csv.next()) {
    if (const auto bad = records.append(csv, rows)) throw bad_record(csv, *bad);
  }
  const std::vector<UnseenCells> unseen = records.unseen();
  REQUIRE(unseen.size() == 2);
  CHECK(unseen[0].column == "c");
  CHECK(unseen[0].cells == 4);
  CHECK(unseen[0].unseen == 2);
  CHECK(unseen[0].left_out == 2);
  CHECK(unseen[0].training_rows == 20);
  CHECK(unseen[1].unseen == 0);
  CHECK(unseen[1].left_out == 0);
  std::vector<UnseenCells> both;
  add_unseen(both, unseen);
  add_unseen(both, unseen);
  CHECK(both[0].cells == 8);
  CHECK(both[0].unseen == 4);
  CHECK(both[0].left_out == 2);
}

TEST_CASE("columns of which half the training rows are missing are named") {
  const Dataset table = table_of("a,b,c,x\n,,p,1\n,q,,2\n1,r,q,3\n2,,p,4\n,,,5\n,,,6\n");
  CHECK(fit(table, {0, 1, 2, 3}).notes == Texts{"mostly missing: 'a' (50 %) and 'b' (50 %)"});
  CHECK(fit(table).notes == Texts{"mostly missing: 'a' (67 %), 'b' (67 %) and 'c' (50 %)"});
}

TEST_CASE("columns that tell nothing in the training rows are left out with a note") {
  const Fitted fitted = fit("empty,same,one,x,gap,half\n,5,a,1,,\n,5.0,a,2,7,q\n,,a,3,7,q\n");
  Texts names;
  for (const Feature& feature : fitted.encoder.features) names.push_back(feature.name);
  CHECK(names == Texts{"x", "half"});  // whether 'half' is there tells something
  CHECK(fitted.notes ==
        Texts{"ignored, empty or constant in the training rows: columns 'same', 'gap', 'empty' and 'one'"});
  CHECK(fit("a,x\n1,1\n1,2\n").notes == Texts{"ignored, empty or constant in the training rows: column 'a'"});
}

TEST_CASE("a table of which nothing can be learnt is an error") {
  const std::string expected = "no usable feature: every column is empty or constant in the training rows";
  CHECK(fit_error("a,b\n1,\n1,\n") == expected);
  CHECK(fit_error("a,b\nx,\nx,\n") == expected);
}

TEST_CASE("numbers that no double can average are an error") {
  CHECK(fit_error("a\n1e300\n-1e300\n") ==
        "column 'a': its numbers, -1e+300 to 1e+300, are too far apart to be averaged");
  CHECK(fit_error("a\n1e308\n1.7e308\n") ==
        "column 'a': its numbers, 1e+308 to 1.7e+308, are too far apart to be averaged");
}

TEST_CASE("robust scaling: the median, the distance of the quartiles, and a soft clip at 3") {
  // numpy: median 3, quantile 0.25 and 0.75 are 2 and 4.
  const Encoder encoder = fit("x\n1\n2\n3\n4\n100\nNA\n", kRobust).encoder;
  CHECK(numeric(encoder.features[0]).center == 3);
  CHECK(numeric(encoder.features[0]).scale == 2);
  const EncodedRows rows = encode_records(encoder, "x\n3\n5\n-3\n1e300\n-1e300\nNA\n");
  CHECK(inputs(encoder, rows, 0) == std::vector<float>{0});
  CHECK(inputs(encoder, rows, 1)[0] == Approx(0.9486832980505138));   // 1 / sqrt(1 + 1 / 9)
  CHECK(inputs(encoder, rows, 2)[0] == Approx(-2.1213203435596424));  // -3 / sqrt(2)
  CHECK(inputs(encoder, rows, 3)[0] == 3);
  CHECK(inputs(encoder, rows, 4)[0] == -3);
  CHECK(inputs(encoder, rows, 5)[0] == Approx(2.8607479954024253));  // the mean, 22, is 9.5 distances away
}

TEST_CASE("where the quartiles are equal robust scaling divides by half the range") {
  const Encoder encoder = fit("x\n5\n5\n5\n5\n5\n5\n5\n9\n", kRobust).encoder;
  CHECK(numeric(encoder.features[0]).center == 5);
  CHECK(numeric(encoder.features[0]).scale == 2);
}

TEST_CASE("robust numbers are those of scikit-learn's RobustScaler, softly clipped") {
  const std::string text = "x,y\n1,0.1\n2,0.2\n4,0.4\n8,0.8\n16,\n32,\n1000,\n";
  const Encoder encoder = fit(text, kRobust).encoder;
  CHECK(numeric(encoder.features[0]).center == 8);
  CHECK(numeric(encoder.features[0]).scale == 21);
  CHECK(numeric(encoder.features[1]).center == 0.30000000000000004);
  CHECK(numeric(encoder.features[1]).scale == Approx(0.32499999999999996).epsilon(1e-15));
  CHECK(numeric(encoder.features[0]).imputed == 2.7480334036178613f);
  const EncodedRows rows = encode_records(encoder, text);
  const std::vector<float> x = {-0.3312945782245396f, -0.28442727788398636f, -0.19009341954834583f, 0,
                                0.37791761113154304f, 1.0679859827759637f,   2.9939683280324814f};
  const std::vector<float> y = {-0.6028324311639941f, -0.3060865964957085f, 0.30608659649570835f, 1.3689499427888263f};
  for (size_t row = 0; row < 7; ++row) CHECK(inputs(encoder, rows, row)[0] == x[row]);
  for (size_t row = 0; row < 4; ++row) CHECK(inputs(encoder, rows, row)[1] == Approx(y[row]).epsilon(1e-6));
}

// The codes are what numpy's quantiles and the soft clip make of columns of -1, 0 and 1.
TEST_CASE("with robust scaling categories have the codes of a column of numbers") {
  const auto codes = [](const std::string& cells) {  // a letter a row, '-' is missing
    std::string text = "c\n";
    for (const char cell : cells) text += (cell == '-' ? "NA" : std::string(1, cell)) + "\n";
    return std::get<OneHotColumn>(fit(text, kRobust).encoder.features[0].kind).encoding;
  };
  CHECK(codes("aaa--") == std::vector<float>{0, -0.9486833214759827f});
  CHECK(codes("aaaabbbb") == std::vector<float>{0.493196964263916f, -0.493196964263916f, 0});
  CHECK(codes("aaaabbb--") == std::vector<float>{0.493196964263916f, -0.493196964263916f, 0});
  CHECK(codes("aaaaaab-") == std::vector<float>{0, -2.808987617492676f, -2.4000000953674316f});
  constexpr float kA = 1.218415379524231f, kB = 1.6641006469726562f, kC = 0.493196964263916f;
  CHECK(codes("aaabbccccc") == std::vector<float>{kA, 0, -kC, 0, kB, -kC, 0, 0, kC, 0, 0, -kC});
  CHECK(codes("aaabbcccc-") == std::vector<float>{kA, 0, 0, 0, kB, 0, 0, 0, 0.9486833214759827f, 0, 0, 0});
  const std::vector<float> eight = codes("aabbccddeeffgghh");
  REQUIRE(eight.size() == 9 * 8);
  for (size_t i = 0; i < eight.size(); ++i) CHECK(eight[i] == (i % 9 == 0 && i < 64 ? kB : 0));
}

TEST_CASE("with robust scaling indicators are scaled too") {
  const Encoder encoder =
      fit("x,y\n1,1\n2,2\n,3\n,4\n3,5\n4,6\n5,\n", {.scaling = Scaling::kRobust, .missing_indicators = true}).encoder;
  CHECK(numeric(encoder.features[0]).presence == Presence{0, 1.6641006469726562f});
  CHECK(numeric(encoder.features[1]).presence == Presence{0, 1.6641006469726562f});
  CHECK(encoder.width() == 4);
  const auto presence = [](const std::string& text) {
    const Fitted fitted = fit(text, {.scaling = Scaling::kRobust, .missing_indicators = true});
    return numeric(fitted.encoder.features[0]).presence;
  };
  CHECK_FALSE(presence("x\n1\n2\n3\n"));
  CHECK(presence("x\n1\n2\n3\nNA\nNA\n") == Presence{0, 0.9486833214759827f});
}

TEST_CASE("with robust scaling two categories share an input, of more each has one") {
  const Encoder encoder = fit("c,d,x\na,p,1\na,q,2\nb,r,3\nb,p,4\n", kRobust).encoder;
  CHECK(encoder.width() == 1 + 1 + 3);
  const EncodedRows rows = encode_records(encoder, "c,d,x\na,p,2\nb,z,2\n,,2\n");
  const auto first = inputs(encoder, rows, 0), second = inputs(encoder, rows, 1), third = inputs(encoder, rows, 2);
  CHECK(first[1] == -second[1]);
  CHECK(first[1] > 0);
  CHECK(third[1] == 0);
  CHECK(first[2] > second[2]);
  CHECK(first[3] == second[3]);
  CHECK(std::vector<float>(second.begin() + 2, second.end()) == std::vector<float>(third.begin() + 2, third.end()));
}

TEST_CASE("an indicator says which numbers are missing") {
  const Encoder encoder = fit("x,y,c\n1,1,a\n,2,b\n3,3,a\n", {.missing_indicators = true}).encoder;
  CHECK(encoder.width() == 2 + 1 + 2);
  const EncodedRows rows = encode_records(encoder, "x,y,c\n3,2,a\n,,b\n");
  CHECK(inputs(encoder, rows, 0) == std::vector<float>{1, 0, 0, 1, 0});
  CHECK(inputs(encoder, rows, 1) == std::vector<float>{0, 0, 1, 0, 1});
}

TEST_CASE("with an indicator a number that is the same wherever it is there tells something") {
  const std::string text = "x,y\n5,1\n,2\n5,3\n";
  CHECK(fit(text).encoder.features.size() == 1);
  const Encoder encoder = fit(text, {.missing_indicators = true}).encoder;
  REQUIRE(encoder.features.size() == 2);
  CHECK(inputs(encoder, encode_records(encoder, "x,y\n7,2\n,2\n"), 0) == std::vector<float>{2, 0, 0});
  CHECK(inputs(encoder, encode_records(encoder, "x,y\n7,2\n,2\n"), 1) == std::vector<float>{0, 0, 1});
}

TEST_CASE("a table and a stream of records are encoded to the same bits") {
  std::string text = "n,few,c,mixed,told,code\n";
  for (size_t i = 0; i < kBlockRows + 100; ++i) {
    text += fmt::format(
        "{},{},{},{},{},{}\n", i % 11 == 0 ? "NA" : fmt::format("{}e-3", i * 7919 % 104729),
        i % 5 == 0 ? "" : fmt::format(" +{}.1", i % 6), i % 13 == 0 ? "" : fmt::format("\"cat,{}\"", i % 300),
        i % 17 == 0 ? "x" : fmt::format("{}", i % 9), i % 4, i % 37 == 0 ? "" : fmt::format("{}", i % 25 * 1000));
  }
  DatasetOptions options;
  options.types = {{"told", ColumnKind::kCategorical}};
  Rows train(1000);
  std::iota(train.begin(), train.end(), 0);
  TargetValues labels;
  for (size_t i = 0; i < train.size(); ++i) labels.numbers.push_back(static_cast<double>(i % 25 * 7 % 11));
  for (const EncoderOptions& encoding :
       {EncoderOptions{},
        EncoderOptions{.scaling = Scaling::kRobust, .missing_indicators = true, .one_hot_categories = 8},
        EncoderOptions{.value_embeddings = &labels}}) {
    const Dataset table = table_of(text, options);
    const Encoder encoder = fit(table, train, encoding).encoder;
    REQUIRE(encoder.features.size() == 6);
    REQUIRE(encoder.numeric_count() == 3);
    CHECK(numeric(encoder.features[2]).embedded_values.size() == (encoding.value_embeddings == nullptr ? 0 : 25));
    const EncodedRows whole = encode(encoder, table);
    const EncodedRows records = encode_records(encoder, text);
    CHECK(whole.rows == kBlockRows + 100);
    CHECK(whole.rows == records.rows);
    REQUIRE(whole.numbers.size() == records.numbers.size());
    CHECK(std::memcmp(whole.numbers.data(), records.numbers.data(), whole.numbers.size() * sizeof(float)) == 0);
    CHECK((whole.indices == records.indices));
  }
}

TEST_CASE("a date may have its season and weekday as inputs beside its days") {
  const std::string text = "day,x,c\n2023-07-14,1,a\n,2,b\n1968-12-31T00:18,3,a\n2024-02-29,5,b\n";
  const EncoderOptions options{.missing_indicators = true, .date_parts = true};
  const Dataset table = table_of(text);
  const Encoder encoder = fit(table, options).encoder;
  REQUIRE(std::holds_alternative<DateColumn>(encoder.features[0].kind));
  CHECK(encoder.numeric_count() == 2);
  CHECK(encoder.width() == 2 + 1 + 4 + 2);
  const EncodedRows rows = encode_records(encoder, text);
  CHECK(rows.indices == Codes{194 * 7 + 4, 0, -1, 1, 365 * 7 + 1, 0, 59 * 7 + 3, 1});
  const EncodedRows whole = encode(encoder, table);
  CHECK(whole.indices == rows.indices);
  CHECK(std::memcmp(whole.numbers.data(), rows.numbers.data(), rows.numbers.size() * sizeof(float)) == 0);
  // Days, x, whether the day is missing, season and weekday, c.
  const std::vector<float> missing = inputs(encoder, rows, 1), friday = inputs(encoder, rows, 0);
  CHECK(std::vector(missing.begin() + 2, missing.end()) == std::vector<float>{1, 0, 0, 0, 0, 0, 1});
  CHECK(friday[2] == 0);
  CHECK(friday[3] == Approx(-0.19443122));
  CHECK(friday[6] == Approx(-0.90096887));
  CHECK(std::holds_alternative<NumericColumn>(fit(text).encoder.features[0].kind));
}

TEST_CASE("of dates and times of day those parts are inputs that differ in the training rows") {
  const auto parts_of = [](const std::string& cells) -> std::optional<DateParts> {
    const Encoder encoder = fit(table_of("day,y\n" + cells), EncoderOptions{.date_parts = true}).encoder;
    const auto* column = std::get_if<DateColumn>(&encoder.features[0].kind);
    return column == nullptr ? std::nullopt : std::optional(column->parts);
  };
  CHECK(parts_of("2024-01-01,1\n2024-05-03,2\n,3\n") == DateParts{.season = true, .weekday = true});
  CHECK(parts_of("2024-01-01,1\n2024-01-08,2\n") == DateParts{.season = true});  // Mondays
  CHECK(parts_of("2024-01-01 09:00,1\n2024-01-01 10:30,2\n") == DateParts{.hour = true});
  CHECK(parts_of("2024-01-01 09:00,1\n2024-01-02 09:59,2\n") == DateParts{.season = true, .weekday = true});
  CHECK(parts_of("2024-01-01 09:00,1\n2024-01-01 09:01,2\n") == std::nullopt);
  CHECK(parts_of("2018-01-01,1\n2024-01-01,2\n") == std::nullopt);  // New Year's Day of two years, both a Monday
  CHECK(parts_of("9:00,1\n17:30,2\n") == DateParts{.hour = true});
  CHECK(parts_of("9:00,1\n9:30,2\n") == std::nullopt);
  CHECK(parts_of("9:00,1\n117:30,2\n") == std::nullopt);  // durations
}

TEST_CASE("a number with a table is an input and an index") {
  std::string text = "code,x\n";
  TargetValues labels;
  for (int i = 0; i < 600; ++i) {
    text += fmt::format("{},{}\n", i % 24 + 100, i);
    labels.classes.push_back(i % 24 * 5 % 7 < 3);
  }
  const Fitted fitted = fit(text, {.value_embeddings = &labels});
  CHECK(fitted.notes == Texts{"numeric features with a value embedding: 'code' (24)"});
  CHECK(fitted.encoder.embeddings() == std::vector<int64_t>{25});
  CHECK(numeric(fitted.encoder.features[1]).embedded_values.empty());
  const EncodedRows rows = encode_records(fitted.encoder, "x,code\n0,100\n0,123.0\n0,100.5\n0,\n0,7\n");
  CHECK(rows.indices == Codes{0, 23, -1, -1, -1});
  CHECK(inputs(fitted.encoder, rows, 1).back() == 24);
  CHECK(inputs(fitted.encoder, rows, 2).back() == 0);
  CHECK(inputs(fitted.encoder, rows, 0)[0] == -inputs(fitted.encoder, rows, 1)[0]);
}

TEST_CASE("columns of a stream are found by name, others pass") {
  const Encoder encoder = fit("x,c\n1,a\n3,b\n").encoder;
  const EncodedRows rows = encode_records(encoder, "note,c,extra,x\nhello,b,,3\n");
  CHECK(rows.numbers == std::vector<float>{1});
  CHECK(rows.indices == Codes{1});
}

TEST_CASE("a stream without the model's columns is refused") {
  const Encoder encoder = fit("x,c,d\n1,a,p\n3,b,q\n").encoder;
  CHECK(record_error(encoder, "x,d,e\n1,p,1\n") ==
        "new.csv: the model needs column 'c', which is not there; the file has x, d and e");
  CHECK(record_error(encoder, "c\na\n") ==
        "new.csv: the model needs columns 'x' and 'd', which are not there; the file has c");
}

TEST_CASE("a text where a number belongs is refused, and the rows stay as they were") {
  const Encoder encoder = fit("x,y,c\n1,1,a\n3,2,b\n").encoder;
  CHECK(record_error(encoder, "c,x,y\na,1,2\na,1,abc\n") == "new.csv:3: column 'y': 'abc' is not a number");
  CHECK(record_error(encoder, "c,x,y\na,inf,2\n") == "new.csv:2: column 'x': 'inf' is not a number");
  const TableFiles files;
  CsvReader csv(open_input(files.add("new.csv", "x,y,c\n1,1,a\n2,abc,b\n3,2,b\n")), "new.csv");
  RecordEncoder records(encoder, csv);
  EncodedRows rows;
  REQUIRE(csv.next());
  CHECK_FALSE(records.append(csv, rows));
  REQUIRE(csv.next());
  const auto bad = records.append(csv, rows);
  REQUIRE(bad);
  CHECK(bad_record(csv, *bad).what() == std::string("new.csv:3: column 'y': 'abc' is not a number"));
  CHECK(rows.rows == 1);
  CHECK(rows.numbers.size() == 2);
  CHECK(rows.indices.size() == 1);
  REQUIRE(csv.next());
  CHECK_FALSE(records.append(csv, rows));
  CHECK(rows.numbers == std::vector<float>{-1, -1, 1, 1});
  CHECK(rows.indices == Codes{0, 1});
}

TEST_CASE("encoded rows are copied one at a time") {
  EncodedRows from;
  from.rows = 3;
  from.numbers = {1, 2, 3, 4, 5, 6};
  from.indices = {7, 8, 9};
  EncodedRows to;
  to.append(from, 2);
  to.append(from, 0);
  CHECK(to.rows == 2);
  CHECK(to.numbers == std::vector<float>{5, 6, 1, 2});
  CHECK(to.indices == Codes{9, 7});
  to.clear();
  CHECK(to.rows == 0);
  CHECK(to.numbers.empty());
}
