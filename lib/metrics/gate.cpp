#include "metrics/gate.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace mdl {

const char* name_of(Verdict verdict) { return verdict == Verdict::kPass ? "pass" : verdict == Verdict::kFail ? "fail" : "undecided"; }

std::string parse_gate(const std::string& text, Task task, Gate& gate) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) {
    return fmt::format("{}: expected METRIC=VALUE, for example {}=0.8", quote(text), name_of(main_metric(task)));
  }
  const std::string name(trim(std::string_view(text).substr(0, equals)));
  const std::vector<std::string> names = metric_names(task);
  const auto metric = find_metric(name);
  if (!metric) {
    const auto meant = did_you_mean(name, names);
    return fmt::format("{}: there is no metric {}; {}", quote(text), quote(name),
                       meant ? "did you mean " + quote(*meant) + "?" : "known are " + join_names(names, names.size()));
  }
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    return fmt::format("{}: the model's task is {}, which has no {}; it has {}", quote(text), name_of(task), name,
                       join_names(names, names.size()));
  }
  const std::string bound = text.substr(equals + 1);
  const auto number = parse_number(bound);
  if (!number) return fmt::format("{}: {} is not a number", quote(text), quote(bound));
  gate = {*metric, *number};
  return "";
}

GateResult judge(const Gate& gate, const Scores& scores) {
  const auto value = score_of(scores, gate.metric);
  const bool met = value && (higher_is_better(gate.metric) ? *value >= gate.bound : *value <= gate.bound);
  return {gate, value, met ? Verdict::kPass : Verdict::kFail};
}

}  // namespace mdl
