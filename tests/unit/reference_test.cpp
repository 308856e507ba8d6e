#include "table/reference.h"

#include <numeric>

#include "catch.h"
#include "features.h"
#include "io/input.h"
#include "table/csv.h"
#include "table/record_encoder.h"
#include "table_files.h"

using namespace mdl;

namespace {

Encoder fit(const std::string& text, const EncoderOptions& options = {}, size_t rows = SIZE_MAX) {
  const Dataset table = table_of(text);
  std::vector<const Column*> columns;
  for (const Column& column : table.columns) columns.push_back(&column);
  std::vector<uint32_t> train(std::min(rows, table.rows));
  std::iota(train.begin(), train.end(), 0);
  std::vector<std::string> notes;
  return fit_encoder(columns, train, kMissing, options, notes);
}

/// The rows of `text`, as they are encoded when they are predicted.
EncodedRows encode_rows(const Encoder& encoder, const std::string& text) {
  const TableFiles files;
  CsvReader csv(open_input(files.add("new.csv", text)), "new.csv");
  RecordEncoder records(encoder, csv);
  EncodedRows rows;
  while (csv.next()) REQUIRE_FALSE(records.append(csv, rows));
  return rows;
}

}  // namespace

TEST_CASE("the reference row has the training rows' medians, of two the lower, and their most frequent categories") {
  // Columns of texts stand behind those of numbers, dates among these; the last row is none to train on.
  const Encoder encoder = fit(
      "home,a,b,day,flag\n"
      "own,1,10,2024-05-01,yes\n"
      "rent,2,,2024-05-03,no\n"
      "rent,9,30,2024-05-02,no\n"
      "own,4,50,,yes\n"
      "rent,9,70,2024-05-09,yes\n"
      "own,9000,9000,2030-01-01,no\n",
      {}, 5);
  CHECK(encoder.reference == std::vector<double>{4, 30, 19'845, 1, 1});
  CHECK(categories(encoder.features[3]) == std::vector<std::string>{"own", "rent"});
  CHECK(categories(encoder.features[4]) == std::vector<std::string>{"no", "yes"});
}

TEST_CASE("where most cells are missing, or of categories too rare to be kept, so is the reference row's") {
  const std::string table = "a,n\nx,1\nx,2\n,3\n,4\n,5\nx,6\nx,7\n,8\n";
  CHECK(fit(table).reference == std::vector<double>{4, -1});
  CHECK(fit("a,n\nx,1\nx,2\nx,3\nx,4\n,5\ny,6\nz,7\nw,8\n", {.min_category_rows = 2}).reference ==
        std::vector<double>{4.05, -1});
  CHECK(fit("a,n\nx,1\nx,2\nx,3\nx,4\n,5\ny,6\nz,7\n", {.min_category_rows = 2}).reference ==
        std::vector<double>{4.05, 0});
}

TEST_CASE("a median that too few rows share is moved to a number that none has") {
  const std::string table = "a,b\n10,1\n20,2\n20,3\n20,7\n30,9\n";
  CHECK(fit(table, {.min_category_rows = 1}).reference == std::vector<double>{20, 3});
  CHECK(fit(table, {.min_category_rows = 3}).reference == std::vector<double>{20, 3.5});
  CHECK(fit(table, {.min_category_rows = 4}).reference == std::vector<double>{20.5, 3.5});
  // Above the highest there is none: the mean.
  CHECK(fit("a\n1\n4\n4\n", {.min_category_rows = 3}).reference == std::vector<double>{3});
}

TEST_CASE("the reference row is encoded as a row of its cells is") {
  for (const Scaling scaling : {Scaling::kStandard, Scaling::kRobust}) {
    const Encoder encoder = fit(
        "day,size,home,shop\n2024-02-29,1.5,own,a\n2024-03-01,2.5,rent,\n2024-03-02,3.5,rent,b\n2024-03-03,4.5,rent,\n",
        {.scaling = scaling, .date_parts = true, .one_hot_categories = 1});
    const EncodedRows row = reference_row(encoder),
                      wanted = encode_rows(encoder, "day,size,home,shop\n2024-03-01,2.5,rent,NA\n");
    CHECK(row.rows == 1);
    CHECK(row.numbers == wanted.numbers);
    CHECK(row.indices == wanted.indices);
    CHECK(row.indices == std::vector<int32_t>{60 * 7 + 4, 1, -1});
  }
}
