// One model's predictions, counted beside those of the trivial model.
#pragma once

#include <span>

#include "metrics/regression.h"
#include "modelfile/model.h"
#include "predict/predictor.h"
#include "report/report.h"
#include "table/target.h"

namespace mdl {

class Tally {
 public:
  /// `model` must outlive this.
  explicit Tally(const Model& model);

  /// Row `i` of `predictions`.
  void add(const Truth& truth, const Predictions& predictions, size_t i, double weight);

  /// A row of another tally of the same model.
  void append(const Tally& from, size_t row);

  int64_t rows() const;
  Scores scores() const;
  Intervals intervals(double confidence) const;

  /// Of the scores less those of another model of the same task on the same rows.
  Intervals intervals_of_differences(const Tally& other, double confidence) const;

  /// Two classes.
  GroupRates rates() const { return rates_of(classes_); }

  /// What follows from the rows alone; intervals are not in it.
  Report report() const;

 private:
  const Model& model_;
  ClassificationCounts classes_;
  RegressionCounts numbers_;
};

}  // namespace mdl
