#pragma once

#include <memory>
#include <string>

#include "table/arrow.h"

namespace mdl {

/// As ArrowModule has it.
std::unique_ptr<ArrowWriter> write_batches(const ArrowSchema& schema);
std::string refuse(const std::string& problem);

}  // namespace mdl
