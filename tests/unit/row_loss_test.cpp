#include "metrics/row_loss.h"

#include <cmath>

#include "catch.h"
#include "metrics/intervals.h"
#include "metrics/quantiles.h"
#include "metrics/regression.h"

using namespace mdl;

namespace {

constexpr size_t kRows = 6;
constexpr double kLabels[kRows] = {0, 1, 2, 3.5, 7, 0}, kPredicted[kRows] = {0.5, 0.8, 2.5, 3, 6, 1.25},
                 kWeights[kRows] = {1, 2, 0.5, 1, 3, 0};

/// The mean loss, of the labels and a number more.
double mean_loss(const Objective& objective, bool weighted, double more = 0) {
  RegressionRows rows(metric_of(objective.loss));
  for (size_t i = 0; i < kRows; ++i) {
    const double label = kLabels[i] + more;
    rows.add(label, kPredicted[i], weighted ? kWeights[i] : 1, row_loss(objective, label, {&kPredicted[i], 1}));
  }
  return score_of(rows.scores(), *metric_of(objective.loss)).value();
}

}  // namespace

TEST_CASE("deviances are scikit-learn's, with weights and without") {
  const Objective poisson{.loss = LossKind::kPoisson}, gamma{.loss = LossKind::kGamma};
  const Objective tweedie{.loss = LossKind::kTweedie}, near_poisson{.loss = LossKind::kTweedie, .tweedie_power = 1.2};
  CHECK(mean_loss(poisson, false) == Approx(0.6484795289573346).epsilon(1e-12));
  CHECK(mean_loss(poisson, true) == Approx(0.22662272188854438).epsilon(1e-12));
  CHECK(mean_loss(tweedie, false) == Approx(1.2547128239675118).epsilon(1e-12));
  CHECK(mean_loss(tweedie, true) == Approx(0.4262055200269775).epsilon(1e-12));
  CHECK(mean_loss(near_poisson, false) == Approx(0.789177017261626).epsilon(1e-12));
  CHECK(mean_loss(near_poisson, true) == Approx(0.26232756172766303).epsilon(1e-12));
  CHECK(mean_loss(gamma, false, 0.25) == Approx(0.39003542946801595).epsilon(1e-12));
  CHECK(mean_loss(gamma, true, 0.25) == Approx(0.1366356487739266).epsilon(1e-12));
}

TEST_CASE("pinball is scikit-learn's, and of several quantiles the mean") {
  const double by_quantile[] = {0.3658333333333334, 0.32916666666666666, 0.2925};
  const double weighted[] = {0.142, 0.31, 0.478};
  const std::vector<double> quantiles = {0.1, 0.5, 0.9};
  for (size_t k = 0; k < 3; ++k) {
    const Objective one{.loss = LossKind::kQuantile, .quantiles = {quantiles[k]}};
    CHECK(mean_loss(one, false) == Approx(by_quantile[k]).epsilon(1e-12));
    CHECK(mean_loss(one, true) == Approx(weighted[k]).epsilon(1e-12));
  }
  CHECK(mean_loss({.loss = LossKind::kQuantile}, false) == Approx(0.32916666666666666).epsilon(1e-12));
  const double predicted[] = {1, 2, 4};
  CHECK(row_loss({.loss = LossKind::kQuantile}, 3, predicted) == Approx((0.1 * 2 + 0.5 * 1 + 0.1 * 1) / 3));
}

TEST_CASE("a deviance is undefined where the mean is not above 0 or the label out of range") {
  CHECK(unit_deviance(0, 2, 1) == 4);
  for (const double power : {1.0, 1.5, 2.0}) {
    CHECK(unit_deviance(3, 3, power) == 0);
    CHECK(std::isnan(unit_deviance(1, 0, power)));
    CHECK(std::isnan(unit_deviance(-1, 2, power)));
  }
  CHECK(std::isnan(unit_deviance(0, 2, 2)));
  RegressionRows rows(Metric::kPoissonDeviance);
  rows.add(1, 1, 1, 0);
  rows.add(1, 0, 1, unit_deviance(1, 0, 1));
  CHECK_FALSE(score_of(rows.scores(), Metric::kPoissonDeviance));
  CHECK(score_of(rows.scores(), Metric::kMae) == 0.5);
}

TEST_CASE("the mean loss has an interval, and so has a difference of two") {
  RegressionRows a(Metric::kPinball), b(Metric::kPinball);
  for (int i = 0; i < 200; ++i) {
    a.add(i, i + i % 7, 1, i % 7);
    b.add(i, i + i % 7 + 1, 1, i % 7 + 1);
  }
  const auto find = [](const Intervals& intervals) {
    for (const auto& [metric, interval] : intervals) {
      if (metric == Metric::kPinball) return interval;
    }
    FAIL("no interval");
    return Interval{};
  };
  const double mean = score_of(a.scores(), Metric::kPinball).value();
  CHECK((find(intervals_of(a, 0.95)).low < mean && mean < find(intervals_of(a, 0.95)).high));
  const Interval apart = find(intervals_of_differences(a, b, 0.95));
  CHECK(apart.low == Approx(-1));
  CHECK(apart.high == Approx(-1));
}

TEST_CASE("the coverage of quantiles counts rows by weight, ends included") {
  QuantileRows rows({0.1, 0.5, 0.9});
  const double predicted[] = {1, 2, 4};
  rows.add(1, predicted, 1);    // at the lowest
  rows.add(3, predicted, 2);    // within
  rows.add(4.5, predicted, 1);  // above
  const QuantileCoverage found = rows.coverage();
  CHECK(found.covered == 0.75);
  CHECK(found.expected() == 0.8);
  CHECK(found.width == 3);
  CHECK(found.quantiles[0].below == 0.25);
  CHECK(found.quantiles[1].below == 0.25);
  CHECK(found.quantiles[2].below == 0.75);
  CHECK(found.quantiles[1].pinball == Approx((0.5 + 2 * 0.5 + 0.5 * 2.5) / 4));
}
