#include "train/supervision.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "table/number_form.h"
#include "table/weight.h"

namespace mdl {
namespace {

std::vector<double> row_weights(const Column& weights, const Dataset& dataset) {
  if (weights.kind != ColumnKind::kNumeric || !weights.form.is_number()) {
    fail("{}: column {}: holds {}; data.weight needs a column of numbers", dataset.name, quote(weights.name),
         weights.kind == ColumnKind::kNumeric ? "cells like a " + words_of(weights.form) : "texts or nothing");
  }
  std::vector<double> out;
  out.reserve(dataset.rows);
  for (size_t row = 0; row < dataset.rows; ++row) {
    const double weight = weights.number(row);
    if (!is_weight(weight)) {
      fail("{}: row {}: column {}, the sample weight: expected a number of at least 0, found {}", dataset.name, row + 1,
           quote(weights.name), std::isnan(weight) ? "nothing" : fmt::format("{}", weight));
    }
    out.push_back(weight);
  }
  return out;
}

/// Whether the target of a regression is another whole number in each row, without gaps: an index.
bool numbers_rows(std::vector<double> numbers) {
  constexpr size_t kFewest = 20;
  std::erase_if(numbers, [](double number) { return std::isnan(number); });
  std::ranges::sort(numbers);
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != numbers[0] + static_cast<double>(i)) return false;
  }
  return numbers.size() >= kFewest && numbers[0] == std::floor(numbers[0]);
}

}  // namespace

Supervision supervision_of(const DataConfig& data, const Dataset& dataset) {
  const Column& column = dataset.column(data.target, "data.target");
  Supervision known{.target = infer_target(column, data, dataset.name)};
  known.labels = target_values(known.target, column, dataset.rows);
  known.other_reading = other_reading(known.target, column, data);
  if (known.target.task == Task::kRegression && numbers_rows(known.labels.numbers))
    known.other_reading = "; it numbers the rows: is this the right column?";
  if (!data.weight.empty()) known.weights = row_weights(dataset.column(data.weight, "data.weight"), dataset);
  return known;
}

}  // namespace mdl
