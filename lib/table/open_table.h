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

/// Throws Error when the file cannot be read. The bytes of the file as it is stored are added to `stored` while `bytes`
/// are read.
TableFile open_table_file(const std::string& path, Sha256* stored = nullptr);

/// Of one that is no text. What is read from any place in it, Parquet and Arrow's files, is held in memory where it is not
/// read by its path; throws Error when it is larger than 1 GiB then.
std::unique_ptr<ArrowReader> read_arrow(TableFile file);

/// Of a table that is read once: of its bytes without compression, and of the file as it is stored. Each may be null;
/// they are complete when the rows have ended.
struct TableHashes {
  Sha256* unpacked = nullptr;
  Sha256* stored = nullptr;
};

/// CSV with commas, Parquet or Arrow. Throws Error as they do, and when it is text of another form.
std::unique_ptr<RecordReader> open_table(const std::string& path, TableHashes hashes = {});

}  // namespace mdl
