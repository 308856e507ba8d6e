#include "train/supervision.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/text.h"
#include "table/encoder.h"
#include "table/number_form.h"
#include "table/weight.h"
#include "train/objective.h"

namespace mdl {
namespace {

/// What a column of numbers is there for, beside features and target.
struct NumberRole {
  const char* key;
  const char* name;
  const char* expected;
  bool (*takes)(double);
};

constexpr NumberRole kWeight = {"data.weight", "the sample weight", "a number of at least 0", is_weight};
constexpr NumberRole kExposure = {"data.exposure", "the exposure", "a number above 0", is_exposure};

std::vector<double> numbers_of(const std::string& name, const NumberRole& role, const Dataset& dataset, size_t first) {
  const Column& column = dataset.column(name, role.key);
  if (column.kind != ColumnKind::kNumeric || !column.form.is_number()) {
    fail("{}: column {}: holds {}; {} needs a column of numbers", dataset.name, quote(column.name),
         column.kind == ColumnKind::kNumeric ? "cells like a " + words_of(column.form) : "texts or nothing", role.key);
  }
  std::vector<double> out;
  out.reserve(dataset.rows);
  for (size_t row = 0; row < dataset.rows; ++row) {
    const double number = column.number(row);
    if (!role.takes(number)) {
      fail("{}: row {}: column {}, {}: expected {}, found {}", dataset.name, first + row + 1, quote(column.name),
           role.name, role.expected, std::isnan(number) ? "nothing" : fmt::format("{}", number));
    }
    out.push_back(number);
  }
  return out;
}

}  // namespace

Supervision target_of(const Config& config, const Dataset& dataset, const StartModel* start) {
  DataConfig data = config.data;
  if (start != nullptr && !data.task) data.task = start->model.target.task;
  if (tells_regression(config)) data.task = Task::kRegression;
  const Column& column = dataset.column(data.target, "data.target");
  Supervision known;
  known.target = infer_target(column, data, dataset.name);
  set_objective(config, known.target);
  if (start != nullptr) {
    expect_same_target(*start, known.target, dataset.name);
    known.target = start->model.target;
  }
  known.other_reading = other_reading(known.target, column, data);
  return known;
}

RowValues row_values(const Config& config, const Target& target, const Dataset& rows, size_t first) {
  const DataConfig& data = config.data;
  RowValues values{.labels = target_values(target, rows.column(data.target, "data.target"), rows.rows)};
  expect_numbers(target, values.labels.numbers, rows.name, first);
  if (!data.weight.empty()) values.weights = numbers_of(data.weight, kWeight, rows, first);
  if (!data.exposure.empty()) values.exposures = numbers_of(data.exposure, kExposure, rows, first);
  return values;
}

void count_rows(const RowValues& rows, Supervision& known) {
  const auto nothing = [](double number) { return std::isnan(number); };
  known.unlabelled += static_cast<size_t>(std::ranges::count_if(rows.labels.numbers, nothing));
  known.unlabelled += static_cast<size_t>(std::ranges::count_if(rows.labels.classes, [](int32_t k) { return k < 0; }));
  known.without_weight += static_cast<size_t>(std::ranges::count(rows.weights, 0.0));
}

void note_row_numbers(const EachRow& each, Supervision& known) {
  constexpr size_t kFewest = 20;
  if (known.target.task != Task::kRegression) return;
  size_t count = 0;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  bool whole = true;
  each([&](double number, double) {
    if (std::isnan(number)) return;
    ++count;
    low = std::min(low, number);
    high = std::max(high, number);
    whole = whole && number == std::floor(number);
  });
  if (count < kFewest || !whole || high - low != static_cast<double>(count - 1)) return;
  std::vector<bool> seen(count);
  each([&](double number, double) {
    if (!std::isnan(number)) seen[static_cast<size_t>(number - low)] = true;
  });
  if (std::ranges::find(seen, false) == seen.end())
    known.other_reading = "; it numbers the rows: is this the right column?";
}

Supervision supervision_of(const Config& config, const Dataset& dataset, const StartModel* start) {
  Supervision known = target_of(config, dataset, start);
  static_cast<RowValues&>(known) = row_values(config, known.target, dataset);
  count_rows(known, known);
  const EachRow each = [&](const auto& row) {
    for (const double number : known.labels.numbers) row(number, 1);
  };
  note_row_numbers(each, known);
  return known;
}

}  // namespace mdl
