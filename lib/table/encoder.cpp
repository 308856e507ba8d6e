#include "table/encoder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "base/error.h"
#include "base/text.h"
#include "table/number_form.h"

namespace mdl {

size_t Feature::width() const {
  if (kind == ColumnKind::kNumeric) return 1;
  return table ? 0 : codes.empty() ? categories.size() : codes.size() / (categories.size() + 1);
}

std::optional<double> Feature::number(const Cell& cell) const {
  if (cell.type == Cell::Type::kText) return parse_cell(cell.text, form);
  if (form.kind == NumberForm::Kind::kPlain) return cell.number;
  return parse_cell(shortest(cell.number), form);
}

size_t Feature::table_rows() const { return table ? categories.size() + 1 : values.empty() ? 0 : values.size() + 1; }

int32_t Feature::index_of_value(double number) const {
  const auto found = std::lower_bound(values.begin(), values.end(), number);
  return found != values.end() && *found == number ? static_cast<int32_t>(found - values.begin()) : -1;
}

float Encoder::encode(const Feature& feature, double number) const {
  const double z = (number - feature.center) / feature.scale;
  return static_cast<float>(scaling == Scaling::kRobust ? softly_clipped(z) : z);
}

void Encoder::append_number(const Feature& feature, double number, EncodedRows& rows) const {
  rows.numbers.push_back(encode(feature, number));
  if (!feature.values.empty()) rows.categories.push_back(feature.index_of_value(number));
}

bool Encoder::has_histograms() const { return !features.front().histogram.counts.empty(); }

size_t Encoder::numeric_count() const {
  return static_cast<size_t>(
      std::count_if(features.begin(), features.end(), [](const Feature& f) { return f.kind == ColumnKind::kNumeric; }));
}

size_t Encoder::indexed_count() const {
  return static_cast<size_t>(
      std::count_if(features.begin(), features.end(), [](const Feature& f) { return f.indexed(); }));
}

size_t Encoder::width() const {
  size_t width = 0;
  for (const Feature& feature : features) width += feature.width() + (feature.indicator ? 1 : 0);
  return width;
}

std::vector<int64_t> Encoder::tables() const {
  std::vector<int64_t> rows;
  for (const Feature& feature : features) {
    if (feature.table_rows() > 0) rows.push_back(static_cast<int64_t>(feature.table_rows()));
  }
  return rows;
}

void EncodedRows::clear() {
  rows = 0;
  numbers.clear();
  categories.clear();
}

void EncodedRows::append(const EncodedRows& from, size_t row) {
  const auto copy = [&](const auto& source, auto& to) {
    const size_t width = source.size() / from.rows;
    to.insert(to.end(), source.begin() + static_cast<ptrdiff_t>(row * width),
              source.begin() + static_cast<ptrdiff_t>((row + 1) * width));
  };
  copy(from.numbers, numbers);
  copy(from.categories, categories);
  ++rows;
}

EncodedRows encode(const Encoder& encoder, Table&& table) {
  EncodedRows encoded;
  const size_t numeric = encoder.numeric_count(), indexed = encoder.indexed_count();
  std::map<std::string_view, Column*> by_name;
  for (Column& column : table.columns) by_name.emplace(column.name, &column);
  std::vector<Column*> columns;
  std::vector<std::vector<int32_t>> index_of_code(encoder.features.size());
  for (size_t f = 0; f < encoder.features.size(); ++f) {
    const Feature& feature = encoder.features[f];
    columns.push_back(by_name.at(feature.name));
    const ValueIndex index(feature.categories);
    for (const std::string& text : columns.back()->texts) index_of_code[f].push_back(index.find(text));
  }
  encoded.rows = table.rows;
  encoded.numbers.reserve(table.rows * numeric);
  encoded.categories.reserve(table.rows * indexed);
  for (size_t start = 0; start < table.rows; start += kBlockRows) {
    const size_t block = start / kBlockRows;
    const size_t count = std::min(kBlockRows, table.rows - start);
    encoded.numbers.resize((start + count) * numeric);
    encoded.categories.resize((start + count) * indexed);
    int32_t* indices = encoded.categories.data() + start * indexed;  // of the next indexed feature, in the block's
                                                                     // first row
    for (size_t f = 0; f < encoder.features.size(); ++f) {
      const Feature& feature = encoder.features[f];
      Column& column = *columns[f];
      if (f < numeric) {
        float* to = encoded.numbers.data() + start * numeric + f;
        for (const double value : column.numbers[block]) {
          *to = encoder.encode(feature, value);
          to += numeric;
        }
        if (!feature.values.empty()) {
          int32_t* index = indices++;
          for (const double value : column.numbers[block]) {
            *index = feature.index_of_value(value);
            index += indexed;
          }
        }
        std::vector<double>().swap(column.numbers[block]);  // = {} would keep its memory
      } else {
        int32_t* index = indices++;
        for (const int32_t code : column.codes[block]) {
          *index = code == Column::kMissing ? -1 : index_of_code[f][code];
          index += indexed;
        }
        std::vector<int32_t>().swap(column.codes[block]);
      }
    }
  }
  return encoded;
}

InputWriter::InputWriter(const Encoder& encoder) : numbers_(encoder.numeric_count()), width_(numbers_) {
  for (size_t f = 0; f < numbers_; ++f) {
    const Feature& feature = encoder.features[f];
    fill_.push_back(feature.fill);
    if (feature.indicator) indicators_.push_back({f, width_++, feature.codes[0], feature.codes[1]});
    if (feature.values.empty()) continue;
    indexed_.push_back({.table = true});
    ++tables_;
  }
  for (size_t f = numbers_; f < encoder.features.size(); ++f) {
    const Feature& feature = encoder.features[f];
    indexed_.push_back({feature.table, width_, feature.width(), feature.codes});
    width_ += feature.width();
    if (feature.table) ++tables_;
  }
}

void InputWriter::prefetch(const EncodedRows& rows, size_t row) const {
  constexpr size_t kLine = 64 / sizeof(float);
  const float* numbers = rows.numbers.data() + row * numbers_;
  for (size_t i = 0; i < numbers_; i += kLine) __builtin_prefetch(numbers + i);
  __builtin_prefetch(numbers + numbers_);
  __builtin_prefetch(rows.categories.data() + row * indexed_.size());
}

void InputWriter::write(const EncodedRows& rows, size_t row, float* dense, int64_t* indices) const {
  const float* numbers = rows.numbers.data() + row * numbers_;
  for (size_t i = 0; i < numbers_; ++i) {
    const float number = numbers[i], fill = fill_[i];
    dense[i] = std::isnan(number) ? fill : number;
  }
  for (const Indicator& indicator : indicators_)
    dense[indicator.place] = std::isnan(numbers[indicator.number]) ? indicator.missing : indicator.there;
  const int32_t* categories = rows.categories.data() + row * indexed_.size();
  for (const Indexed& feature : indexed_) {
    const int32_t category = *categories++;
    float* to = dense + feature.place;
    if (feature.table) {
      *indices++ = category + 1;
    } else if (!feature.codes.empty()) {
      const size_t unseen = feature.codes.size() / feature.width - 1;
      const size_t code = category >= 0 ? static_cast<size_t>(category) : unseen;
      std::copy_n(feature.codes.data() + code * feature.width, feature.width, to);
    } else {
      std::fill_n(to, feature.width, 0.0f);
      if (category >= 0) to[category] = 1;
    }
  }
}

BadRecord bad_record(const RecordReader& record, const BadCell& cell) {
  return BadRecord(fmt::format("{}: column {}: {} is not a {}", record.where(), quote(cell.feature->name),
                               quote(cell.text), words_of(cell.feature->form)));
}

RecordEncoder::RecordEncoder(const Encoder& encoder, const RecordReader& records)
    : encoder_(encoder), missing_(encoder.missing) {
  std::vector<std::string> lacking;
  for (const Feature& feature : encoder.features) {
    places_.push_back(records.find(feature.name));
    if (places_.back() == records.header().size()) lacking.push_back(quote(feature.name));
    categories_.emplace_back(feature.categories);
  }
  unseen_.resize(places_.size());
  if (!lacking.empty()) {
    fail("{}: the model needs column{} {}, which {} not there; the file has {}", records.name(),
         lacking.size() > 1 ? "s" : "", join_names(lacking, 20), lacking.size() > 1 ? "are" : "is",
         join_names(records.header(), 20));
  }
}

std::optional<BadCell> RecordEncoder::append(const RecordReader& record, EncodedRows& to) {
  std::string room;
  const size_t numbers = to.numbers.size(), categories = to.categories.size();
  for (size_t f = 0; f < places_.size(); ++f) {
    const Feature& feature = encoder_.features[f];
    const Cell cell = record.cell(places_[f]);
    const bool missing = missing_.contain(cell);
    if (feature.kind == ColumnKind::kCategorical) {
      const int32_t category = missing ? -1 : categories_[f].find(text_of(cell, room));
      to.categories.push_back(category);
      if (category < 0 && !missing) ++unseen_[f];
      continue;
    }
    const auto number = missing ? std::nullopt : feature.number(cell);
    if (!missing && !number) {
      to.numbers.resize(numbers);
      to.categories.resize(categories);
      return BadCell{&feature, std::string(text_of(cell, room))};
    }
    encoder_.append_number(feature, number.value_or(std::numeric_limits<double>::quiet_NaN()), to);
  }
  ++to.rows;
  ++rows_;
  return std::nullopt;
}

std::vector<UnseenCells> RecordEncoder::unseen() const {
  std::vector<UnseenCells> unseen;
  for (size_t f = encoder_.numeric_count(); f < places_.size(); ++f) {
    const Feature& feature = encoder_.features[f];
    UnseenCells& cells = unseen.emplace_back(UnseenCells{feature.name, rows_, unseen_[f]});
    const std::vector<int64_t>& counts = feature.histogram.counts;
    if (counts.empty()) continue;
    cells.left_out = counts[feature.categories.size()];
    cells.training_rows = std::accumulate(counts.begin(), counts.end(), int64_t{0});
  }
  return unseen;
}

}  // namespace mdl
