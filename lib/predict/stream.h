// Predictions for a CSV stream: rows go in, the same rows come out with the prediction behind them.
#pragma once

#include <cstdint>
#include <string>

#include "modelfile/model.h"

namespace mdl {

struct PredictOptions {
  std::string data = "-";      // path, or "-"
  std::string output = "-";
  bool only = false;           // the new columns alone
  std::string device = "auto";
};

/// Writes every input row as it came, then `prediction` and, for classes, `p_<class>`. Memory does not grow with the input;
/// what has been read is answered before waiting for more. Returns the number of rows. Throws Error when a row cannot be
/// scored; the rows before it have then been written.
int64_t predict_stream(const Model& model, const PredictOptions& options);

}  // namespace mdl
