#pragma once

#include <memory>

#include "base/parquet.h"

namespace mdl {

/// As parquet_packer().
std::unique_ptr<Packer> write_parquet(const ParquetTypes& types);

}  // namespace mdl
