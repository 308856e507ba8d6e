#include "parquet/read.h"

#include <arrow/array.h>
#include <arrow/compute/cast.h>
#include <arrow/io/file.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <parquet/arrow/reader.h>
#include <parquet/metadata.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <optional>

#include "base/signals.h"
#include "base/text.h"
#include "parquet/check.h"
#include "table/csv.h"

namespace mdl {
namespace {

constexpr int64_t kMostRows = 4096, kBatchBytes = 16 << 20;
constexpr size_t kTextAtOnce = 1 << 20, kLongestRow = 64 << 20;

/// What reading may take: enough for any page, and in proportion to what the file has.
int64_t memory_limit(const std::string& path) {
  std::error_code unknown;
  const auto size = std::filesystem::file_size(path, unknown);
  return (int64_t{256} << 20) +
         (unknown ? 0 : 64 * static_cast<int64_t>(std::min<uintmax_t>(size, uintmax_t{1} << 40)));
}

/// Rows of a batch, by what the file says a row takes.
int64_t rows_at_once(const parquet::FileMetaData& about) {
  int64_t rows = kMostRows;
  for (int group = 0; group < about.num_row_groups(); ++group) {
    const auto part = about.RowGroup(group);
    const int64_t a_row = part->total_byte_size() / std::max<int64_t>(1, part->num_rows()) + 16 * about.num_columns();
    rows = std::min(rows, kBatchBytes / std::max<int64_t>(1, a_row));
  }
  return std::max<int64_t>(1, rows);
}

/// Texts that are stored once for all rows that hold them stay so in memory.
void keep_dictionaries(const parquet::FileMetaData& about, parquet::ArrowReaderProperties& properties) {
  for (int column = 0; column < about.num_columns(); ++column) {
    const parquet::ColumnDescriptor& description = *about.schema()->Column(column);
    const bool text = description.physical_type() == parquet::Type::BYTE_ARRAY &&
                      (description.logical_type()->is_string() || description.logical_type()->is_none());
    for (int group = 0; text && group < about.num_row_groups(); ++group) {
      if (about.RowGroup(group)->ColumnChunk(column)->has_dictionary_page())
        properties.set_read_dictionary(column, true);
    }
  }
}

std::unique_ptr<parquet::arrow::FileReader> open(const std::string& path, arrow::MemoryPool* pool, bool dictionaries) {
  // A page at a time, so that a large row group does not stand in memory whole.
  parquet::ReaderProperties properties(pool);
  properties.enable_buffered_stream();
  parquet::arrow::FileReaderBuilder builder;
  check(builder.Open(checked(arrow::io::ReadableFile::Open(path, pool), path), properties), path);
  const parquet::FileMetaData& about = *builder.raw_reader()->metadata();
  parquet::ArrowReaderProperties batches(/*use_threads=*/false);
  batches.set_batch_size(rows_at_once(about));
  batches.set_pre_buffer(false);
  if (dictionaries) keep_dictionaries(about, batches);
  return checked(builder.memory_pool(pool)->properties(batches)->Build(), path);
}

std::shared_ptr<arrow::Array> cast(const std::shared_ptr<arrow::Array>& cells,
                                   const std::shared_ptr<arrow::DataType>& type, const std::string& where) {
  return checked(arrow::compute::Cast(*cells, type), where);
}

/// A column's cells as texts.
struct Texts {
  std::shared_ptr<arrow::LargeStringArray> texts;      // of the rows; of a dictionary its values
  std::shared_ptr<arrow::DictionaryArray> dictionary;  // null where there is none
  bool floating = false;

