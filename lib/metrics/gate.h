// A bound that a score must keep; a CI job passes or fails by it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "metrics/metric.h"

namespace mdl {

enum class Verdict { kPass, kFail };
const char* name_of(Verdict);

/// `metric=bound`: the score must be at least the bound, or at most, for a metric where less is better (log_loss=0.5).
struct Gate {
  Metric metric;
  double bound;
};

/// Reads "f1=0.80". Returns what is wrong with `text` in a sentence, or an empty string and the gate in `gate`.
std::string parse_gate(const std::string& text, Task task, Gate& gate);

struct GateResult {
  Gate gate;
  std::optional<double> value;  // empty: the score is undefined on these rows, which fails
  Verdict verdict;
};

/// The one place that decides.
GateResult judge(const Gate& gate, const Scores& scores);

}  // namespace mdl
