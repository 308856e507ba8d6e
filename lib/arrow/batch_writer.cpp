#include "arrow/batch_writer.h"

#include <arrow/array/array_dict.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/concatenate.h>
#include <arrow/compute/cast.h>
#include <arrow/io/interfaces.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/byte_size.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/writer.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "arrow/check.h"
#include "arrow/views.h"
#include "base/text.h"

namespace mdl {
namespace {

/// What a row group of Parquet is gathered of.
constexpr int64_t kGroupBytes = 64 << 20;

const char* name_of(ArrowForm form) { return form == ArrowForm::kParquet ? "Parquet" : "Arrow"; }

/// As it is written: Arrow's writer of Parquet knows no dictionary of string views.
std::shared_ptr<arrow::Field> written_field(const std::shared_ptr<arrow::Field>& field, ArrowForm form) {
  if (form != ArrowForm::kParquet || field->type()->id() != arrow::Type::DICTIONARY) return field;
  const auto& type = static_cast<const arrow::DictionaryType&>(*field->type());
  if (type.value_type()->id() != arrow::Type::STRING_VIEW) return field;
  return field->WithType(arrow::dictionary(type.index_type(), arrow::utf8(), type.ordered()));
}

/// Arrow's bytes, until they are taken.
class Gathered final : public arrow::io::OutputStream {
 public:
  arrow::Status Write(const void* data, int64_t size) override {
    told_ += size;
    const int64_t skipped = std::min(size, given_);
    given_ -= skipped;
    bytes.append(static_cast<const char*>(data) + skipped, static_cast<size_t>(size - skipped));
    return arrow::Status::OK();
  }

  /// What is to be written first is given out already.
  void give(std::string_view start) {
    bytes += start;
    given_ = static_cast<int64_t>(start.size());
  }

  arrow::Result<int64_t> Tell() const override { return told_; }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }

  std::string bytes;

 private:
  int64_t told_ = 0;
  int64_t given_ = 0;  // bytes to come that were given
  bool closed_ = false;
};

/// Files of one form.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual arrow::Status write(const arrow::RecordBatch& batch) = 0;
  virtual arrow::Status close() = 0;
};

class IpcSink final : public Sink {
 public:
  IpcSink(const std::shared_ptr<arrow::Schema>& schema, const std::shared_ptr<Gathered>& to, bool file) {
    arrow::ipc::IpcWriteOptions options = arrow::ipc::IpcWriteOptions::Defaults();
    options.use_threads = false;
    options.emit_dictionary_deltas = file;  // which cannot hold two dictionaries
    const auto open = file ? arrow::ipc::MakeFileWriter(to, schema, options)
                           : arrow::ipc::MakeStreamWriter(to, schema, options);
    writer_ = checked(open, "Arrow");
    // Arrow writes a stream's schema with the first batch; who reads a pipe may wait for it before sending one.
    if (!file) to->give(static_cast<std::string_view>(*checked(arrow::ipc::SerializeSchema(*schema), "Arrow")));
  }

  arrow::Status write(const arrow::RecordBatch& batch) override { return writer_->WriteRecordBatch(batch); }
  arrow::Status close() override { return writer_->Close(); }

 private:
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
};

class ParquetSink final : public Sink {
 public:
  ParquetSink(const std::shared_ptr<arrow::Schema>& schema, const std::shared_ptr<Gathered>& to) {
    const auto properties = parquet::WriterProperties::Builder().compression(parquet::Compression::SNAPPY)->build();
    // Arrow's own schema tells its readers of zones, of dictionaries and of large texts.
    const auto arrow_properties = parquet::ArrowWriterProperties::Builder().store_schema()->build();
    writer_ = checked(
        parquet::arrow::FileWriter::Open(*schema, arrow::default_memory_pool(), to, properties, arrow_properties),
        "Parquet");
  }

  arrow::Status write(const arrow::RecordBatch& batch) override {
    if (group_ == 0 || group_ >= kGroupBytes) {
      ARROW_RETURN_NOT_OK(writer_->NewBufferedRowGroup());
      group_ = 0;
    }
    group_ += checked(arrow::util::ReferencedBufferSize(batch), "Parquet") + 1;
    return writer_->WriteRecordBatch(batch);
  }
  arrow::Status close() override { return writer_->Close(); }

 private:
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
  int64_t group_ = 0;  // bytes of its batches
};

class BatchWriter final : public ArrowWriter {
 public:
  explicit BatchWriter(const ArrowSchema& schema) : form_(schema.form), passthrough_(schema.passthrough.size()) {
    std::vector<std::shared_ptr<arrow::Field>> fields;
    for (const ArrowField& column : schema.passthrough) {
      const auto known = schema.like == nullptr ? nullptr : schema.like->GetFieldByName(column.name);
      fields.push_back(known != nullptr ? written_field(known, form_) : new_field(column));
      numbers_.push_back(known == nullptr && column.number);
      where_.push_back(
          fmt::format("column {}{}", quote(column.name),
                      known == nullptr ? "" : fmt::format(", {} in {}", known->type()->ToString(), schema.like_name)));
    }
    for (const ArrowField& column : schema.predictions) fields.push_back(new_field(column));
    schema_ = arrow::schema(fields, schema.like == nullptr ? nullptr : schema.like->metadata());
    if (form_ == ArrowForm::kParquet) {
      sink_ = std::make_unique<ParquetSink>(schema_, gathered_);
    } else {
      sink_ = std::make_unique<IpcSink>(schema_, gathered_, form_ == ArrowForm::kFile);
    }
  }

