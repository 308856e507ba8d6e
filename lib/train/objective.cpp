#include "train/objective.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "metrics/interval.h"
#include "metrics/metric.h"

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

/// All but the quantiles.
void fit_moments(Target& target, const EachRow& each) {
  const bool of_logs = target.log && !target.objective.has_log_link();
  double rows = 0, sum = 0, squares = 0, average = 0, exposed = 0;
  std::optional<double> too_large;
  const auto learned = [&](double number) { return of_logs ? std::log(number) : number; };
  each([&](double number, double exposure) {
    ++rows;
    sum += learned(number);
    exposed += exposure;
    if (!too_large && !std::isfinite(static_cast<float>(number))) too_large = number;
  });
  target.mean = sum / rows;
  each([&](double number, double) {
    squares += (learned(number) - target.mean) * (learned(number) - target.mean);
    average += number / rows;
  });
  target.average = of_logs ? average : 0;
  target.scale = std::sqrt(squares / rows);
  if (!std::isfinite(target.scale)) fail("column {}: its numbers are too far apart to be averaged", quote(target.name));
  if (target.scale == 0)
    fail("column {}: is constant in the training rows; there is nothing to learn", quote(target.name));
  if (too_large) {
    fail("column {}: {} is too large to be predicted; predictions go up to 3.4e+38", quote(target.name), *too_large);
  }
  if (!target.objective.has_log_link()) return;
  target.mean = std::log(sum / exposed);
  target.scale = 1;
  if (!std::isfinite(target.mean)) fail("column {}: its mean is too far from 1 to be learned", quote(target.name));
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

void expect_metric(std::optional<Metric> metric, const Target& target) {
  if (!metric) return;
  std::string problem = parse_metric(name_of(*metric), target.task, *metric);
  if (problem.empty()) problem = unscored(*metric, target.objective.loss);
  if (!problem.empty()) fail("train.metric: {}", problem);
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

void expect_numbers(const Target& target, std::span<const double> numbers, const std::string& file, size_t first) {
  if (target.is_plain()) return;
  for (size_t row = 0; row < numbers.size(); ++row) {
    if (std::isnan(numbers[row])) continue;
    const std::string expected = target.expected_instead_of(numbers[row]);
    if (!expected.empty())
      fail("{}: row {}: column {}, the target: expected {}, found {}", file, first + row + 1, quote(target.name),
           expected, shortest(numbers[row]));
  }
}

void fit_target(Target& target, std::span<const double> numbers, std::span<const double> exposures,
                std::span<const uint32_t> train) {
  const EachRow each = [&](const auto& row) {
    for (const uint32_t r : train) row(numbers[r], exposures.empty() ? 1 : exposures[r]);
  };
  fit_target(target, each, numbers, train);
}

void fit_target(Target& target, const EachRow& each, std::span<const double> numbers,
                std::span<const uint32_t> sample) {
  fit_moments(target, each);
  if (target.objective.loss == LossKind::kAuto || target.objective.has_log_link()) return;
  std::vector<double> values;
  for (const uint32_t row : sample) values.push_back(target.log ? std::log(numbers[row]) : numbers[row]);
  fit_quantiles(target, std::move(values), target.scale);
}

float learned_number(const Target& target, double number, double exposure) {
  if (target.objective.has_log_link()) return static_cast<float>(number / exposure / std::exp(target.mean));
  return static_cast<float>(((target.log ? std::log(number) : number) - target.mean) / target.scale);
}

float learned_target(const Target& target, const TargetValues& labels, size_t row, double exposure) {
  switch (target.task) {
    case Task::kBinary: return labels.classes[row] == static_cast<int32_t>(target.positive) ? 1.0f : 0.0f;
    case Task::kMulticlass: return static_cast<float>(labels.classes[row]);
    case Task::kRegression: break;
  }
  return learned_number(target, labels.numbers[row], exposure);
}

double exposure_weight(const Target& target, double exposure) {
  return std::pow(exposure, 2 - target.objective.power());
}

}  // namespace mdl
