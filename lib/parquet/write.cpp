#include "parquet/write.h"

#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/compute/cast.h>
#include <arrow/io/interfaces.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <parquet/arrow/writer.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "parquet/check.h"
#include "parquet/read.h"
#include "table/csv.h"

namespace mdl {
namespace {

/// Text that is gathered before it becomes a row group.
constexpr size_t kGroupBytes = 16 << 20;

const std::string kWhere = "Parquet";

/// Arrow's bytes, until they are taken.
class Gathered final : public arrow::io::OutputStream {
 public:
  arrow::Status Write(const void* data, int64_t size) override {
    bytes.append(static_cast<const char*>(data), static_cast<size_t>(size));
    told_ += size;
    return arrow::Status::OK();
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
  bool closed_ = false;
};

class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string_view text) : left_(text) {}

  size_t read(char* to, size_t size) override {
    const size_t count = std::min(size, left_.size());
    std::memcpy(to, left_.data(), count);
    left_.remove_prefix(count);
    return count;
  }
  bool would_wait() override { return false; }

 private:
  std::string_view left_;
};

/// A column of the rows that are being gathered.
class Cells {
 public:
  /// `where` is for messages about cells that are not of the type. A number that is none becomes null.
  Cells(std::string where, std::shared_ptr<arrow::DataType> type, bool number)
      : where_(std::move(where)), type_(std::move(type)), number_(number) {}

  void add(std::string_view raw, std::string_view value) {
    if (!number_) {
      if (!is_utf8(value)) fail("{}: {} is not UTF-8, as texts in Parquet are", where_, quote(value));
      check(raw.empty() ? texts_.AppendNull() : texts_.Append(value), kWhere);
    } else if (const auto number = parse_number(value)) {
      check(numbers_.Append(*number), kWhere);
    } else {
      check(numbers_.AppendNull(), kWhere);
    }
  }

  std::shared_ptr<arrow::Array> finish() {
    if (number_) return checked(numbers_.Finish(), kWhere);
    const auto texts = checked(texts_.Finish(), kWhere);
    return checked(arrow::compute::Cast(*texts, type_), where_);
  }

 private:
  std::string where_;
  std::shared_ptr<arrow::DataType> type_;
  bool number_;
  arrow::LargeStringBuilder texts_;
  arrow::DoubleBuilder numbers_;
};

class ParquetPacker final : public Compressor {
 public:
  explicit ParquetPacker(const ParquetTypes& types) : types_(types) {
    if (!types.like.empty()) like_ = parquet_schema(types.like);
  }

  void pack(std::string_view bytes, bool last, std::string& out) override {
    if (header_ == 0 && !bytes.empty()) {
      header_ = header_end(bytes);
      open(bytes.substr(0, header_));
    }
    text_ += bytes;
    if (text_.size() >= kGroupBytes || (last && text_.size() > header_)) write_group();
    if (last) check(writer_->Close(), kWhere);
    out += gathered_->bytes;
    gathered_->bytes.clear();
  }

 private:
  static size_t header_end(std::string_view bytes) {
    bool quoted = false;
    for (size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] == '"') quoted = !quoted;
      if (bytes[i] == '\n' && !quoted) return i + 1;
    }
    return bytes.size();
  }

  void open(std::string_view header) {
    const CsvReader csv(std::make_unique<TextSource>(header), kWhere);
    std::vector<std::shared_ptr<arrow::Field>> fields;
    for (const std::string& name : csv.header()) {
      const auto known = like_ == nullptr ? nullptr : like_->GetFieldByName(name);
      const bool number = known == nullptr &&
                          std::find(types_.numbers.begin(), types_.numbers.end(), name) != types_.numbers.end();
      auto type = known != nullptr ? known->type() : number ? arrow::float64() : arrow::utf8();
      if (type->id() == arrow::Type::DICTIONARY) type = static_cast<const arrow::DictionaryType&>(*type).value_type();
      if (!number && !arrow::compute::CanCast(*arrow::large_utf8(), *type)) type = arrow::utf8();
      fields.push_back(arrow::field(name, type));
      const std::string from = known == nullptr ? ""
                                                : fmt::format(", {} in {}", known->type()->ToString(), types_.like);
      columns_.push_back(std::make_unique<Cells>(fmt::format("column {}{}", quote(name), from), type, number));
    }
    schema_ = arrow::schema(fields);
    const auto properties = parquet::WriterProperties::Builder().compression(parquet::Compression::SNAPPY)->build();
    // Arrow's own schema tells its readers of zones and of large texts.
    const auto arrow_properties = parquet::ArrowWriterProperties::Builder().store_schema()->build();
    writer_ = checked(parquet::arrow::FileWriter::Open(*schema_, arrow::default_memory_pool(), gathered_, properties,
                                                       arrow_properties),
                      kWhere);
  }

  void write_group() {
    CsvReader csv(std::make_unique<TextSource>(text_), kWhere);
    int64_t count = 0;
    for (; csv.next(); ++count) {
      for (size_t i = 0; i < columns_.size(); ++i) columns_[i]->add(csv.raw_field(i), csv.field(i));
    }
    std::vector<std::shared_ptr<arrow::Array>> arrays;
    for (const auto& column : columns_) arrays.push_back(column->finish());
    check(writer_->NewBufferedRowGroup(), kWhere);
    check(writer_->WriteRecordBatch(*arrow::RecordBatch::Make(schema_, count, arrays)), kWhere);
    text_.resize(header_);
  }

  ParquetTypes types_;
  std::shared_ptr<arrow::Schema> like_;
  std::string text_;   // the header, and rows that are not written yet
  size_t header_ = 0;  // the header's size
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<std::unique_ptr<Cells>> columns_;
  std::shared_ptr<Gathered> gathered_ = std::make_shared<Gathered>();
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
};

}  // namespace

std::unique_ptr<Compressor> write_parquet(const ParquetTypes& types) { return std::make_unique<ParquetPacker>(types); }

}  // namespace mdl
