// What a model predicts for some rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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
  std::vector<double> values;  // regression: [rows], as they are printed: floats, or doubles (Target::needs_doubles)
  std::vector<char> finite;    // [rows], whether the network has a finite answer to the row; what it has else means
                               // nothing
  Contributions contributions;

  /// The first row without one.
  std::optional<size_t> not_finite() const;
};

}  // namespace mdl
