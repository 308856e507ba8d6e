// Rows of record batches, cell by cell, whatever file the batches are from.
#pragma once

#include <memory>
#include <string>

#include "table/arrow.h"

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
std::unique_ptr<ArrowReader> read_file(const std::string& path);
std::unique_ptr<ArrowReader> read_file_bytes(std::unique_ptr<ByteSource> bytes, const std::string& name);
std::unique_ptr<ArrowReader> read_parquet(const std::string& path);

}  // namespace mdl
