// All that is done with a model once it has been accepted: it answers, is described and is exported.
#pragma once

#include <cfloat>
#include <cmath>
#include <cstdlib>

#include "base/error.h"
#include "export/onnx.h"
#include "export/pytorch.h"
#include "infer/compiled_model.h"
#include "modelfile/card.h"
#include "modelfile/describe.h"
#include "modelfile/model.h"

namespace mdl {

/// Rows of missing cells, of the first and last categories, and of numbers near and far.
inline EncodedRows rows_for(const Encoder& encoder) {
  EncodedRows rows;
  for (const double distance : {double(NAN), 0.0, 1.0, -3.5, DBL_MAX}) {
    const EncodedCell first = rows.add_row(encoder.numeric_count(), encoder.indexed_count());
    for (size_t f = 0; f < encoder.features.size(); ++f) {
      const Feature& feature = encoder.features[f];
      const EncodedCell cell = first.at(encoder.places()[f]);
      if (const NumericColumn* number = feature.number()) {
        const std::vector<double>& values = number->embedded_values.numbers();
        feature.encode(distance == 0 && !values.empty() ? values.back() : number->center + distance * number->scale,
                       encoder.scaling, cell);
      } else if (feature.inputs().bag) {
        const auto last = static_cast<int32_t>(*feature.inputs().indices);
        *cell.index = rows.bags.add(std::isnan(distance) ? std::vector<int32_t>()
                                                         : std::vector<int32_t>{1, last, last});
      } else {
        *cell.index = std::isnan(distance) ? -1
                      : distance == 0      ? 0
                                           : static_cast<int32_t>(*feature.inputs().indices) - 1;
      }
    }
  }
  return rows;
}

inline void use_model(const Model& model) {
  const EncodedRows rows = rows_for(model.encoder);
  const CompiledModel compiled(model);
  Workspace workspace;
  Predictions predictions;
  predict(compiled, workspace, rows, predictions);
  const size_t classes = model.target.classes.size();
  for (size_t row = 0; row < rows.rows; ++row) {
    if (!predictions.finite[row]) continue;
    if (classes == 0 && !std::isfinite(predictions.values[row])) std::abort();
    if (classes > 0 && static_cast<size_t>(predictions.classes[row]) >= classes) std::abort();
    for (size_t k = 0; k < classes; ++k) {
      if (!(predictions.probabilities[row * classes + k] >= 0 && predictions.probabilities[row * classes + k] <= 1))
        std::abort();
    }
  }
  describe_text(model, "x");
  describe_json(model, "x");
  if (model.serving) return;
  model_card(model, "x");
  format_pytorch(model);
  try {
    format_onnx(model);
  } catch (const Error&) {  // texts that are not UTF-8
  }
}

}  // namespace mdl
