#pragma once

#include <memory>
#include <string>

#include "base/files.h"

namespace arrow {
class Schema;
}

namespace mdl {

/// As open_parquet().
std::unique_ptr<ByteSource> read_parquet(const std::string& path);

/// The names and types of the columns. Throws Error.
std::shared_ptr<arrow::Schema> parquet_schema(const std::string& path);

}  // namespace mdl
