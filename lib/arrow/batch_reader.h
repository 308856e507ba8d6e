// Rows of record batches, cell by cell, whatever file the batches are from.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "table/arrow.h"

namespace arrow::io {
class RandomAccessFile;
}

namespace mdl {

/// A file's batches.
class BatchSource {
 public:
  virtual ~BatchSource() = default;

  virtual const std::shared_ptr<arrow::Schema>& schema() const = 0;

  /// The next one, or null. Throws Error.
  virtual std::shared_ptr<arrow::RecordBatch> next() = 0;
  virtual bool would_wait() = 0;
};

/// `name` is for messages. Throws Error when the schema is empty or has a name twice.
std::unique_ptr<ArrowReader> read_batches(std::unique_ptr<BatchSource> batches, const std::string& name);

/// As ArrowModule has them.
std::unique_ptr<ArrowReader> read_stream(std::unique_ptr<ByteSource> bytes, const std::string& name);
void skip_stream(std::unique_ptr<ByteSource> bytes, const std::string& name);
std::unique_ptr<ArrowReader> read_file(const std::string& path, std::optional<std::string> held);
std::unique_ptr<ArrowReader> read_parquet(const std::string& path, std::optional<std::string> held);

/// For these two; what is read from it counts for the reading pool (pool.h).
std::shared_ptr<arrow::io::RandomAccessFile> open_anywhere(const std::string& path, std::optional<std::string> held);

}  // namespace mdl
