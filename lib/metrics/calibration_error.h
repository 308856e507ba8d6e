// The calibration error's interval.
#pragma once

#include <vector>

#include "metrics/curves.h"
#include "metrics/interval.h"

namespace mdl {

/// What is known of an ece: it is the mean over the bins of how far each is off, taken positive, and each bin's own
/// random error makes it larger: most where the bins are right, least where all are off alike.
class CalibrationError {
 public:
  /// Of rows as ClassificationRows::certainties() gives them, and their ece.
  CalibrationError(const std::vector<RankedRow>& sorted, double ece, double confidence);

  /// As sure as `confidence` in either of the two cases.
  Interval interval() const;

  /// Of this less another of the same rows: each less what the bins, as they are, make it too large by.
  Interval less(const CalibrationError& other) const;

 private:
  double unbiased() const;

  struct Bin {
    double part, error, off;  // of the weight; of the share of positive rows; of the mean score from it
  };
  double ece_, reach_ = 0;
  std::vector<Bin> bins_;
};

}  // namespace mdl
