// The columns that a prediction adds to a row.
#pragma once

#include <string>
#include <vector>

#include "infer/predictions.h"
#include "table/encoder.h"
#include "table/target.h"

namespace mdl {

struct PredictionColumnOptions {
  size_t top = 0;                      // so many of the most likely classes instead of all
  bool label_only = false;             // of classes no probability, of numbers the prediction alone
  const Encoder* explained = nullptr;  // and the contributions of its features; they tell the probability, too
};

/// `prediction` and, of a quantile regression, quantile_<q> of each quantile; for classes, p_<class> of each class, or top_1, p_top_1, top_2, ... of the most likely; explained,
/// behind that raw_output, raw_reference, and contribution_<feature>, standard_error_<feature> of each feature.
class PredictionColumns {
 public:
  /// `target` must outlive this, and what is explained the constructor.
  explicit PredictionColumns(const Target& target, const PredictionColumnOptions& options = {});

  const Target& target() const { return target_; }
  const std::vector<std::string>& names() const { return names_; }

  /// Whether it holds numbers; else classes.
  bool is_number(size_t column) const;

  /// Calls label(column, class) or number(column, value) for each column in order.
  template <class Label, class Number>
  void tell(const Predictions& predictions, size_t row, const Label& label, const Number& number) {
    tell_answer(predictions, row, label, number);
    if (explained_ == 0) return;
    const Contributions& why = predictions.contributions;
    size_t column = answers_;
    number(column++, why.outputs[row]);
    number(column++, why.references[row]);
    for (size_t cell = row * explained_; cell < (row + 1) * explained_; ++cell) {
      number(column++, why.values[cell]);
      number(column++, why.standard_errors[cell]);
    }
  }

 private:
  template <class Label, class Number>
  void tell_answer(const Predictions& predictions, size_t row, const Label& label, const Number& number) {
    const size_t classes = target_.classes.size();
    if (classes == 0) {
      number(0, predictions.values[row]);
      for (size_t k = 0; k < quantiles_; ++k) number(1 + k, predictions.quantiles[row * quantiles_ + k]);
      return;
    }
    label(0, static_cast<size_t>(predictions.classes[row]));
    if (label_only_) return;
    const double* probabilities = predictions.probabilities.data() + row * classes;
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
  void sort_top(const double* probabilities);

  const Target& target_;
  size_t top_;
  bool label_only_;
  size_t quantiles_ = 0;
  std::vector<std::string> names_;
  size_t answers_ = 0, explained_ = 0;  // columns without explanation; features with one
  std::vector<size_t> order_;           // top: the classes by their probabilities
};

}  // namespace mdl
