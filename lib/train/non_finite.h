// Who is to diagnose_non_finite for a loss that is not finite.
#pragma once

#include <span>
#include <string>

#include "train/training_data.h"

namespace mdl {

/// ", in rows 17, 202 and 30 more of the table; extreme values: column 'a' is 1.2e+08 standard deviations from its mean
/// in row 17", for the middle of a sentence. Empty when there are no rows.
std::string diagnose_non_finite(const TrainingData& data, std::span<const uint32_t> rows);

}  // namespace mdl
