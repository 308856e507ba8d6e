#pragma once

#include <cstddef>

#include "report/report.h"

namespace mdl {

/// An evaluation of a run; of a run of several trials with the trial, from 1, else 0.
struct TrackedEvaluation {
  EpochRecord record;
  size_t trial = 0;
};

}  // namespace mdl