  void write(const ArrowRows& rows, std::string& out) override {
    if (rows.count > 0) {
      std::vector<std::shared_ptr<arrow::Array>> arrays;
      for (size_t i = 0; i < passthrough_; ++i) {
        const auto& type = schema_->field(static_cast<int>(i))->type();
        arrays.push_back(
            as(type, rows.batch != nullptr ? rows_of(rows, i) : from_texts(rows.passthrough[i].texts, i), i));
      }
      for (const ArrowCells& cells : rows.predictions) {
        const bool number = schema_->field(static_cast<int>(arrays.size()))->type()->id() == arrow::Type::DOUBLE;
        arrays.push_back(number ? doubles(cells.numbers) : strings<arrow::StringBuilder>(cells.texts));
      }
      write_batch(*arrow::RecordBatch::Make(schema_, rows.count, std::move(arrays)));
    }
    take(out);
  }

  void finish(std::string& out) override {
    check(sink_->close(), name_of(form_));
    take(out);
  }

 private:
  static std::shared_ptr<arrow::Field> new_field(const ArrowField& column) {
    return arrow::field(column.name, column.number ? arrow::float64() : arrow::utf8());
  }

  void write_batch(const arrow::RecordBatch& batch) {
    const arrow::Status status = sink_->write(batch);
    if (form_ == ArrowForm::kFile && status.message().starts_with("Dictionary replacement"))
      fail(
          "Arrow: the dictionary of a column changes between batches, which a file cannot hold; write a stream, "
          ".arrows");
    check(status, name_of(form_));
  }

  void take(std::string& out) {
    out += gathered_->bytes;
    gathered_->bytes.clear();
  }

  std::shared_ptr<arrow::Array> rows_of(const ArrowRows& rows, size_t column) const {
    const auto whole = rows.batch->column(static_cast<int>(rows.places[column]));
    std::vector<std::shared_ptr<arrow::Array>> parts;
    for (const auto& [begin, end] : rows.ranges) parts.push_back(whole->Slice(begin, end - begin));
    if (parts.size() == 1) return parts[0];
    return checked(arrow::Concatenate(parts), where_[column]);
  }

  std::shared_ptr<arrow::Array> as(const std::shared_ptr<arrow::DataType>& type, std::shared_ptr<arrow::Array> cells,
                                   size_t column) const {
    if (cells->type()->Equals(*type)) return cells;
    if (cells->type_id() == arrow::Type::DICTIONARY) {
      const auto values = static_cast<const arrow::DictionaryType&>(*cells->type()).value_type();
      if (values->id() == arrow::Type::STRING_VIEW) return with_strings(cells, type, column);
      cells = checked(arrow::compute::Cast(*cells, values), where_[column]);
    }
    return cells->type()->Equals(*type) ? cells : checked(arrow::compute::Cast(*cells, type), where_[column]);
  }

  /// A dictionary of string views as one of strings, for written_field().
  std::shared_ptr<arrow::Array> with_strings(const std::shared_ptr<arrow::Array>& cells,
                                             const std::shared_ptr<arrow::DataType>& type, size_t column) const {
    const auto& dictionary = static_cast<const arrow::DictionaryArray&>(*cells);
    const auto values = without_views(dictionary.dictionary(), where_[column]);
    const auto strings = checked(arrow::compute::Cast(*values, arrow::utf8()), where_[column]);
    return checked(arrow::DictionaryArray::FromArrays(type, dictionary.indices(), strings), where_[column]);
  }

  /// Of texts that stand for a column's cells. What is no number in a column of numbers becomes null.
  std::shared_ptr<arrow::Array> from_texts(const std::vector<std::string_view>& cells, size_t column) const {
    if (numbers_[column]) {
      std::vector<double> parsed;
      for (const std::string_view cell : cells)
        parsed.push_back(parse_number(cell).value_or(std::numeric_limits<double>::quiet_NaN()));
      return doubles(parsed);
    }
    for (const std::string_view cell : cells) {
      if (!is_utf8(cell))
        fail("{}: {} is not UTF-8, as texts in {} are", where_[column], quote_cell(cell), name_of(form_));
    }
    return strings<arrow::LargeStringBuilder>(cells);
  }

  template <class Builder>
  static std::shared_ptr<arrow::Array> strings(const std::vector<std::string_view>& cells) {
    Builder builder;
    for (const std::string_view cell : cells)
      check(cell.data() == nullptr ? builder.AppendNull() : builder.Append(cell), "Arrow");
    return checked(builder.Finish(), "Arrow");
  }

  static std::shared_ptr<arrow::Array> doubles(const std::vector<double>& cells) {
    std::vector<bool> present(cells.size());
    for (size_t i = 0; i < cells.size(); ++i) present[i] = !std::isnan(cells[i]);
    arrow::DoubleBuilder builder;
    check(builder.AppendValues(cells, present), "Arrow");
    return checked(builder.Finish(), "Arrow");
  }

  ArrowForm form_;
  size_t passthrough_;
  std::vector<bool> numbers_;       // of the columns that pass through: of those that have no type of their own
  std::vector<std::string> where_;  // of the columns that pass through, for messages
  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<Gathered> gathered_ = std::make_shared<Gathered>();
  std::unique_ptr<Sink> sink_;
};

}  // namespace

std::unique_ptr<ArrowWriter> write_batches(const ArrowSchema& schema) { return std::make_unique<BatchWriter>(schema); }

std::string refuse(const std::string& problem) {
  const auto gathered = std::make_shared<Gathered>();
  check(IpcSink(arrow::schema({}, arrow::key_value_metadata({kArrowProblem}, {problem})), gathered, /*file=*/false)
            .close(),
        "Arrow");
  return gathered->bytes;
}

}  // namespace mdl
