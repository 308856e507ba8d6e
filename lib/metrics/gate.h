// A bound that a score must keep; a CI job passes or fails by it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "metrics/interval.h"
#include "metrics/metric.h"

namespace mdl {

enum class Verdict { kPass, kFail, kUndecided };
const char* name_of(Verdict);

/// `metric=bound`: the score must be at least the bound, or at most, for a metric where less is better (log_loss=0.5).
/// `metric[column=value]=bound`: the score of one group of a slice.
/// As a drop: the score must not be worse than the baseline model's by more than the bound.
struct Gate {
  Metric metric;
  double bound;
  std::vector<std::pair<std::string, std::string>> group;  // column and value; empty: all rows
  bool drop = false;
};

/// Reads "f1=0.80", "f1[gender=Female,age=old]=0.7" or "f1[age=[18, 30)]=0.7"; a drop is of all rows. The bound is a
/// value that the score, or its drop, can have. Returns what is wrong with `text` in a sentence, or an empty string and
/// the gate in `gate`.
std::string parse_gate(const std::string& text, Task task, Gate& gate, bool drop = false);

struct GateResult {
  Gate gate;
  std::optional<double> value;  // the score, or how much worse it is; empty: undefined on these rows
  Verdict verdict;
  std::optional<Interval> interval;  // of the value, where the verdict is by it
};

/// The one place that decides. `scores` are those of the rows, or of the group, that the gate is about; for a drop they
/// are this model's less the baseline model's. With `intervals` of theirs the gate passes where all of the score's
/// interval keeps the bound, fails where none of it does, and is undecided otherwise, or where the score has no
/// interval or is undefined; without, the score decides, and an undefined one fails.
GateResult judge(const Gate& gate, const Scores& scores, const Intervals* intervals = nullptr);

}  // namespace mdl
