#include "train/supervision.h"

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

}  // namespace

Supervision supervision_of(const DataConfig& data, const Dataset& dataset) {
  const Column& column = dataset.column(data.target, "data.target");
  Supervision known{.target = infer_target(column, data, dataset.name)};
  known.labels = target_values(known.target, column, dataset.rows);
  known.other_reading = other_reading(known.target, column, data);
  if (!data.weight.empty()) known.weights = row_weights(dataset.column(data.weight, "data.weight"), dataset);
  return known;
}

}  // namespace mdl
