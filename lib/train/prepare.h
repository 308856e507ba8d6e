// From the config's files to rows that a network can learn from.
#pragma once

#include <vector>

#include "base/progress.h"
#include "config/config.h"
#include "table/encoder.h"
#include "table/split.h"
#include "table/target.h"

namespace mdl {

struct Prepared {
  Target target;
  Encoder encoder;
  EncodedRows rows;                    // the training file's; then the validation file's, where there is one
  TargetValues truths;                 // of the same rows
  Split split;
  std::vector<double> weights;         // of the same rows; empty: all weigh the same
  std::vector<double> class_shares;    // classification: of the training rows
};

/// Reads the table, infers types and task, splits, fits the encoder on the training rows and encodes. Tells on `talk` what was
/// found and done. Throws Error.
Prepared prepare(const Config& config, Talk& talk);

}  // namespace mdl
