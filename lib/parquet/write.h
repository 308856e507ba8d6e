#pragma once

#include <memory>

#include "base/parquet.h"

namespace mdl {

/// As parquet_compressor().
std::unique_ptr<Compressor> write_parquet(const ParquetTypes& types);

}  // namespace mdl
