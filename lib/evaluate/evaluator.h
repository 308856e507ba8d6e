// One model's predictions, counted beside those of the trivial model.
#pragma once

#include <optional>
#include <span>

#include "infer/predictions.h"
#include "metrics/quantiles.h"
#include "metrics/regression.h"
#include "modelfile/model.h"
#include "report/report.h"
#include "table/target.h"

namespace mdl {

class Evaluator {
 public:
  /// `model` must outlive this. Beside errors, numbers are scored by the loss of `scored`, whose quantiles a model
  /// without any answers by its one number.
  explicit Evaluator(const Model& model) : Evaluator(model, model.target.objective) {}
  Evaluator(const Model& model, const Objective& scored);

  /// Row `i` of `predictions`.
  void add(const Label& label, const Predictions& predictions, size_t i, double weight);

  /// A row of another evaluator of the same model.
  void append(const Evaluator& from, size_t row);

  int64_t rows() const;
  Scores scores() const;
  Intervals intervals(double confidence) const;

  /// Of the scores less those of another model of the same task on the same rows.
  Intervals intervals_of_differences(const Evaluator& other, double confidence) const;

  /// Of each class.
  std::vector<ClassScores> per_class() const { return classes_.per_class(); }

  /// Two classes.
  GroupRates rates() const { return rates_of(classes_); }

  /// Regression.
  ErrorShape errors() const { return error_shape(numbers_); }

  /// What follows from the rows alone; intervals are not in it.
  Report report() const;

 private:
  void add_number(const Label& label, const Predictions& predictions, size_t i, double weight);

  const Model& model_;
  const Objective scored_;
  ClassificationRows classes_;
  RegressionRows numbers_;
  std::optional<RegressionRows> trivial_;  // where the trivial model's answer is not one number for all rows
  std::optional<QuantileRows> quantiles_;
};

}  // namespace mdl
