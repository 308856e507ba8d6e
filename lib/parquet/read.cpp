#include "parquet/read.h"

#include <arrow/array.h>
#include <arrow/compute/cast.h>
#include <arrow/io/file.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <parquet/arrow/reader.h>

#include <algorithm>
#include <cstring>

#include "base/signals.h"
#include "base/text.h"
#include "parquet/check.h"
#include "table/csv.h"

namespace mdl {
namespace {

constexpr int64_t kRowsAtOnce = 4096;

std::unique_ptr<parquet::arrow::FileReader> open(const std::string& path) {
  // A page at a time, so that a large row group does not stand in memory whole.
  parquet::ReaderProperties properties;
  properties.enable_buffered_stream();
  parquet::ArrowReaderProperties batches(/*use_threads=*/false);
  batches.set_batch_size(kRowsAtOnce);
  batches.set_pre_buffer(false);
  parquet::arrow::FileReaderBuilder builder;
  check(builder.Open(checked(arrow::io::ReadableFile::Open(path), path), properties), path);
  return checked(builder.properties(batches)->Build(), path);
}

std::shared_ptr<arrow::Array> cast(const std::shared_ptr<arrow::Array>& cells, const std::shared_ptr<arrow::DataType>& type, const std::string& where) {
  return checked(arrow::compute::Cast(*cells, type), where);
}

/// The cells as texts. A time with a zone is told in UTC.
std::shared_ptr<arrow::Array> texts_of(std::shared_ptr<arrow::Array> cells, const std::string& where) {
  const arrow::DataType& type = *cells->type();
  if (type.id() == arrow::Type::DICTIONARY) cells = cast(cells, static_cast<const arrow::DictionaryType&>(type).value_type(), where);
  if (type.id() == arrow::Type::TIMESTAMP) {
    const auto& time = static_cast<const arrow::TimestampType&>(type);
    if (!time.timezone().empty()) cells = cast(cells, arrow::timestamp(time.unit(), "UTC"), where);
  }
  return cast(cells, arrow::large_utf8(), where);
}

class ParquetSource final : public ByteSource {
 public:
  explicit ParquetSource(std::string path) : path_(std::move(path)), reader_(open(path_)), batches_(checked(reader_->GetRecordBatchReader(), path_)) {
    const arrow::Schema& schema = *batches_->schema();
    for (const auto& field : schema.fields()) {
      const arrow::DataType& type = *field->type();
      const bool dictionary = type.id() == arrow::Type::DICTIONARY;
      if (!arrow::compute::CanCast(dictionary ? *static_cast<const arrow::DictionaryType&>(type).value_type() : type, *arrow::large_utf8())) {
        fail("{}: column {} holds {}, which is nothing for a table of numbers and texts; write the file without it", path_, quote(field->name()), type.ToString());
      }
      if (!text_.empty()) text_ += ',';
      append_csv_field(text_, field->name());
    }
    if (schema.num_fields() == 0) fail("{}: has no columns", path_);
    text_ += '\n';
  }

  size_t read(char* to, size_t size) override {
    while (given_ == text_.size()) {
      if (stop_signal() != 0) throw Interrupted(path_);
      std::shared_ptr<arrow::RecordBatch> batch;
      check(batches_->ReadNext(&batch), path_);
      if (batch == nullptr) return 0;
      text_.clear();
      given_ = 0;
      append(*batch);
    }
    const size_t count = std::min(size, text_.size() - given_);
    std::memcpy(to, text_.data() + given_, count);
    given_ += count;
    return count;
  }

  bool would_wait() override { return false; }
  bool lines_are_rows() const override { return true; }

 private:
  void append(const arrow::RecordBatch& batch) {
    std::vector<std::shared_ptr<arrow::LargeStringArray>> columns;
    for (int i = 0; i < batch.num_columns(); ++i) {
      const std::string where = fmt::format("{}: column {}", path_, quote(batch.column_name(i)));
      columns.push_back(std::static_pointer_cast<arrow::LargeStringArray>(texts_of(batch.column(i), where)));
    }
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
      for (int i = 0; i < batch.num_columns(); ++i) {
        if (i > 0) text_ += ',';
        const auto& column = columns[static_cast<size_t>(i)];
        if (column->IsNull(row)) continue;
        const std::string_view cell = column->GetView(row);
        if (cell.empty()) {
          text_ += "\"\"";
        } else if (cell == "nan" && arrow::is_floating(batch.column(i)->type_id())) {
          text_ += "NaN";   // as a table's missing numbers are spelled
        } else {
          append_csv_field(text_, cell);
        }
      }
      text_ += '\n';
    }
  }

  std::string path_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::unique_ptr<arrow::RecordBatchReader> batches_;
  std::string text_;
  size_t given_ = 0;
};

}  // namespace

std::unique_ptr<ByteSource> read_parquet(const std::string& path) { return std::make_unique<ParquetSource>(path); }

std::shared_ptr<arrow::Schema> parquet_schema(const std::string& path) {
  std::shared_ptr<arrow::Schema> schema;
  check(open(path)->GetSchema(&schema), path);
  return schema;
}

}  // namespace mdl
