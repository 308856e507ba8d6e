// The single way from encoded rows to predictions: predict, evaluate and training's own report all take it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "modelfile/model.h"

namespace mdl {

struct Predictions {
  std::vector<double> probabilities;   // classification: [rows, classes], in the model's order, as they are printed
  std::vector<int32_t> labels;         // classification: [rows], the predicted class
  std::vector<double> values;          // regression: [rows], as they are printed
  std::optional<size_t> not_finite;    // the first row that the network has no finite answer to
};

/// Not for several threads at once; make one for each.
class Predictor {
 public:
  /// `model` must outlive this.
  explicit Predictor(const Model& model);
  ~Predictor();

  /// Predictions for `count` rows from `begin` on. A row's prediction depends on that row alone, to the last bit.
  const Predictions& predict(const EncodedRows& rows, size_t begin, size_t count);

 private:
  struct Network;
  const Model& model_;
  std::unique_ptr<Network> network_;
  Predictions predictions_;
};

}  // namespace mdl
