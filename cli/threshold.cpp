#include "cli/threshold.h"

#include <fmt/format.h>

namespace mdl {

bool set_threshold(Model& model, double threshold, const char* command) {
  if (model.target.task != Task::kBinary) {
    fmt::print(stderr, "mdl {}: --threshold is for two classes; the model's task is {}\n", command, name_of(model.target.task));
    return false;
  }
  if (!(threshold >= 0 && threshold <= 1)) {
    fmt::print(stderr, "mdl {}: --threshold {}: expected a number from 0 to 1\n", command, threshold);
    return false;
  }
  model.threshold = threshold;
  return true;
}

}  // namespace mdl
