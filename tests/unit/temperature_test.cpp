#include "metrics/temperature.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "catch.h"
#include "infer/postprocessing.h"

using namespace mdl;

namespace {

const std::vector<double> kThreeClasses = {0.7, 0.2,  0.1,  0.1, 0.8, 0.1, 0.3,  0.3,  0.4,
                                           0.9, 0.05, 0.05, 0.2, 0.5, 0.3, 0.25, 0.25, 0.5};
const std::vector<int32_t> kTruths = {0, 1, 1, 2, 1, 2};

std::vector<double> at_temperature(double temperature, std::vector<double> probabilities) {
  apply_temperature(temperature, probabilities);
  return probabilities;
}

void check_near(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) CHECK(a[i] == Approx(b[i]).epsilon(1e-12));
}

}  // namespace

// scipy.optimize.minimize_scalar of the log loss over the logarithm of the temperature, truths being 1 - 1 / (rows + 1)
// and the rest uniform.
TEST_CASE("the temperature is the one that scipy's minimiser finds") {
  CHECK(fit_temperature(kThreeClasses, kTruths, {}, 3) == Approx(1.99520006376834).epsilon(2e-6));
  const std::vector<double> two = {0.2, 0.8, 0.9, 0.1, 0.6, 0.4, 0.35, 0.65, 0.45, 0.55};
  CHECK(fit_temperature(two, std::vector<int32_t>{1, 0, 1, 1, 0}, {}, 2) == Approx(0.9331935786494774).epsilon(2e-6));
}

TEST_CASE("rows count with their weights") {
  CHECK(fit_temperature(kThreeClasses, kTruths, std::vector<double>{1, 2, 0.5, 1, 3, 1}, 3) ==
        Approx(1.244740453479061).epsilon(2e-6));
  CHECK(fit_temperature(kThreeClasses, kTruths, std::vector<double>(6, 2), 3) ==
        fit_temperature(kThreeClasses, kTruths, {}, 3));
}

TEST_CASE("the log loss is the weighted mean, and the fitted temperature lowers it") {
  const std::vector<double> weights = {1, 2, 0.5, 1, 3, 1};
  CHECK(mean_log_loss(kThreeClasses, kTruths, {}, 3) == Approx(1.02763632237546).epsilon(1e-12));
  CHECK(mean_log_loss(kThreeClasses, kTruths, weights, 3) == Approx(0.8439140522969284).epsilon(1e-12));
  std::vector<double> fitted = kThreeClasses;
  for (size_t row = 0; row < 6; ++row)
    apply_temperature(fit_temperature(kThreeClasses, kTruths, {}, 3), std::span(fitted).subspan(3 * row, 3));
  CHECK(mean_log_loss(fitted, kTruths, {}, 3) == Approx(0.987145743090358).epsilon(1e-7));
}

TEST_CASE("a temperature makes probabilities more or less certain") {
  check_near(at_temperature(2.5, {0.7, 0.2, 0.1}), {0.4842574559808636, 0.2933925612388304, 0.22234998278030588});
  check_near(at_temperature(0.5, {0.7, 0.2, 0.1}), {0.9074074074074074, 0.0740740740740741, 0.018518518518518524});
  CHECK(at_temperature(1, {0.7, 0.2, 0.1}) == std::vector<double>{0.7, 0.2, 0.1});
}

TEST_CASE("a temperature leaves the most likely class and the order as they are") {
  for (const double temperature : {std::exp(-8), 0.1, 0.9, 1.5, 10.0, std::exp(8)}) {
    CAPTURE(temperature);
    const std::vector<double> p = at_temperature(temperature, {0.2, 0.300001, 0.3, 0.199999});
    CHECK(std::max_element(p.begin(), p.end()) - p.begin() == 1);
    CHECK(p[2] >= p[0]);
    CHECK(p[0] >= p[3]);
    CHECK(std::accumulate(p.begin(), p.end(), 0.0) == Approx(1).epsilon(1e-12));
  }
}

TEST_CASE("probabilities of 0 and 1 stay probabilities") {
  const std::vector<double> extreme = {1, 0, 0, 0, 1, 0, 1e-320, 0, 1, 0.5, 0.5, 0};
  CHECK(fit_temperature(extreme, std::vector<int32_t>{0, 1, 2, 2}, {}, 3) == Approx(579.843711320738).epsilon(2e-6));
  CHECK(mean_log_loss(std::vector<double>{1, 0}, std::vector<int32_t>{1}, {}, 2) ==
        Approx(690.7755278982137).epsilon(1e-12));
  for (const double temperature : {std::exp(-8), 0.5, std::exp(8)}) {
    for (const double value : at_temperature(temperature, {0, 1, 1e-320})) {
      CHECK(value >= 0);
      CHECK(value <= 1);
    }
  }
}

// Where all rows have the same odds e^m, they become those of 1 - d / 2 with d = 1 / (rows + 1).
TEST_CASE("rows that are all told apart become as certain as their number warrants") {
  for (const auto& [rows, temperature] :
       {std::pair(10, 0.9853762163), std::pair(100, 0.5656849930), std::pair(1000, 0.3946640196)}) {
    CAPTURE(rows);
    const double p = 1 / (1 + std::exp(-3.0));
    std::vector<double> probabilities;
    std::vector<int32_t> labels;
    for (int row = 0; row < rows; ++row) {
      labels.push_back(row % 2);
      probabilities.insert(probabilities.end(), {row % 2 == 0 ? p : 1 - p, row % 2 == 0 ? 1 - p : p});
    }
    CHECK(fit_temperature(probabilities, labels, {}, 2) == Approx(temperature).epsilon(2e-6));
  }
}

TEST_CASE("where everything is wrong, the temperature stays within e^8") {
  CHECK(fit_temperature(std::vector<double>{0.9, 0.1, 0.2, 0.8}, std::vector<int32_t>{1, 0}, {}, 2) ==
        Approx(std::exp(8)).epsilon(2e-6));
}

// Many rows and one that is far surer than the others: what suits most would leave no digit to tell it from its like.
TEST_CASE("logits that differ are printed as probabilities that differ, whatever the rows") {
  std::vector<double> probabilities;
  std::vector<int32_t> labels;
  const auto add = [&](double logit, int32_t label) {
    const double likely = 1 / (1 + std::exp(-std::abs(logit))), other = std::exp(-std::abs(logit)) * likely;
    probabilities.insert(probabilities.end(), {logit > 0 ? other : likely, logit > 0 ? likely : other});
    labels.push_back(label);
  };
  for (int row = 0; row < 2000; ++row) add(row % 2 == 0 ? -0.5 : 0.5, row % 2);
  add(18, 1);
  const double temperature = fit_temperature(probabilities, labels, {}, 2);
  CHECK(temperature == Approx(0.9));
  float logit = 1;
  std::vector<double> printed;
  for (; logit < 18; logit *= 1.01f) {
    for (const float z : {logit, std::nextafter(logit, 100.0f)}) {
      const double e = std::exp(-static_cast<double>(z));
      std::vector<double> p = {e / (1 + e), 1 / (1 + e)};
      apply_temperature(temperature, p);
      round_probabilities(p);
      printed.push_back(p[1]);
    }
  }
  CHECK(std::adjacent_find(printed.begin(), printed.end(), [](double a, double b) { return a >= b; }) == printed.end());
}
