#include "nn/schedule.h"

#include <algorithm>
#include <numbers>

namespace mdl::nn {
namespace {

/// From `start` to `end` along half a cosine, `fraction` of the way.
double along_cosine(double start, double end, double fraction) {
  return end + (start - end) / 2 * (1 + std::cos(std::numbers::pi * fraction));
}

double one_cycle(double step, double steps) {
  constexpr double kRise = 0.3, kFirst = 1.0 / 25, kLast = kFirst / 1e4;
  const double top = kRise * steps - 1, end = steps - 1;
  if (step < top) return along_cosine(kFirst, 1, step / top);
  return end > top ? along_cosine(1, kLast, std::min(1.0, (step - top) / (end - top))) : kLast;
}

}  // namespace

double learning_rate_at(const ScheduleSettings& settings, const PlateauState& plateau, int64_t step) {
  const int64_t warmup = settings.warmup_steps;
  if (step < warmup) return settings.learning_rate * static_cast<double>(step + 1) / static_cast<double>(warmup);
  const auto after = static_cast<double>(step - warmup),
             steps = static_cast<double>(std::max<int64_t>(1, settings.steps - warmup));
  switch (settings.kind) {
    case Schedule::kConstant: return settings.learning_rate;
    case Schedule::kCosine: return settings.learning_rate * along_cosine(1, 0, after / steps);
    case Schedule::kOneCycle: return settings.learning_rate * one_cycle(after, steps);
    case Schedule::kExponential:
      return settings.learning_rate *
             std::pow(settings.decay_factor, static_cast<double>((step - warmup) / settings.steps_per_epoch));
    case Schedule::kCoslog4:
      return settings.learning_rate * (1 - std::cos(2 * std::numbers::pi * std::log2(1 + 15 * after / steps))) / 2;
    case Schedule::kPlateau: return settings.learning_rate * plateau.factor;
  }
  return settings.learning_rate;
}

double regularization_factor_at(RegularizationSchedule fade, int64_t steps, int64_t step) {
  const double fraction = static_cast<double>(step) / static_cast<double>(steps);
  return fade == RegularizationSchedule::kConstant || fraction < 0.5 ? 1 : along_cosine(1, 0, 2 * fraction - 1);
}

void observe(const ScheduleSettings& settings, PlateauState& plateau, double validation_loss) {
  constexpr double kThreshold = 1e-4, kLeastChange = 1e-8;  // the defaults of ReduceLROnPlateau
  if (validation_loss < plateau.best * (1 - kThreshold)) {
    plateau.best = validation_loss;
    plateau.bad = 0;
    return;
  }
  if (++plateau.bad <= settings.plateau_patience) return;
  plateau.bad = 0;
  const double lower = plateau.factor * settings.decay_factor;
  if (settings.learning_rate * (plateau.factor - lower) > kLeastChange) plateau.factor = lower;
}

}  // namespace mdl::nn
