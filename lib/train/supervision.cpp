#include "train/supervision.h"

#include <algorithm>
#include <cmath>

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

std::vector<double> numbers_of(const std::string& name, const NumberRole& role, const Dataset& dataset) {
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
      fail("{}: row {}: column {}, {}: expected {}, found {}", dataset.name, row + 1, quote(column.name), role.name,
           role.expected, std::isnan(number) ? "nothing" : fmt::format("{}", number));
    }
    out.push_back(number);
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

Supervision supervision_of(const Config& config, const Dataset& dataset, const StartModel* start) {
  DataConfig data = config.data;
  if (start != nullptr && !data.task) data.task = start->model.target.task;
  if (tells_regression(config)) data.task = Task::kRegression;
  const Column& column = dataset.column(data.target, "data.target");
  Supervision known{.target = infer_target(column, data, dataset.name)};
  set_objective(config, known.target);
  if (start != nullptr) {
    expect_same_target(*start, known.target, dataset.name);
    known.target = start->model.target;
  }
  known.labels = target_values(known.target, column, dataset.rows);
  known.other_reading = other_reading(known.target, column, data);
  if (known.target.task == Task::kRegression && numbers_rows(known.labels.numbers))
    known.other_reading = "; it numbers the rows: is this the right column?";
  expect_numbers(known.target, known.labels.numbers, dataset.name);
  if (!data.weight.empty()) known.weights = numbers_of(data.weight, kWeight, dataset);
  if (!data.exposure.empty()) known.exposures = numbers_of(data.exposure, kExposure, dataset);
  return known;
}

}  // namespace mdl
