#include "evaluate/worst.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"

namespace mdl {

void WorstRows::add(size_t line, const Label& label, const Predictions& predictions, size_t i,
                    std::span<const std::string_view> cells) {
  const bool regression = target_.task == Task::kRegression;
  if (most_ == 0 || (!regression && label.class_index < 0)) return;
  Row row{.line = line,
          .label = label,
          .predicted = regression ? 0 : predictions.classes[i],
          .value = regression ? predictions.values[i] : 0};
  row.error = regression
                  ? std::abs(label.number - row.value)
                  : 1 - predictions.probabilities[i * target_.classes.size() + static_cast<size_t>(label.class_index)];
  if (rows_.size() == most_) {
    if (!worse(row, rows_.front())) return;
    std::pop_heap(rows_.begin(), rows_.end(), worse);
    rows_.pop_back();
  }
  row.cells.assign(cells.begin(), cells.end());
  rows_.push_back(std::move(row));
  std::push_heap(rows_.begin(), rows_.end(), worse);
}

std::vector<WorstRow> WorstRows::take() {
  std::sort(rows_.begin(), rows_.end(), worse);
  std::vector<WorstRow> found;
  for (const Row& row : rows_) {
    if (target_.task == Task::kRegression) {
      found.push_back({row.line, shortest(row.label.number), shortest(row.value), row.error, row.cells});
      continue;
    }
    const double probability = std::max(1 - row.error, std::numeric_limits<double>::epsilon());
    const auto name = [&](int index) { return target_.classes[static_cast<size_t>(index)]; };
    found.push_back({row.line, name(row.label.class_index), name(row.predicted),
                     0 - std::log(std::min(probability, 1.0)), row.cells});
  }
  return found;
}

}  // namespace mdl
