// Whether probabilities mean what they say.
#pragma once

#include <vector>

#include "metrics/curves.h"

namespace mdl {

/// Of two classes the probability of the positive one against whether it is true, of more the probability of the
/// predicted class against whether it is right.
struct Reliability {
  std::vector<CalibrationBin> bins;  // of equal mass, lowest score first
  double ece = 0;                    // mean over the rows of |mean_score - share_positive| of their bin
  // Brier's score of the bins' mean scores: reliability - resolution + uncertainty (Murphy 1973).
  double reliability = 0, resolution = 0, uncertainty = 0;
};

/// Of rows as ClassificationRows::certainties() gives them.
Reliability reliability_of(const std::vector<RankedRow>& sorted);

}  // namespace mdl
