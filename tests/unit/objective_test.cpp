#include "train/objective.h"

#include <cmath>

#include "base/error.h"
#include "catch.h"
#include "metrics/row_loss.h"

using namespace mdl;

namespace {

const std::vector<uint32_t> kTrain = {0, 1, 2, 3, 4};

Target fitted(Objective objective, const std::vector<double>& numbers, bool log = false,
              const std::vector<double>& exposures = {}) {
  Target target{.name = "y", .objective = std::move(objective)};
  target.log = log || target.objective.has_log_link();
  fit_target(target, numbers, exposures, kTrain);
  return target;
}

Config config_of(LossKind loss) {
  Config config;
  config.data.target = "y";
  config.train.objective.loss = loss;
  return config;
}

}  // namespace

TEST_CASE("the scale of a target follows its loss") {
  const std::vector<double> numbers = {1, 2, 3, 4, 1000};
  const Target squared = fitted({}, numbers), mae = fitted({.loss = LossKind::kMae}, numbers);
  CHECK(squared.mean == 202);
  CHECK(squared.constant() == 202);
  CHECK(squared.scale == Approx(399.00125));
  CHECK(mae.mean == 3);
  CHECK(mae.constant() == 3);
  CHECK(mae.scale == Approx(2 / 1.349));  // the outlier does not stretch it
  const Target quantiles = fitted({.loss = LossKind::kQuantile, .quantiles = {0.25, 0.5, 0.75}}, numbers);
  CHECK(quantiles.centers == std::vector<double>{2, 3, 4});
  CHECK(quantiles.mean == 3);
  CHECK(quantiles.constant(2) == 4);
  const Target poisson = fitted({.loss = LossKind::kPoisson}, numbers);
  CHECK(poisson.mean == Approx(std::log(202)));
  CHECK(poisson.scale == 1);
  CHECK(poisson.constant() == Approx(202));
  CHECK(fitted({.loss = LossKind::kMae}, {1, 1, 1, 1, 6}).scale == 2);  // no range between the quartiles
}

TEST_CASE("rows that do not train have no part in the scale") {
  const std::vector<double> numbers = {1, 2, 3, 4, 5, 1e9, NAN};
  CHECK(fitted({}, numbers).mean == 3);
  CHECK(fitted({.loss = LossKind::kQuantile}, numbers).centers[1] == 3);
}

TEST_CASE("of a logarithm mean and scale are the logarithms', and the trivial model's answer the numbers' own mean") {
  const std::vector<double> numbers = {1, std::exp(1), std::exp(2), std::exp(3), std::exp(4)};
  const Target squared = fitted({}, numbers, /*log=*/true), mae = fitted({.loss = LossKind::kMae}, numbers, true);
  CHECK(squared.mean == Approx(2));
  CHECK(squared.scale == Approx(std::sqrt(2)));
  CHECK(squared.constant() == Approx((1 + std::exp(1) + std::exp(2) + std::exp(3) + std::exp(4)) / 5));
  CHECK(mae.constant() == Approx(std::exp(2)));
  CHECK(learned_number(squared, std::exp(4), 1) == Approx(std::sqrt(2)));
  CHECK(squared.is_smeared());
  CHECK_FALSE(mae.is_smeared());
}

TEST_CASE("exposures as an offset and as weights of the learned rates are the same loss") {
  const std::vector<double> numbers = {1, 0.5, 3, 2, 7}, exposures = {0.5, 1, 2, 4, 0.25};
  for (const Objective& objective : {Objective{.loss = LossKind::kPoisson}, Objective{.loss = LossKind::kGamma},
                                     Objective{.loss = LossKind::kTweedie, .tweedie_power = 1.7}}) {
    const Target target = fitted(objective, numbers, false, exposures);
    CHECK(std::exp(target.mean) == Approx(13.5 / 7.75));
    const double power = objective.power(), unit = std::exp(target.mean);
    for (size_t row = 0; row < numbers.size(); ++row) {
      const double relative = 1.3;  // exp of the network's output
      const double offset = unit_deviance(numbers[row], exposures[row] * unit * relative, power);
      const double learned = unit_deviance(learned_number(target, numbers[row], exposures[row]), relative, power);
      CHECK(exposure_weight(target, exposures[row]) * learned * std::pow(unit, 2 - power) ==
            Approx(offset).epsilon(1e-5));
    }
  }
}

TEST_CASE("numbers that a loss cannot be learned with are refused with their row") {
  const auto problem_of = [](const Objective& objective, bool log, const std::vector<double>& numbers) {
    Target target{.name = "y", .objective = objective, .log = log};
    try {
      expect_numbers(target, numbers, "x.csv");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(
      problem_of({.loss = LossKind::kPoisson}, true, {0, 1, NAN, -2}) ==
      "x.csv: row 4: column 'y', the target: expected a number of at least 0, as train.loss: poisson needs, found -2");
  CHECK(problem_of({.loss = LossKind::kGamma}, true, {1, 0}) ==
        "x.csv: row 2: column 'y', the target: expected a number above 0, as train.loss: gamma needs, found 0");
  CHECK(
      problem_of({}, true, {1, -1}) ==
      "x.csv: row 2: column 'y', the target: expected a number above 0, as data.target_transform: log needs, found -1");
  CHECK(problem_of({.loss = LossKind::kTweedie}, true, {0, 1}).empty());
  CHECK(problem_of({.loss = LossKind::kMae}, false, {-1}).empty());
  CHECK(problem_of({}, false, {-1}).empty());
}

TEST_CASE("keys of a loss that do not fit each other are refused") {
  const auto problem_of = [](const Config& config) {
    try {
      expect_objective(config);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  for (const auto& [loss, name] : kLossNames) CHECK(problem_of(config_of(loss)).empty());
  Config config = config_of(LossKind::kMae);
  config.data.task = Task::kBinary;
  CHECK(problem_of(config) == "train.loss: mae is for numbers; data.task says binary");
  config = config_of(LossKind::kMae);
  config.data.exposure = "e";
  CHECK(problem_of(config) == "data.exposure needs train.loss: poisson, gamma or tweedie; it is mae");
  config = config_of(LossKind::kPoisson);
  config.data.exposure = "y";
  CHECK(problem_of(config) == "data.exposure and data.target both name column 'y'");
  config = config_of(LossKind::kPoisson);
  config.data.target_transform = TargetTransform::kLog;
  CHECK(problem_of(config) ==
        "data.target_transform: log does not go with train.loss: poisson, which learns the logarithm "
        "of the mean; omit one");
  config = config_of(LossKind::kMae);
  config.train.objective.quantiles = {0.5};
  CHECK(problem_of(config) == "train.quantiles is for train.loss: quantile; it is mae");
  config = config_of(LossKind::kAuto);
  config.train.objective.huber_delta = 2;
  CHECK(problem_of(config) == "train.huber_delta is for train.loss: huber; it is auto");
  config = config_of(LossKind::kPoisson);
  config.train.objective.tweedie_power = 1.2;
  CHECK(problem_of(config) == "train.tweedie_power is for train.loss: tweedie; it is poisson");
}
