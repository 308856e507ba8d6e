// Rows with their predictions, as they are written.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "infer/predictions.h"

namespace arrow {
class RecordBatch;
}

namespace mdl {

/// What rows of a batch bring with them beside their predictions.
struct Passthrough {
  struct CellEnd {
    size_t at;  // in `text`
    bool null;
  };

  std::string text;            // to be text: what comes before the predictions, row by row; else cell by cell
  std::vector<CellEnd> cells;  // to be columns: [rows, columns]
  std::shared_ptr<arrow::RecordBatch> batch;  // instead of all that: the rows of it
  int64_t begin = 0;                          // from here on,
  std::vector<size_t> places;                 // of these columns

  void clear();
};

class RowWriter {
 public:
  virtual ~RowWriter() = default;

  /// The row of this `index` in its batch. `passthrough` is its part of the text, where there is one.
  virtual void append(std::string& out, size_t index, std::string_view passthrough, const Predictions& predictions,
                      size_t row) = 0;

  /// The same without an answer.
  virtual void append_blank(std::string& out, size_t index, std::string_view passthrough) = 0;

  /// Completes the rows so far, which are of one batch.
  virtual void flush(std::string& out, const Passthrough& passthrough) = 0;

  /// The same for rows of another thread; null where what is written of rows depends on those before.
  virtual std::unique_ptr<RowWriter> another() const { return nullptr; }

  /// After the last row.
  virtual void finish(std::string& out) = 0;
};

/// `value` with so many decimals, without zeros at their end.
std::string_view fixed(double value, int decimals, char (&room)[400]);

}  // namespace mdl
