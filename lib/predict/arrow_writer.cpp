#include "predict/arrow_writer.h"

#include <charconv>
#include <limits>

namespace mdl {
namespace {

double rounded(double value, int decimals) {
  char room[400];
  const std::string_view text = fixed(value, decimals, room);
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::unique_ptr<ArrowWriter> open_writer(const ArrowSchema& schema) {
  const bool parquet = schema.form == ArrowForm::kParquet;
  return arrow_module("--output", parquet ? "Parquet" : "Arrow").write(schema);
}

ArrowSchema with_predictions(ArrowSchema schema, const PredictionColumns& columns) {
  for (size_t column = 0; column < columns.names().size(); ++column)
    schema.predictions.push_back({columns.names()[column], columns.is_number(column)});
  return schema;
}

}  // namespace

ArrowRowWriter::ArrowRowWriter(PredictionColumns columns, ArrowSchema schema, std::optional<int> round)
    : columns_(std::move(columns)), round_(round), passthrough_(schema.passthrough.size()),
      writer_(open_writer(with_predictions(std::move(schema), columns_))) {
  rows_.predictions.resize(columns_.names().size());
}

void ArrowRowWriter::append(std::string&, size_t index, std::string_view, const Predictions& predictions, size_t row) {
  indices_.push_back(index);
  columns_.tell(
      predictions, row,
      [&](size_t column, size_t label) { rows_.predictions[column].texts.push_back(columns_.target().classes[label]); },
      [&](size_t column, double value) {
        rows_.predictions[column].numbers.push_back(round_ ? rounded(value, *round_) : value);
      });
}

void ArrowRowWriter::append_blank(std::string&, size_t index, std::string_view) {
  indices_.push_back(index);
  for (size_t column = 0; column < rows_.predictions.size(); ++column) {
    if (columns_.is_number(column)) {
      rows_.predictions[column].numbers.push_back(std::numeric_limits<double>::quiet_NaN());
    } else {
      rows_.predictions[column].texts.emplace_back();
    }
  }
}

void ArrowRowWriter::flush(std::string& out, const Passthrough& passthrough) {
  rows_.count = static_cast<int64_t>(indices_.size());
  if (passthrough.batch != nullptr) {
    take_rows(passthrough);
  } else {
    take_cells(passthrough);
  }
  writer_->write(rows_, out);
  indices_.clear();
  rows_.batch.reset();
  rows_.ranges.clear();
  rows_.passthrough.clear();
  for (ArrowCells& cells : rows_.predictions) {
    cells.numbers.clear();
    cells.texts.clear();
  }
}

/// Rows that follow each other are one range.
void ArrowRowWriter::take_rows(const Passthrough& passthrough) {
  rows_.batch = passthrough.batch;
  rows_.places = passthrough.places;
  for (const size_t index : indices_) {
    const int64_t row = passthrough.begin + static_cast<int64_t>(index);
    if (rows_.ranges.empty() || rows_.ranges.back().second != row) rows_.ranges.emplace_back(row, row);
    ++rows_.ranges.back().second;
  }
}

void ArrowRowWriter::take_cells(const Passthrough& passthrough) {
  rows_.passthrough.resize(passthrough_);
  for (const size_t index : indices_) {
    for (size_t column = 0; column < passthrough_; ++column) {
      const size_t cell = index * passthrough_ + column;
      const size_t begin = cell == 0 ? 0 : passthrough.cells[cell - 1].at;
      const auto [end, null] = passthrough.cells[cell];
      rows_.passthrough[column].texts.push_back(null ? std::string_view()
                                                     : std::string_view(passthrough.text).substr(begin, end - begin));
    }
  }
}

}  // namespace mdl
