#include "cli/threshold.h"

#include "cli/commands.h"

namespace mdl {

void set_threshold(Model& model, double threshold) {
  if (model.target.task != Task::kBinary) wrong_flags("--threshold is for two classes; the model's task is {}", name_of(model.target.task));
  if (!(threshold >= 0 && threshold <= 1)) wrong_flags("--threshold {}: expected a number from 0 to 1", threshold);
  model.threshold = threshold;
}

}  // namespace mdl
