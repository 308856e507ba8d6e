#pragma once

#include <memory>

#include "table/arrow.h"

namespace mdl {

/// As ArrowModule has it.
std::unique_ptr<ArrowWriter> write_batches(const ArrowSchema& schema);

}  // namespace mdl
