// The column to be predicted: which task it poses, its classes or its scale.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "table/column.h"
#include "table/null_values.h"
#include "table/records.h"
#include "table/value.h"

namespace mdl {

struct Target {
  std::string name;
  Task task = Task::kRegression;
  NumberForm form;                   // regression: how its cells are spelled
  std::vector<std::string> classes;  // sorted as numbers if all are numbers, else bytewise
  size_t positive = 1;               // binary: index of the positive class
  double mean = 0, scale = 1;        // regression: of the training rows; the network learns (y - mean) / scale
  Objective objective;               // regression: what it learned by
  bool log = false;  // regression: mean, scale and centers are of logarithms: those of data.target_transform,
                     // or with a log link those of means, and then scale is 1
  std::vector<double> centers;  // quantiles: of each that of the training rows, which stands in the place of mean
  double average = 0;           // of data.target_transform and squared errors: the mean of the numbers themselves

  /// Regression: whether predictions are doubles. A float's steps at the mean would then be more than 1e-5 of `scale`;
  /// elsewhere floats hold all that the network can say.
  bool needs_doubles() const { return !log && std::abs(mean) > 64 * scale; }

  /// Regression: whether it is by squared errors of the numbers as they are.
  bool is_plain() const { return objective.loss == LossKind::kAuto && !log; }

  /// Whether data.target_transform is undone by a factor that makes means of what it gives (Duan 1983).
  bool is_smeared() const { return log && (objective.loss == LossKind::kAuto || objective.loss == LossKind::kHuber); }

  /// Regression: what the trivial model says of every row, of an exposure of 1: the training rows' mean, or where the
  /// loss asks for it, their median or quantile.
  double constant(size_t quantile) const;
  double constant() const { return constant(objective.middle()); }

  /// What is wrong with a number as the target, for a person: "a number of at least 0, as train.loss: poisson needs";
  /// "" where nothing is.
  std::string expected_instead_of(double number) const;

  /// "mean 3.2, standard deviation 1.1"; of other losses "median 3.2; loss mae".
  std::string summary(int digits) const;

  /// The class that `text` spells (value.h), or -1.
  int class_of(std::string_view text) const;
};

inline constexpr size_t kMostClasses = 10'000;

/// Task and classes from the column's values and the config's word. Throws Error when they do not fit each other, and
/// when there is nothing to learn (no value at all, or one value only) or more than kMostClasses classes; and where the
/// config says nothing of it, when more than a few classes are texts that look like numbers or dates, there is about
/// one a row, or there are thousands; unless they leave no doubt that they are numbers. mean and scale stay 0 and 1.
Target infer_target(const Column& column, const DataConfig& config, const std::string& file);

/// The values of the target, a row each.
struct TargetValues {
  std::vector<int32_t> classes;  // classification: class index; -1 where the target is missing
  std::vector<double> numbers;   // regression; NaN where it is missing
};

/// How the target could be read otherwise, where classes that may be numbers or few whole numbers that may be classes
/// were inferred, and what many classes cost: "; data.task: regression predicts ..."; or "".
std::string other_reading(const Target& target, const Column& column, const DataConfig& config);

TargetValues target_values(const Target& target, const Column& column, size_t rows);

/// What a record says the target is.
struct Label {
  bool missing = false;
  int class_index = -1;  // classification; -1: a class that the model does not know
  double number = 0;     // regression
};

/// Reads the target's cell of the records of one CSV stream.
class TargetReader {
 public:
  /// Throws Error when the stream has no such column. `target` must outlive this.
  TargetReader(const Target& target, const std::vector<std::string>& missing, const RecordReader& records);

  /// Throws Error when a regression's cell is not a number.
  Label read(const RecordReader& record) const;
  std::string_view cell(const RecordReader& record) const { return record.field(place_); }

 private:
  const Target& target_;
  NullValues missing_;
  ValueIndex classes_;
  size_t place_;
};

/// Distinct texts in the order that people expect: as numbers if all are numbers, else bytewise.
void sort_naturally(std::vector<std::string>& texts);

}  // namespace mdl
