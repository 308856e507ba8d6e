#include "table/encoder.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <string_view>

namespace mdl {

bool is_exposure(double number) { return number > 0 && std::isfinite(number); }

bool Encoder::has_histograms() const { return !features.front().histogram.counts.empty(); }

size_t Encoder::numeric_count() const {
  return static_cast<size_t>(
      std::ranges::count_if(features, [](const Feature& f) { return f.inputs().imputed.has_value(); }));
}

size_t Encoder::indexed_count() const {
  return static_cast<size_t>(
      std::ranges::count_if(features, [](const Feature& f) { return f.inputs().indices.has_value(); }));
}

size_t Encoder::width() const {
  size_t width = 0;
  for (const Feature& feature : features) width += feature.inputs().dense();
  return width;
}

std::vector<int64_t> Encoder::embeddings() const {
  std::vector<int64_t> rows;
  for (const Feature& feature : features) {
    const ColumnInputs inputs = feature.inputs();
    if (inputs.embedding) rows.push_back(static_cast<int64_t>(*inputs.indices) + 1);
  }
  return rows;
}

std::vector<EncodedPlace> Encoder::places() const {
  std::vector<EncodedPlace> places;
  EncodedPlace next{0, 0};
  for (const Feature& feature : features) {
    places.push_back(next);
    const ColumnInputs inputs = feature.inputs();
    next.number += inputs.imputed ? 1 : 0;
    next.index += inputs.indices ? 1 : 0;
  }
  return places;
}

std::vector<int64_t> Encoder::bags() const {
  std::vector<int64_t> rows;
  for (const Feature& feature : features) {
    const ColumnInputs inputs = feature.inputs();
    if (inputs.bag) rows.push_back(static_cast<int64_t>(*inputs.indices) + 1);
  }
  return rows;
}

void EncodedRows::clear() {
  rows = 0;
  numbers.clear();
  indices.clear();
  exposures.clear();
  bags.shrink(1);
}

void EncodedRows::append(const EncodedRows& from, size_t row) {
  const auto grow = [&](const auto& source, auto& to) { to.resize(to.size() + source.size() / from.rows); };
  grow(from.numbers, numbers);
  grow(from.indices, indices);
  grow(from.exposures, exposures);
  replace(rows++, from, row);
}

void EncodedRows::replace(size_t row, const EncodedRows& from, size_t from_row) {
  const auto copy = [&](const auto& source, auto& to) {
    const size_t width = source.size() / from.rows;
    std::copy_n(source.begin() + static_cast<ptrdiff_t>(from_row * width), width,
                to.begin() + static_cast<ptrdiff_t>(row * width));
  };
  copy(from.numbers, numbers);
  copy(from.indices, indices);
  copy(from.exposures, exposures);
  if (from.bags.count() == 1) return;
  const size_t width = from.indices.size() / from.rows;
  for (int32_t& index : std::span(indices).subspan(row * width, width)) index = adopt(from, index);
}

void EncodedRows::append(const EncodedRows& from) {
  numbers.insert(numbers.end(), from.numbers.begin(), from.numbers.end());
  exposures.insert(exposures.end(), from.exposures.begin(), from.exposures.end());
  for (const int32_t index : from.indices) indices.push_back(adopt(from, index));
  rows += from.rows;
}

namespace {

/// A block of a column. `to` is the first row's cell, `numeric` and `indexed` the widths of a row.
struct BlockEncoder {
  const Column& column;
  size_t block;
  Scaling scaling;
  const std::vector<int32_t>& index_of_code;
  EncodedCell to;
  size_t numeric, indexed;

  void operator()(const ReadsNumbers auto& kind) {
    for (const double number : column.numbers[block]) {
      kind.encode(number, scaling, to);
      to.number += numeric;
      to.index += indexed;
    }
  }

  void operator()(const auto&) {
    for (const int32_t code : column.codes[block]) {
      *to.index = code == Column::kMissing ? -1 : index_of_code[static_cast<size_t>(code)];
      to.index += indexed;
    }
  }
};

std::vector<int32_t> indices_of_texts(const Feature& feature, const Column& column, Bags& bags) {
  std::vector<int32_t> indices;
  std::visit(
      [&]<class Kind>(const Kind& kind) {
        if constexpr (ReadsTexts<Kind>) {
          for (const std::string& text : column.texts) indices.push_back(kind.index(text));
        }
        if constexpr (ReadsBags<Kind>) {
          for (const std::string& text : column.texts) indices.push_back(bags.add(kind.rows(text)));
        }
      },
      feature.kind);
  return indices;
}

}  // namespace

RowEncoder::RowEncoder(const Encoder& encoder, const Dataset& dataset, Bags& bags)
    : encoder_(encoder), numbers_(encoder.numeric_count()), indices_(encoder.indexed_count()),
      places_(encoder.places()) {
  std::map<std::string_view, const Column*> by_name;
  for (const Column& column : dataset.columns) by_name.emplace(column.name, &column);
  for (const Feature& feature : encoder.features) {
    columns_.push_back(by_name.at(feature.name));
    index_of_code_.push_back(indices_of_texts(feature, *columns_.back(), bags));
  }
}

void RowEncoder::encode(size_t block, EncodedCell to) const {
  for (size_t f = 0; f < encoder_.features.size(); ++f) {
    std::visit(
        BlockEncoder{*columns_[f], block, encoder_.scaling, index_of_code_[f], to.at(places_[f]), numbers_, indices_},
        encoder_.features[f].kind);
  }
}

EncodedRows encode(const Encoder& encoder, const Dataset& dataset, const std::function<void(size_t block)>& encoded) {
  EncodedRows rows;
  const RowEncoder row_encoder(encoder, dataset, rows.bags);
  const size_t numeric = row_encoder.numbers(), indexed = row_encoder.indices();
  rows.rows = dataset.rows;
  rows.numbers.reserve(dataset.rows * numeric);
  rows.indices.reserve(dataset.rows * indexed);
  for (size_t start = 0; start < dataset.rows; start += kBlockRows) {
    const size_t count = std::min(kBlockRows, dataset.rows - start);
    rows.numbers.resize((start + count) * numeric);
    rows.indices.resize((start + count) * indexed);
    const EncodedCell first{rows.numbers.data() + start * numeric, rows.indices.data() + start * indexed};
    row_encoder.encode(start / kBlockRows, first);
    if (encoded) encoded(start / kBlockRows);
  }
  return rows;
}

}  // namespace mdl
