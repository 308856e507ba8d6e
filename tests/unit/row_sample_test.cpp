#include "table/row_sample.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "catch.h"

using namespace mdl;

namespace {

/// Of two files.
RowSample whole(size_t most) {
  RowSample sample(most, 7);
  sample.add(0, 0, 30'000);
  sample.add(1, 0, 20'000);
  return sample;
}

}  // namespace

TEST_CASE("a sample of rows does not depend on the order in which parts of the table come, nor on who reads them") {
  RowSample last(1000, 7), first(1000, 7), middle(1000, 7);
  last.add(1, 0, 20'000);
  middle.add(0, 10'000, 20'000);
  first.add(0, 0, 5'000);
  first.add(0, 5'000, 5'000);
  last.merge(middle);
  last.merge(first);
  CHECK(whole(1000).rows() == last.rows());
  CHECK(whole(1000).rows().size() == 1000);
  CHECK(std::ranges::is_sorted(last.rows()));
  RowSample other(1000, 8);
  other.add(0, 0, 30'000);
  other.add(1, 0, 20'000);
  CHECK(other.rows() != last.rows());
}

TEST_CASE("of a table of few rows the sample is all of them") {
  const auto rows = whole(50'000).rows();
  REQUIRE(rows.size() == 50'000);
  CHECK(rows[29'999] == RowSample::Row{0, 29'999});
  CHECK(rows[30'000] == RowSample::Row{1, 0});
}

TEST_CASE("ranks in the sample are off by no more than is stated") {
  CHECK(RowSample::rank_error(RowSample::kRows) < 0.0053);
  constexpr size_t kRows = 200'000, kMost = 2000;
  double largest = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    RowSample sample(kMost, seed);
    sample.add(0, 0, kRows);
    const auto rows = sample.rows();  // the values are their own ranks
    for (size_t i = 0; i < rows.size(); ++i) {
      const double rank = static_cast<double>(rows[i].row) / kRows, in_sample = static_cast<double>(i) / kMost;
      largest = std::max(largest, std::abs(rank - in_sample));
    }
  }
  CHECK(largest < RowSample::rank_error(kMost));
  CHECK(largest > RowSample::rank_error(kMost) / 4);  // of the order that is stated
}
