#include "train/objective.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "metrics/interval.h"

namespace mdl {
namespace {

/// The key that asks for a regression, as it is set.
std::string asking(const Config& config) {
  return config.train.objective.loss != LossKind::kAuto
             ? fmt::format("train.loss: {}", name_of(config.train.objective.loss))
             : fmt::format("data.target_transform: {}", name_of(config.data.target_transform));
}

void fit_quantiles(Target& target, std::vector<double> numbers, double deviation) {
  std::ranges::sort(numbers);
  constexpr double kNormalRange = 1.349;  // between the quartiles, in standard deviations
  const double range = quantile(numbers, 0.75) - quantile(numbers, 0.25);
  target.scale = range > 0 ? range / kNormalRange : deviation;
  target.mean = quantile(numbers, 0.5);
  if (!target.objective.has_quantiles()) return;
  target.centers.clear();
  for (const double q : target.objective.quantiles) target.centers.push_back(quantile(numbers, q));
  target.mean = target.centers[target.objective.middle()];
}

}  // namespace

void expect_objective(const Config& config) {
  const Objective &objective = config.train.objective, standard;
  const bool log = config.data.target_transform == TargetTransform::kLog;
  if (tells_regression(config) && config.data.task && config.data.task != Task::kRegression)
    fail("{} is for numbers; data.task says {}", asking(config), name_of(*config.data.task));
  if (log && objective.has_log_link())
    fail("data.target_transform: log does not go with train.loss: {}, which learns the logarithm of the mean; omit one",
         name_of(objective.loss));
  if (!config.data.exposure.empty() && !objective.has_log_link())
    fail("data.exposure needs train.loss: poisson, gamma or tweedie; it is {}", name_of(objective.loss));
  if (!config.data.exposure.empty() && config.data.exposure == config.data.target)
    fail("data.exposure and data.target both name column {}", quote(config.data.target));
  const auto only_for = [&](bool set, const char* key, LossKind loss) {
    if (set && objective.loss != loss)
      fail("{} is for train.loss: {}; it is {}", key, name_of(loss), name_of(objective.loss));
  };
  only_for(objective.quantiles != standard.quantiles, "train.quantiles", LossKind::kQuantile);
  only_for(objective.huber_delta != standard.huber_delta, "train.huber_delta", LossKind::kHuber);
  only_for(objective.tweedie_power != standard.tweedie_power, "train.tweedie_power", LossKind::kTweedie);
}

bool tells_regression(const Config& config) {
  return config.train.objective.loss != LossKind::kAuto || config.data.target_transform != TargetTransform::kNone;
}

void set_objective(const Config& config, Target& target) {
  if (!tells_regression(config)) return;
  if (target.task != Task::kRegression)
    fail("{} is for numbers; column {} makes this a {} task", asking(config), quote(target.name), name_of(target.task));
  target.objective = config.train.objective;
  target.log = config.data.target_transform == TargetTransform::kLog || target.objective.has_log_link();
}

void expect_numbers(const Target& target, std::span<const double> numbers, const std::string& file) {
  if (target.is_plain()) return;
  for (size_t row = 0; row < numbers.size(); ++row) {
    if (std::isnan(numbers[row])) continue;
    const std::string expected = target.expected_instead_of(numbers[row]);
    if (!expected.empty())
      fail("{}: row {}: column {}, the target: expected {}, found {}", file, row + 1, quote(target.name), expected,
           shortest(numbers[row]));
  }
}

void fit_target(Target& target, std::span<const double> numbers, std::span<const double> exposures,
                std::span<const uint32_t> train) {
  const auto count = static_cast<double>(train.size());
  const bool of_logs = target.log && !target.objective.has_log_link();
  const auto learned = [&](uint32_t row) { return of_logs ? std::log(numbers[row]) : numbers[row]; };
  double sum = 0, squares = 0, average = 0;
  for (const uint32_t row : train) {
    sum += learned(row);
    if (of_logs) average += numbers[row] / count;
  }
  target.mean = sum / count;
  for (const uint32_t row : train) squares += (learned(row) - target.mean) * (learned(row) - target.mean);
  target.scale = std::sqrt(squares / count);
  target.average = average;
  if (!std::isfinite(target.scale)) fail("column {}: its numbers are too far apart to be averaged", quote(target.name));
  if (target.scale == 0)
    fail("column {}: is constant in the training rows; there is nothing to learn", quote(target.name));
  for (const uint32_t row : train) {
    if (!std::isfinite(static_cast<float>(numbers[row]))) {
      fail("column {}: {} is too large to be predicted; predictions go up to 3.4e+38", quote(target.name),
           numbers[row]);
    }
  }
  if (target.objective.has_log_link()) {
    double exposure = 0;
    for (const uint32_t row : train) exposure += exposures.empty() ? 1 : exposures[row];
    target.mean = std::log(sum / exposure);
    target.scale = 1;
    if (!std::isfinite(target.mean)) fail("column {}: its mean is too far from 1 to be learned", quote(target.name));
  } else if (target.objective.loss != LossKind::kAuto) {
    std::vector<double> values;
    for (const uint32_t row : train) values.push_back(learned(row));
    fit_quantiles(target, std::move(values), target.scale);
  }
}

float learned_number(const Target& target, double number, double exposure) {
  if (target.objective.has_log_link()) return static_cast<float>(number / exposure / std::exp(target.mean));
  return static_cast<float>(((target.log ? std::log(number) : number) - target.mean) / target.scale);
}

double exposure_weight(const Target& target, double exposure) {
  return std::pow(exposure, 2 - target.objective.power());
}

}  // namespace mdl
