// The training loop: batches of shuffled rows, one optimizer step each, the best epoch's weights kept.
#pragma once

#include <vector>

#include "base/progress.h"
#include "config/config.h"
#include "modelfile/model.h"
#include "report/report.h"
#include "train/prepare.h"

namespace mdl {

struct Fitted {
  std::vector<LinearWeights> layers;   // of the epoch with the lowest validation loss
  int64_t epoch = 0;                   // that epoch, from 1
  std::vector<EpochRecord> epochs;
};

/// Trains `network` by the resolved `config`. The result is a function of data, config and thread count alone.
/// Throws Error when the loss is not finite, Interrupted when stop_signal() is set.
Fitted fit(const Config& config, const Network& network, const Prepared& prepared, Talk& talk);

/// How many threads the config asks for: `threads`, or what the work of one batch is worth.
int thread_count(const Config& config, const Network& network);

}  // namespace mdl
