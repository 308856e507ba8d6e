// Tables of Arrow's columns: Parquet, and Arrow's IPC streams and files. Arrow itself is in a module of its own,
// mdl-arrow.so, which is built where it is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_source.h"
#include "table/records.h"

namespace arrow {
class RecordBatch;
class Schema;
}  // namespace arrow

namespace mdl {

/// Reads Arrow's record batches. A file has no lines: its header counts as line 1, and each row as one. Integers and
/// floats are numbers, a float the double nearest to its shortest decimal; all else is text: dates and times as ISO
/// 8601 has them, of a time with a zone UTC's, decimals with all their digits, true and false. raw() is the row as CSV.
/// A batch that is damaged and a cell of a type that is no text, such as a list, are Errors.
class ArrowReader : public RecordReader {
 public:
  using RecordReader::RecordReader;

  /// As the file has it.
  virtual const std::shared_ptr<arrow::Schema>& schema() const = 0;

  /// What the current row stands in, at which place, and whether it is the last there.
  virtual const std::shared_ptr<arrow::RecordBatch>& batch() const = 0;
  virtual int64_t place() const = 0;
  virtual bool last_in_batch() const = 0;
};

enum class ArrowForm { kStream, kFile, kParquet };

/// A column that is written.
struct ArrowField {
  std::string name;
  bool number = false;  // else text
};

struct ArrowSchema {
  ArrowForm form = ArrowForm::kStream;
  std::vector<ArrowField> passthrough, predictions;
  std::shared_ptr<arrow::Schema> like;  // a column of `passthrough` that it has is of its type; or null
  std::string like_name;                // the file that it is from
};

/// Cells to be written: of numbers NaN, of texts what has no data(), is null.
struct ArrowCells {
  std::vector<double> numbers;
  std::vector<std::string_view> texts;
};

/// Rows to be written: of `batch`, where there is one, the columns `places` of the rows `ranges` (from, to), and
/// `predictions`; else `passthrough` as texts, and `predictions`.
struct ArrowRows {
  std::shared_ptr<arrow::RecordBatch> batch;
  std::vector<size_t> places;
  std::vector<std::pair<int64_t, int64_t>> ranges;
  std::vector<ArrowCells> passthrough, predictions;
  int64_t count = 0;
};

class ArrowWriter {
 public:
  virtual ~ArrowWriter() = default;

  /// Appends to `out` what is ready of the file; the schema is, before the first call. Throws Error when a cell does
  /// not fit its column's type.
  virtual void write(const ArrowRows& rows, std::string& out) = 0;
  virtual void finish(std::string& out) = 0;
};

/// What the module defines, by a function mdl_arrow() that returns it. Readers throw Error when the schema is damaged,
/// empty or has a name twice; the writer where its form has no such type. Files are read from any place in them: by their
/// path, or from the bytes that memory holds of them.
struct ArrowModule {
  std::unique_ptr<ArrowReader> (*read_stream)(std::unique_ptr<ByteSource> bytes, const std::string& name);
  std::unique_ptr<ArrowReader> (*read_file)(const std::string& path, std::optional<std::string> held);
  std::unique_ptr<ArrowReader> (*read_parquet)(const std::string& path, std::optional<std::string> held);
  std::unique_ptr<ArrowWriter> (*write)(const ArrowSchema& schema);

  /// Reads a stream to its end for no more than that. Throws Error when it is too damaged for its end to be found.
  void (*skip_stream)(std::unique_ptr<ByteSource> bytes, const std::string& name);

  /// A stream of no columns whose schema's metadata say `problem` under kArrowProblem.
  std::string (*refuse)(const std::string& problem);
};

inline constexpr const char* kArrowProblem = "mdl.error";

/// Loads it for `what`, a file or a flag, of the `form`. Throws Error when it is not there.
const ArrowModule& arrow_module(const std::string& what, const char* form);

}  // namespace mdl
