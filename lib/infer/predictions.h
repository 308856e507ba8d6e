// What a model predicts for some rows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mdl {

/// Why rows have their answers (predict/contributions.h). Without explanations all is empty.
struct Contributions {
  std::vector<double> outputs, references;      // [rows], the raw output of the row, and of the reference row
  std::vector<double> values, standard_errors;  // [rows, features]
};

struct Predictions {
  std::vector<double> probabilities;  // classification: [rows, classes], in the model's order, as they are printed
  std::vector<int32_t> classes;       // classification: [rows], the predicted class
  std::vector<double> values;     // regression: [rows], as they are printed: floats, or doubles (Target::needs_doubles)
  std::vector<double> quantiles;  // quantile regression: [rows, quantiles], ascending; `values` has the middle one
  std::vector<double> exposures;  // [rows] of a model that has them: what `values` are already multiplied by
  std::vector<char> finite;       // [rows], whether the network has a finite answer to the row; what it has else means
                                  // nothing
  Contributions contributions;

  /// Regression: a row's quantiles, or its value.
  std::span<const double> numbers_of(size_t row) const {
    const size_t width = quantiles.size() / std::max<size_t>(values.size(), 1);
    return width == 0 ? std::span(&values[row], 1) : std::span(quantiles).subspan(row * width, width);
  }

  /// The first row without one.
  std::optional<size_t> not_finite() const;
};

}  // namespace mdl
