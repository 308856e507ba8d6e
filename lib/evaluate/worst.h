// The rows with the largest errors, found in one pass.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "infer/predictions.h"
#include "report/report.h"
#include "table/target.h"

namespace mdl {

class WorstRows {
 public:
  /// Keeps `most` rows. `target` must outlive this.
  WorstRows(const Target& target, size_t most) : target_(target), most_(most) {}

  /// Row `i` of `predictions`, and its cells. A label that the model does not know has no loss and is passed over.
  void add(size_t line, const Label& label, const Predictions& predictions, size_t i,
           std::span<const std::string_view> cells = {});

  /// Largest loss first; of equal ones the first that came.
  std::vector<WorstRow> take();

 private:
  struct Row {
    double error;  // 1 less the true class's probability, or the absolute error
    size_t line;
    Label label;
    int32_t predicted;
    double value;  // regression: predicted
    std::vector<std::string> cells = {};
  };
  static bool worse(const Row& a, const Row& b) { return a.error != b.error ? a.error > b.error : a.line < b.line; }

  const Target& target_;
  size_t most_;
  std::vector<Row> rows_;  // a heap with the least bad row on top
};

}  // namespace mdl
