#include "table/histogram.h"

#include <numeric>

#include "catch.h"
#include "table/encoder.h"
#include "table_files.h"

using namespace mdl;
using Numbers = std::vector<double>;
using Counts = std::vector<int64_t>;

namespace {

Numbers up_to(size_t count) {
  Numbers numbers(count);
  std::iota(numbers.rbegin(), numbers.rend(), 1);
  return numbers;
}

/// The histograms that an encoder keeps of a table's columns, numeric ones first.
std::vector<Histogram> histograms(const std::string& text, const EncoderOptions& options = {}) {
  const Dataset table = table_of(text);
  std::vector<const Column*> columns;
  for (const Column& column : table.columns) columns.push_back(&column);
  std::vector<uint32_t> rows(table.rows);
  std::iota(rows.begin(), rows.end(), 0);
  std::vector<std::string> notes;
  std::vector<Histogram> out;
  for (const Feature& feature : fit_encoder(columns, rows, kMissing, options, notes).features)
    out.push_back(feature.histogram);
  return out;
}

}  // namespace

TEST_CASE("a histogram has twenty bins of as many numbers each") {
  const Histogram histogram = histogram_of(up_to(40), 3);
  CHECK(histogram.edges == Numbers{2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38});
  CHECK(histogram.counts == Counts{2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3});
}

TEST_CASE("few different numbers have a bin each, and a number that is most of the column has one") {
  CHECK(histogram_of(Numbers{1, 0, 1, 1}, 0).edges == Numbers{0});
  CHECK(histogram_of(Numbers{1, 0, 1, 1}, 0).counts == Counts{1, 3, 0});
  CHECK(histogram_of(Numbers{5, 5, 5}, 2).edges.empty());
  CHECK(histogram_of(Numbers{5, 5, 5}, 2).counts == Counts{3, 2});
  Numbers mostly_zero(90, 0.0);
  for (const double number : up_to(10)) mostly_zero.push_back(number);
  CHECK(histogram_of(mostly_zero, 0).edges == Numbers{0, 5});
  CHECK(histogram_of(mostly_zero, 0).counts == Counts{90, 5, 5, 0});
}

TEST_CASE("an edge that few rows have is moved up, out of the rows' sight") {
  const Histogram rare = histogram_of(up_to(40), 0, 2);
  CHECK(rare.edges == Numbers{2.5, 4.5, 6.5, 8.5, 10.5, 12.5, 14.5, 16.5, 18.5, 20.5, 22.5, 24.5, 26.5, 28.5, 30.5,
                              32.5, 34.5, 36.5, 38.5});
  CHECK(rare.counts == histogram_of(up_to(40), 0).counts);
  Numbers mostly_zero(90, 0.0);
  for (const double number : up_to(10)) mostly_zero.push_back(number * 1000.25);
  CHECK(histogram_of(mostly_zero, 0, 5).edges == Numbers{0, 5500});
  CHECK(histogram_of(mostly_zero, 0, 5).counts == Counts{90, 5, 5, 0});
}

TEST_CASE("a number on an edge is in the bin below, one beyond all edges in the first or last bin") {
  const Numbers edges = {0, 10};
  CHECK(bin_of(edges, -1e300) == 0);
  CHECK(bin_of(edges, 0) == 0);
  CHECK(bin_of(edges, 0.5) == 1);
  CHECK(bin_of(edges, 10) == 1);
  CHECK(bin_of(edges, 1e300) == 2);
  CHECK(bin_of({}, 7) == 0);
}

TEST_CASE("of many numbers every one is counted") {
  const Histogram histogram = histogram_of(up_to(1'000'000), 0);
  CHECK(histogram.edges.size() == 19);
  CHECK(std::accumulate(histogram.counts.begin(), histogram.counts.end(), int64_t{0}) == 1'000'000);
  for (size_t b = 0; b < 20; ++b) CHECK(histogram.counts[b] == Approx(50'000).margin(20));
}

TEST_CASE("an encoder keeps the histograms of its columns") {
  for (const Scaling scaling : {Scaling::kStandard, Scaling::kRobust}) {
    const std::vector<Histogram> found = histograms("age,home\n1,own\n2,rent\n,own\n2,\n", {.scaling = scaling});
    REQUIRE(found.size() == 2);
    CHECK(found[0].edges == Numbers{1});
    CHECK(found[0].counts == Counts{1, 2, 1});
    CHECK(found[1].edges.empty());
    CHECK(found[1].counts == Counts{2, 1, 0, 1});
  }
}

TEST_CASE("categories that are not kept share a bin") {
  std::string text = "c,x\n,1\n";
  for (int i = 0; i < 4097; ++i) text += fmt::format("c{0},0\nc{0},1\n", i);
  const Histogram histogram = histograms(text)[1];
  CHECK(histogram.counts.size() == 4098);
  CHECK(histogram.counts[0] == 2);
  CHECK(histogram.counts[4096] == 2);
  CHECK(histogram.counts[4097] == 1);
}
