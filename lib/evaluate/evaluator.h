// One model's predictions, counted beside those of the trivial model.
#pragma once

#include <span>

#include "infer/predictions.h"
#include "metrics/regression.h"
#include "modelfile/model.h"
#include "report/report.h"
#include "table/target.h"

namespace mdl {

class Evaluator {
 public:
  /// `model` must outlive this.
  explicit Evaluator(const Model& model);

  /// Row `i` of `predictions`.
  void add(const Label& label, const Predictions& predictions, size_t i, double weight);

  /// A row of another evaluator of the same model.
  void append(const Evaluator& from, size_t row);

  int64_t rows() const;
  Scores scores() const;
  Intervals intervals(double confidence) const;

  /// Of the scores less those of another model of the same task on the same rows.
  Intervals intervals_of_differences(const Evaluator& other, double confidence) const;

  /// Two classes.
  GroupRates rates() const { return rates_of(classes_); }

  /// Regression.
  ErrorShape errors() const { return error_shape(numbers_); }

  /// What follows from the rows alone; intervals are not in it.
  Report report() const;

 private:
  const Model& model_;
  ClassificationRows classes_;
  RegressionRows numbers_;
};

}  // namespace mdl
