#include <arrow/io/file.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <parquet/arrow/reader.h>
#include <parquet/exception.h>
#include <parquet/metadata.h>

#include <algorithm>

#include "arrow/batch_reader.h"
#include "arrow/check.h"
#include "arrow/pool.h"

namespace mdl {
namespace {

constexpr int64_t kMostRows = 4096, kBatchBytes = 16 << 20;

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

std::unique_ptr<parquet::arrow::FileReader> open(std::shared_ptr<arrow::io::RandomAccessFile> file,
                                                 const std::string& path, bool dictionaries) {
  // A page at a time, so that a large row group does not stand in memory whole.
  arrow::MemoryPool* pool = &reading_pool();
  parquet::ReaderProperties properties(pool);
  properties.enable_buffered_stream();
  parquet::arrow::FileReaderBuilder builder;
  check(builder.Open(std::move(file), properties), path);
  const parquet::FileMetaData& about = *builder.raw_reader()->metadata();
  parquet::ArrowReaderProperties batches(/*use_threads=*/false);
  batches.set_batch_size(rows_at_once(about));
  batches.set_pre_buffer(false);
  if (dictionaries) keep_dictionaries(about, batches);
  return checked(builder.memory_pool(pool)->properties(batches)->Build(), path);
}

/// What Parquet throws of damaged metadata as ours.
template <class Work>
auto guarded(const std::string& path, const Work& work) {
  try {
    return work();
  } catch (const parquet::ParquetException& problem) {
    fail("{}: {}", path, problem.what());
  }
}

class ParquetBatches final : public BatchSource {
 public:
  ParquetBatches(const std::shared_ptr<arrow::io::RandomAccessFile>& file, const std::string& path) : path_(path) {
    expected_.add(checked(file->GetSize(), path));
    check(open(file, path, /*dictionaries=*/false)->GetSchema(&schema_), path);
    reader_ = open(file, path, /*dictionaries=*/true);
    batches_ = checked(reader_->GetRecordBatchReader(), path);
  }

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }

  std::shared_ptr<arrow::RecordBatch> next() override {
    std::shared_ptr<arrow::RecordBatch> batch;
    const auto status = guarded(path_, [&] { return batches_->ReadNext(&batch); });
    check_read(status, path_, "write it anew with pages of usual size");
    return batch;
  }

  bool would_wait() override { return false; }

 private:
  std::string path_;
  ExpectedBytes expected_;
  std::shared_ptr<arrow::Schema> schema_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::unique_ptr<arrow::RecordBatchReader> batches_;
};

}  // namespace

std::unique_ptr<ArrowReader> read_parquet(const std::string& path, std::optional<std::string> held) {
  const auto file = open_anywhere(path, std::move(held));
  return guarded(path, [&] { return read_batches(std::make_unique<ParquetBatches>(file, path), path); });
}

}  // namespace mdl
