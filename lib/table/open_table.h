// A table by what its first bytes say it is.
#pragma once

#include <memory>
#include <string>

#include "base/byte_source.h"
#include "crypto/sha256.h"
#include "table/arrow.h"
#include "table/records.h"

namespace mdl {

/// What a file holds, unpacked (io/input.h).
struct TableFile {
  enum class Form { kEmpty, kText, kArrowStream, kArrowFile, kParquet };

  std::string path, name;             // `name` is for messages
  std::unique_ptr<ByteSource> bytes;  // from the first one on
  Form form = Form::kText;
  bool by_path = false;  // Arrow reads it by its path, from any place in it
};

/// Throws Error when the file cannot be read.
TableFile open_table_file(const std::string& path);

/// Of one that is no text. What is read from any place in it, Parquet and Arrow's files, is held in memory where it is not
/// read by its path; throws Error when it is larger than 1 GiB then.
std::unique_ptr<ArrowReader> read_arrow(TableFile file);

/// CSV with commas, Parquet or Arrow, whose bytes are added to `hash` until the rows end. Throws Error as they do, and
/// when it is text of another form.
std::unique_ptr<RecordReader> open_table(const std::string& path, Sha256* hash = nullptr);

}  // namespace mdl
