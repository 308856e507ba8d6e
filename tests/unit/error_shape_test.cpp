#include "metrics/error_shape.h"

#include <numeric>

#include "catch.h"

using namespace mdl;

namespace {

int64_t sum(const std::vector<int64_t>& counts) { return std::accumulate(counts.begin(), counts.end(), int64_t{0}); }

}  // namespace

TEST_CASE("few rows of a regression are drawn as points, many are counted in cells") {
  RegressionRows few, many;
  for (size_t i = 0; i < ErrorShape::kMostPoints; ++i) few.add(static_cast<double>(i), static_cast<double>(i % 7));
  for (size_t i = 0; i <= ErrorShape::kMostPoints; ++i) many.add(static_cast<double>(i), static_cast<double>(i % 7));
  const ErrorShape points = error_shape(few), cells = error_shape(many);
  CHECK(points.points.size() == ErrorShape::kMostPoints);
  CHECK(points.labels.counts.empty());
  CHECK(cells.points.empty());
  CHECK(sum(cells.labels.counts) + cells.labels.outside == many.rows());
  CHECK(sum(cells.residuals.counts) + cells.residuals.outside == many.rows());
}

TEST_CASE("groups of a regression's rows have as many rows each, and the mean of their residuals") {
  RegressionRows rows;
  for (int i = 0; i < 100; ++i) rows.add(i + (i < 10 ? 2 : -1), i);
  const std::vector<ErrorGroup> groups = error_shape(rows).groups;
  REQUIRE(groups.size() == 10);
  for (const ErrorGroup& group : groups) CHECK(group.rows == 10);
  CHECK(groups[0].mean_residual == 2);
  CHECK(groups[0].mean_predicted == 4.5);
  CHECK(groups[1].mean_residual == -1);
  CHECK(groups[1].mae == 1);
  CHECK(groups[9].lowest == 90);
}

TEST_CASE("rows with the same prediction are one group, and a group of no weight is none") {
  RegressionRows same, weightless;
  for (int i = 0; i < 100; ++i) same.add(i, 3);
  for (int i = 0; i < 100; ++i) weightless.add(i, i, i < 50 ? 0 : 1);
  CHECK(error_shape(same).groups.size() == 1);
  CHECK(error_shape(weightless).groups.size() == 5);
}

TEST_CASE("a few rows far off do not press the others together, and are counted") {
  RegressionRows rows;
  for (int i = 0; i < 1000; ++i) rows.add(i % 10, i % 9);
  rows.add(1e9, 5);
  const ErrorShape shape = error_shape(rows);
  CHECK(shape.labels.y.high < 20);
  CHECK(shape.labels.outside == 1);
  CHECK(sum(shape.bars) == rows.rows() - 1);
}

TEST_CASE("errors of any size have a shape") {
  RegressionRows none, one, huge;
  one.add(1, 1);
  for (int i = 0; i < 600; ++i) huge.add(i % 2 ? 1.7e308 : -1.7e308, i % 3 ? 1.7e308 : -1.7e308);
  CHECK(error_shape(none).rows == 0);
  CHECK(error_shape(one).points.size() == 1);
  CHECK(error_shape(one).groups.empty());
  CHECK(sum(error_shape(huge).labels.counts) == 600);
}
