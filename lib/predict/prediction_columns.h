// The columns that a prediction adds to a row.
#pragma once

#include <string>
#include <vector>

#include "infer/predictions.h"
#include "table/target.h"

namespace mdl {

/// `prediction` and, for classes, p_<class> of each class; with `top` top_1, p_top_1, top_2, ... of the most likely
/// instead.
class PredictionColumns {
 public:
  /// `target` must outlive this.
  explicit PredictionColumns(const Target& target, size_t top = 0);

  const Target& target() const { return target_; }
  const std::vector<std::string>& names() const { return names_; }

  /// Whether it holds numbers; else classes.
  bool is_number(size_t column) const;

  /// Calls label(column, class) or number(column, value) for each column in order.
  template <class Label, class Number>
  void tell(const Predictions& predictions, size_t row, const Label& label, const Number& number) {
    const size_t classes = target_.classes.size();
    if (classes == 0) return number(0, predictions.values[row]);
    const double* probabilities = predictions.probabilities.data() + row * classes;
    label(0, static_cast<size_t>(predictions.classes[row]));
    if (top_ == 0) {
      for (size_t k = 0; k < classes; ++k) number(1 + k, probabilities[k]);
      return;
    }
    sort_top(probabilities);
    for (size_t k = 0; k < top_; ++k) {
      label(1 + 2 * k, order_[k]);
      number(2 + 2 * k, probabilities[order_[k]]);
    }
  }

 private:
  void sort_top(const double* probabilities);

  const Target& target_;
  size_t top_;
  std::vector<std::string> names_;
  std::vector<size_t> order_;  // top: the classes by their probabilities
};

}  // namespace mdl
