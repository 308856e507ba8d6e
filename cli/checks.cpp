#include "cli/checks.h"

#include <filesystem>

#include "base/text.h"
#include "cli/commands.h"

namespace mdl {

void set_threshold(Model& model, double threshold) {
  if (model.target.task != Task::kBinary) wrong_flags("--threshold is for two classes; the model's task is {}", name_of(model.target.task));
  if (!(threshold >= 0 && threshold <= 1)) wrong_flags("--threshold {}: expected a number from 0 to 1", threshold);
  model.threshold = threshold;
}

void expect_not_read(const char* flag, const std::string& output, const std::vector<std::string>& inputs) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(output, ignored)) return;
  for (const std::string& input : inputs) {
    if (std::filesystem::equivalent(output, input, ignored)) wrong_flags("{} {}: is a file that is read, {}, and would be replaced", flag, quote(output), quote(input));
  }
}

}  // namespace mdl
