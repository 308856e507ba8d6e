// The single way from encoded rows to predictions: predict, evaluate and training's own report all take it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
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
  /// Computes on `device`, as a config names it. `model` must outlive this. Throws Error when there is no such device.
  Predictor(const Model& model, const std::string& device);
  ~Predictor();

  /// Predictions for `count` rows from `begin` on. A row's prediction depends on that row and the device alone,
  /// to the last bit.
  const Predictions& predict(const EncodedRows& rows, size_t begin, size_t count);

 private:
  struct Network;
  void add(const float* outputs, size_t start, size_t size);
  void finish(size_t row);

  const Model& model_;
  std::unique_ptr<Network> network_;
  Predictions predictions_;
};

/// Predictions for chosen rows, in their order. Throws Error when the network has no finite answer to one.
Predictions predict_rows(const Model& model, const EncodedRows& encoded, std::span<const uint32_t> rows, const std::string& device);

}  // namespace mdl
