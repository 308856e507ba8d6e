// From the config's files to rows that a network can learn from.
#pragma once

#include <vector>

#include "base/console.h"
#include "config/config.h"
#include "table/encoder.h"
#include "table/split.h"
#include "table/target.h"

namespace mdl {

struct Prepared {
  Target target;
  Encoder encoder;
  EncodedRows rows;     // the training file's; then the validation file's, where there is one
  TargetValues labels;  // of the same rows
  Split split;
  std::vector<double> weights;       // of the same rows; empty: all weigh the same
  std::vector<double> class_priors;  // classification: of the training rows
};

/// Reads the table, infers types and task, splits, fits the encoder on the training rows and encodes. Tells on
/// `console` what was found and done. Throws Error.
Prepared prepare(const Config& config, Console& console);

}  // namespace mdl
