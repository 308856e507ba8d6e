#pragma once

#include <memory>

#include "table/arrow.h"

namespace mdl {

/// As write_arrow().
std::unique_ptr<ArrowWriter> write_batches(const ArrowSchema& schema);

}  // namespace mdl
