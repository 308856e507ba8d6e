#include "arrow/batch_reader.h"

#include <arrow/array.h>
#include <arrow/compute/cast.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/float16.h>

#include <cmath>
#include <set>

#include "arrow/check.h"
#include "arrow/views.h"
#include "base/signals.h"
#include "base/text.h"
#include "table/csv.h"

namespace mdl {
namespace {

using arrow::Type;

constexpr int64_t kExact = int64_t{1} << 53;  // up to here a double holds every whole number

/// A column of the batch at hand; where it is a dictionary, `values` are the dictionary's.
struct Column {
  std::shared_ptr<arrow::Array> values;
  std::shared_ptr<arrow::DictionaryArray> dictionary;      // or null
  mutable std::shared_ptr<arrow::LargeStringArray> texts;  // of the values, once they are asked for

  explicit Column(std::shared_ptr<arrow::Array> cells) : values(std::move(cells)) {
    if (values->type_id() != Type::DICTIONARY) return;
    dictionary = std::static_pointer_cast<arrow::DictionaryArray>(values);
    values = dictionary->dictionary();
  }

  /// The place of the row's value, or -1.
  int64_t place(int64_t row) const {
    if (dictionary != nullptr) {
      if (dictionary->IsNull(row)) return -1;
      row = dictionary->GetValueIndex(row);
    }
    return values->IsNull(row) ? -1 : row;
  }
};

template <class Array>
auto value(const Column& column, int64_t place) {
  return static_cast<const Array&>(*column.values).Value(place);
}

class BatchReader final : public ArrowReader {
 public:
  BatchReader(std::unique_ptr<BatchSource> batches, const std::string& name)
      : ArrowReader(name), batches_(std::move(batches)) {
    if (schema()->num_fields() == 0) fail("{}: has no columns", name_);
    std::set<std::string_view> seen;
    for (const auto& field : schema()->fields()) {
      if (!field->name().empty() && !seen.insert(field->name()).second)
        fail("{}: two columns are named {}", name_, quote(field->name()));
      header_.push_back(field->name());
    }
  }

  const std::shared_ptr<arrow::Schema>& schema() const override { return batches_->schema(); }
  const std::shared_ptr<arrow::RecordBatch>& batch() const override { return batch_; }
  int64_t place() const override { return row_; }
  bool last_in_batch() const override { return row_ + 1 >= rows_; }

  bool next() override {
    ++row_;
    while (row_ >= rows_) {
      if (stop_signal() != 0) throw Interrupted(name_);
      if (ended_ || (batch_ = batches_->next()) == nullptr) {
        ended_ = true;
        return false;
      }
      columns_.clear();
      for (const auto& column : batch_->columns()) columns_.emplace_back(column);
      row_ = 0;
      rows_ = batch_->num_rows();
    }
    raw_ = {};
    ++line_;
    return true;
  }

  bool would_wait() override { return last_in_batch() && !ended_ && batches_->would_wait(); }

  Cell typed_cell(size_t column) const override {
    const Column& cells = columns_[column];
    const int64_t place = cells.place(row_);
    if (place < 0) return {};
    const auto text = [&] { return Cell{.type = Cell::Type::kText, .text = field(column)}; };
    const auto number = [&](double number) {  // an infinity is none
      return std::isinf(number) ? text() : Cell{.type = Cell::Type::kNumber, .number = number};
    };
    switch (cells.values->type_id()) {
      case Type::INT8: return number(value<arrow::Int8Array>(cells, place));
      case Type::INT16: return number(value<arrow::Int16Array>(cells, place));
      case Type::INT32: return number(value<arrow::Int32Array>(cells, place));
      case Type::UINT8: return number(value<arrow::UInt8Array>(cells, place));
      case Type::UINT16: return number(value<arrow::UInt16Array>(cells, place));
      case Type::UINT32: return number(value<arrow::UInt32Array>(cells, place));
      case Type::INT64: {
        const int64_t whole = value<arrow::Int64Array>(cells, place);
        return -kExact <= whole && whole <= kExact ? number(static_cast<double>(whole)) : text();
      }
      case Type::UINT64: {
        const uint64_t whole = value<arrow::UInt64Array>(cells, place);
        return whole <= static_cast<uint64_t>(kExact) ? number(static_cast<double>(whole)) : text();
      }
      case Type::HALF_FLOAT:
        return number(arrow::util::Float16::FromBits(value<arrow::HalfFloatArray>(cells, place)).ToDouble());
      case Type::FLOAT: return number(as_printed(value<arrow::FloatArray>(cells, place)));
      case Type::DOUBLE: return number(value<arrow::DoubleArray>(cells, place));
      case Type::BOOL:
        return {.type = Cell::Type::kText, .text = value<arrow::BooleanArray>(cells, place) ? "true" : "false"};
      default: return text();
    }
  }

  std::string_view field(size_t column) const override {
    const Column& cells = columns_[column];
    const int64_t place = cells.place(row_);
    if (place < 0) return {};
    if (cells.texts == nullptr) cells.texts = texts_of(column);
    const std::string_view text = cells.texts->GetView(place);
    if (text.empty()) return "";
    // As a table's missing numbers are spelled.
    return text == "nan" && arrow::is_floating(cells.values->type_id()) ? "NaN" : text;
  }

  std::string_view raw_field(size_t column) const override { return field(column); }

  std::string_view raw() const override {
    if (!raw_.empty()) return raw_;
    row_text_.clear();
    for (size_t column = 0; column < columns_.size(); ++column) {
      if (column > 0) row_text_ += ',';
      const std::string_view text = field(column);
      if (text.data() != nullptr && text.empty()) row_text_ += "\"\"";
      append_csv_field(row_text_, text);
    }
    return row_text_;
  }

 private:
  /// A time with a zone is told in UTC.
  std::shared_ptr<arrow::LargeStringArray> texts_of(size_t column) const {
    const std::string where = fmt::format("{}: column {}", name_, quote(header_[column]));
    std::shared_ptr<arrow::Array> cells = columns_[column].values;
    const auto& declared = *schema()->field(static_cast<int>(column))->type();
    if (!arrow::compute::CanCast(*cells->type(), *arrow::large_utf8())) {
      fail("{} holds {}, which a table of numbers and texts cannot hold; write the file without it", where,
           declared.ToString());
    }
    if (cells->type_id() == Type::TIMESTAMP) {
      const auto& time = static_cast<const arrow::TimestampType&>(*cells->type());
      if (!time.timezone().empty())
        cells = checked(arrow::compute::Cast(*cells, arrow::timestamp(time.unit(), "UTC")), where);
    }
    return std::static_pointer_cast<arrow::LargeStringArray>(
        checked(arrow::compute::Cast(*without_views(cells, where), arrow::large_utf8()), where));
  }

  std::unique_ptr<BatchSource> batches_;
  bool ended_ = false;
  std::shared_ptr<arrow::RecordBatch> batch_;
  std::vector<Column> columns_;
  int64_t row_ = 0, rows_ = 0;  // in the batch
  mutable std::string row_text_;
};

}  // namespace

std::unique_ptr<ArrowReader> read_batches(std::unique_ptr<BatchSource> batches, const std::string& name) {
  return std::make_unique<BatchReader>(std::move(batches), name);
}

}  // namespace mdl