  std::optional<std::string_view> at(int64_t row) const {
    if (dictionary != nullptr && dictionary->IsNull(row)) return std::nullopt;
    const int64_t place = dictionary != nullptr ? dictionary->GetValueIndex(row) : row;
    return texts->IsNull(place) ? std::nullopt : std::optional(texts->GetView(place));
  }
};

/// A time with a zone is told in UTC.
Texts texts_of(std::shared_ptr<arrow::Array> cells, const std::string& where) {
  Texts out;
  if (cells->type_id() == arrow::Type::DICTIONARY) {
    out.dictionary = std::static_pointer_cast<arrow::DictionaryArray>(cells);
    cells = out.dictionary->dictionary();
  }
  out.floating = arrow::is_floating(cells->type_id());
  if (cells->type_id() == arrow::Type::TIMESTAMP) {
    const auto& time = static_cast<const arrow::TimestampType&>(*cells->type());
    if (!time.timezone().empty()) cells = cast(cells, arrow::timestamp(time.unit(), "UTC"), where);
  }
  out.texts = std::static_pointer_cast<arrow::LargeStringArray>(cast(cells, arrow::large_utf8(), where));
  return out;
}

class ParquetSource final : public ByteSource {
 public:
  explicit ParquetSource(std::string path)
      : path_(std::move(path)), limit_(memory_limit(path_)), pool_(arrow::default_memory_pool(), limit_),
        reader_(open(path_, &pool_, /*dictionaries=*/true)), batches_(checked(reader_->GetRecordBatchReader(), path_)) {
    const arrow::Schema& schema = *batches_->schema();
    for (const auto& field : schema.fields()) {
      const arrow::DataType& type = *field->type();
      const bool dictionary = type.id() == arrow::Type::DICTIONARY;
      if (!arrow::compute::CanCast(dictionary ? *static_cast<const arrow::DictionaryType&>(type).value_type() : type,
                                   *arrow::large_utf8())) {
        fail("{}: column {} holds {}, which is nothing for a table of numbers and texts; write the file without it",
             path_, quote(field->name()), type.ToString());
      }
      if (field != schema.fields().front()) text_ += ',';
      append_csv_field(text_, field->name());
    }
    if (schema.num_fields() == 0) fail("{}: has no columns", path_);
    text_ += '\n';
  }

  size_t read(char* to, size_t size) override {
    while (given_ == text_.size()) {
      if (stop_signal() != 0) throw Interrupted(path_);
      text_.clear();
      given_ = 0;
      if (row_ == rows_ && !next_batch()) return 0;
      while (row_ < rows_ && text_.size() < kTextAtOnce) append_row();
    }
    const size_t count = std::min(size, text_.size() - given_);
    std::memcpy(to, text_.data() + given_, count);
    given_ += count;
    return count;
  }

  bool would_wait() override { return false; }
  bool lines_are_rows() const override { return true; }

 private:
  bool next_batch() {
    columns_.clear();
    std::shared_ptr<arrow::RecordBatch> batch;
    if (const arrow::Status status = batches_->ReadNext(&batch); status.IsOutOfMemory()) {
      fail("{}: needs more than {} MiB to be unpacked, far more than it holds; write it anew with pages of usual size",
           path_, limit_ >> 20);
    } else {
      check(status, path_);
    }
    if (batch == nullptr) return false;
    for (int i = 0; i < batch->num_columns(); ++i) {
      columns_.push_back(texts_of(batch->column(i), fmt::format("{}: column {}", path_, quote(batch->column_name(i)))));
    }
    row_ = 0;
    rows_ = batch->num_rows();
    return true;
  }

  void append_row() {
    const size_t begin = text_.size();
    for (const Texts& column : columns_) {
      if (&column != &columns_.front()) text_ += ',';
      const auto cell = column.at(row_);
      if (!cell) continue;
      if (cell->empty()) {
        text_ += "\"\"";
      } else if (*cell == "nan" && column.floating) {
        text_ += "NaN";  // as a table's missing numbers are spelled
      } else {
        append_csv_field(text_, *cell);
      }
      if (text_.size() - begin > kLongestRow) fail("{}: has a row that is longer than 64 MiB", path_);
    }
    text_ += '\n';
    ++row_;
  }

  std::string path_;
  int64_t limit_;
  arrow::CappedMemoryPool pool_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::unique_ptr<arrow::RecordBatchReader> batches_;
  std::vector<Texts> columns_;  // of the batch at hand
  int64_t row_ = 0, rows_ = 0;  // of it
  std::string text_;
  size_t given_ = 0;
};

}  // namespace

std::unique_ptr<ByteSource> read_parquet(const std::string& path) { return std::make_unique<ParquetSource>(path); }

std::shared_ptr<arrow::Schema> parquet_schema(const std::string& path) {
  std::shared_ptr<arrow::Schema> schema;
  check(open(path, arrow::default_memory_pool(), /*dictionaries=*/false)->GetSchema(&schema), path);
  return schema;
}

}  // namespace mdl
