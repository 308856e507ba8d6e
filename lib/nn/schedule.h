// The learning rate as a function of the step, as torch.optim.lr_scheduler has it.
#pragma once

#include <cmath>
#include <cstdint>

#include "config/config.h"

namespace mdl::nn {

struct ScheduleSettings {
  Schedule kind = Schedule::kConstant;
  double learning_rate = 0.001;  // at full size
  int64_t steps = 1;             // of the whole run
  int64_t steps_per_epoch = 1;
  int64_t warmup_steps = 0;
  double decay_factor = 0.5;  // exponential: an epoch; plateau: a fall
  int64_t plateau_patience = 10;
};

/// What plateau remembers from one evaluation to the next.
struct PlateauState {
  double factor = 1;
  double best = INFINITY;
  int64_t bad = 0;  // evaluations since the best one
};

/// Warm-up rises in equal steps, LinearLR(1 / warmup_steps); the schedule runs over the steps after it:
///   constant      the full rate
///   cosine        CosineAnnealingLR(T_max = steps), stepped every step
///   one_cycle     OneCycleLR(max_lr, total_steps = steps): up to the full rate in 30 % of the steps, then down to
///                 4e-6 of it
///   exponential   ExponentialLR(decay_factor), stepped every epoch
///   plateau       ReduceLROnPlateau(factor = decay_factor, patience), stepped every evaluation
///   coslog4       (1 - cos(2 pi log2(1 + 15 t))) / 2 of the full rate, t the fraction of the steps done: four cycles,
///                 each longer than the one before (RealMLP, see config.cpp)
/// `step` counts from 0.
double learning_rate_at(const ScheduleSettings& settings, const PlateauState& plateau, int64_t step);

/// What dropout and weight decay are multiplied by. kFlatCos: 1 in the first half of the steps, then down to 0 along
/// half a cosine.
double regularization_factor_at(RegularizationSchedule fade, int64_t steps, int64_t step);

/// What an evaluation tells the plateau schedule; of no effect on the others.
void observe(const ScheduleSettings& settings, PlateauState& plateau, double validation_loss);

}  // namespace mdl::nn
