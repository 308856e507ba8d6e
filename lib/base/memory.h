// How much memory there is.
#pragma once

#include <cstdint>

namespace mdl {

/// Bytes that this process can have: what the machine has, or less where its control groups (version 1 or 2) say so.
int64_t memory_limit();

}  // namespace mdl
