// Parquet as another packing of CSV. Unpacking and packing are Arrow's, in a module of their own: mdl-parquet.so, which
// is built where Arrow is.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/compressor.h"
#include "base/files.h"

namespace mdl {

/// Whether it is a file that begins as Parquet does; false for pipes, "-" and what cannot be read.
bool is_parquet(const std::string& path);

/// Whether a file of this name is to be Parquet.
inline bool names_parquet(const std::string& path) { return path.ends_with(".parquet"); }

/// The file's rows as CSV, batch by batch; row 1 is its line 2. A null is an empty field and an empty text a quoted
/// one; a time is ISO 8601's. Throws Error when the module is not there, or the file is damaged or holds columns of
/// lists or structs.
std::unique_ptr<ByteSource> open_parquet(const std::string& path);

/// What the columns of a Parquet file become: those that the Parquet file `like` has (nothing: no file), of its types
/// where texts can be read as such (times of day and durations cannot); those of `numbers`, double; all others, texts.
struct ParquetTypes {
  std::string like;
  std::vector<std::string> numbers;
};

/// From CSV with commas, header first, of which each call gets whole rows. A number that is none becomes null. Throws
/// Error when the module is not there, or a cell is not of its column's type.
std::unique_ptr<Compressor> parquet_compressor(const ParquetTypes& types);

/// What the module defines, by a function mdl_parquet() that returns it.
struct ParquetModule {
  std::unique_ptr<ByteSource> (*open)(const std::string& path);
  std::unique_ptr<Compressor> (*compressor)(const ParquetTypes& types);
};

}  // namespace mdl
