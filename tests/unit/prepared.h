// Small encoded tables and configs, for tests of training.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "config/config.h"
#include "train/training_data.h"

namespace mdl {

/// `numbers` [rows, features] as the network is to see them. The last `validation` rows validate; where that is 0, all
/// of them train and validate.
inline TrainingData prepared_of(std::vector<float> numbers, size_t features, size_t validation) {
  TrainingData prepared;
  for (size_t f = 0; f < features; ++f) prepared.encoder.features.push_back({.name = fmt::format("x{}", f)});
  const size_t rows = numbers.size() / features;
  prepared.rows = {.rows = rows, .numbers = std::move(numbers)};
  for (uint32_t row = 0; row < rows; ++row) {
    if (row < rows - validation) prepared.split.train.push_back(row);
    if (validation == 0 || row >= rows - validation) prepared.split.validation.push_back(row);
  }
  return prepared;
}

inline TrainingData regression(std::vector<float> numbers, size_t features, std::vector<double> targets,
                               size_t validation = 0) {
  TrainingData prepared = prepared_of(std::move(numbers), features, validation);
  prepared.target = {.name = "y", .task = Task::kRegression};
  prepared.labels.numbers = std::move(targets);
  return prepared;
}

inline TrainingData classification(std::vector<float> numbers, size_t features, std::vector<int32_t> labels,
                                   std::vector<std::string> classes, size_t validation = 0) {
  TrainingData prepared = prepared_of(std::move(numbers), features, validation);
  prepared.target = {
      .name = "y", .task = classes.size() == 2 ? Task::kBinary : Task::kMulticlass, .classes = std::move(classes)};
  prepared.labels.classes = std::move(labels);
  prepared.class_priors.assign(prepared.target.classes.size(), 0);
  for (const uint32_t row : prepared.split.train) {
    prepared.class_priors[static_cast<size_t>(prepared.labels.classes[row])] +=
        1 / static_cast<double>(prepared.split.train.size());
  }
  return prepared;
}

inline std::vector<float> normal_numbers(size_t count, uint64_t seed) {
  std::vector<float> numbers;
  for (size_t i = 0; i < count; ++i) numbers.push_back(static_cast<float>(Random(seed, Purpose::kSplit).normal(i)));
  return numbers;
}

/// Three classes of points around three centres in the plane.
inline TrainingData three_clouds(size_t rows, size_t validation) {
  std::vector<float> numbers = normal_numbers(2 * rows, 5);
  std::vector<int32_t> labels;
  for (size_t row = 0; row < rows; ++row) {
    labels.push_back(static_cast<int32_t>(row % 3));
    numbers[2 * row] += row % 3 == 1 ? 2 : 0;
    numbers[2 * row + 1] += row % 3 == 2 ? 2 : 0;
  }
  return classification(std::move(numbers), 2, std::move(labels), {"a", "b", "c"}, validation);
}

/// The plain preset, resolved.
inline Config plain_config() {
  Config config;
  config.model.preset = Preset::kPlain;
  resolve(config);
  return config;
}

}  // namespace mdl
