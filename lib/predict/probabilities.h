// From the members' raw outputs to the probabilities that people see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "table/target.h"

namespace mdl {

/// Adds a member's probabilities for one row, divided by the number of members, to `probabilities` [classes]: the
/// softmax of its outputs, or with two classes the sigmoid of its one output, which is the positive class's.
void add_probabilities(const Target& target, std::span<const float> outputs, int64_t members,
                       std::span<double> probabilities);

/// Makes probabilities decimal numbers that sum to one: each but the largest is the float nearest to it, as its
/// shortest decimal; the largest is one minus the others, to 15 decimals. So the numbers printed, the numbers scored
/// and a reader's sum of them agree.
void round_probabilities(std::span<double> probabilities);

}  // namespace mdl
