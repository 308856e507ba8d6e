// Expected values: NumPy 2 (bins by numpy.percentile of the scores, weighted means in each).
#include "metrics/calibration.h"

#include "catch.h"

using namespace mdl;

namespace {

std::vector<RankedRow> rows(const std::vector<float>& weights) {
  std::vector<RankedRow> found = {{.9, true},  {.8, true},  {.8, false}, {.6, true},
                                  {.5, false}, {.5, false}, {.5, true},  {.1, false}};
  for (size_t i = 0; i < found.size(); ++i) found[i].weight = weights[i];
  return found;
}

void check(const Reliability& found, double ece, double reliability, double resolution, double uncertainty) {
  CHECK(found.ece == Approx(ece).epsilon(0).margin(1e-12));
  CHECK(found.reliability == Approx(reliability).epsilon(0).margin(1e-12));
  CHECK(found.resolution == Approx(resolution).epsilon(0).margin(1e-12));
  CHECK(found.uncertainty == Approx(uncertainty).epsilon(0).margin(1e-12));
}

}  // namespace

TEST_CASE("the calibration error is the mean distance of the bins, and Brier's score falls into three parts") {
  check(reliability_of(rows({1, 1, 1, 1, 1, 1, 1, 1})), 0.2125, 0.05541666666666667, 0.10416666666666667, 0.25);
  check(reliability_of(rows({1, 2, .5, 1, 3, 1, 1, .25})), 0.20769230769230765, 0.06384615384615384,
        0.12675871137409597, 0.24983563445101906);
}

TEST_CASE("no rows are calibrated by nothing") {
  CHECK(reliability_of({}).bins.empty());
  check(reliability_of({}), 0, 0, 0, 0);
}
