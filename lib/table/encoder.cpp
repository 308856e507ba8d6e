#include "table/encoder.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/text.h"
#include "table/target.h"

namespace mdl {
namespace {

/// Mean and population standard deviation, in two passes over the rows.
bool fit_numeric(Feature& feature, const Column& column, std::span<const uint32_t> train) {
  double sum = 0, low = std::numeric_limits<double>::infinity(), high = -low;
  size_t count = 0;
  for (const uint32_t row : train) {
    const double value = column.number(row);
    if (std::isnan(value)) continue;
    sum += value;
    low = std::min(low, value);
    high = std::max(high, value);
    ++count;
  }
  if (count == 0 || low == high) return false;
  feature.mean = sum / static_cast<double>(count);
  double squares = 0;
  for (const uint32_t row : train) {
    const double value = column.number(row);
    if (!std::isnan(value)) squares += (value - feature.mean) * (value - feature.mean);
  }
  feature.scale = std::sqrt(squares / static_cast<double>(count));
  if (!std::isfinite(feature.mean) || !std::isfinite(feature.scale) || feature.scale == 0) {
    fail("column {}: its numbers, {} to {}, are too large or too small to be standardised", quote(column.name), low, high);
  }
  return true;
}

bool fit_categorical(Feature& feature, const Column& column, std::span<const uint32_t> train, std::vector<std::string>& notes) {
  std::vector<size_t> counts(column.texts.size());
  size_t missing = 0;
  for (const uint32_t row : train) {
    const int32_t code = column.code(row);
    if (code == Column::kMissing) {
      ++missing;
    } else {
      ++counts[code];
    }
  }
  std::vector<std::pair<size_t, std::string>> seen;
  for (size_t code = 0; code < counts.size(); ++code) {
    if (counts[code] > 0) seen.emplace_back(counts[code], column.texts[code]);
  }
  if (seen.empty() || (seen.size() == 1 && missing == 0)) return false;
  if (seen.size() > kMostCategories) {
    std::sort(seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
    size_t rest = 0;
    for (size_t i = kMostCategories; i < seen.size(); ++i) rest += seen[i].first;
    notes.push_back(fmt::format("column {}: {} categories; the {} most frequent are kept, the others ({:.1f} % of the rows) count as unseen",
                                quote(column.name), seen.size(), kMostCategories, 100.0 * static_cast<double>(rest) / static_cast<double>(train.size())));
    seen.resize(kMostCategories);
  }
  for (auto& [count, text] : seen) feature.categories.push_back(std::move(text));
  sort_naturally(feature.categories);
  return true;
}

std::unordered_map<std::string_view, int32_t> index_of(const std::vector<std::string>& categories) {
  std::unordered_map<std::string_view, int32_t> index;
  for (size_t i = 0; i < categories.size(); ++i) index.emplace(categories[i], static_cast<int32_t>(i));
  return index;
}

}  // namespace

float Feature::encode(double number) const { return std::isnan(number) ? 0.0f : static_cast<float>((number - mean) / scale); }

size_t Encoder::numeric_count() const {
  return static_cast<size_t>(std::count_if(features.begin(), features.end(), [](const Feature& f) { return f.kind == ColumnKind::kNumeric; }));
}

size_t Encoder::width() const {
  size_t width = 0;
  for (const Feature& feature : features) width += feature.width();
  return width;
}

void EncodedRows::clear() {
  rows = 0;
  numbers.clear();
  categories.clear();
}

void EncodedRows::append(const EncodedRows& from, size_t row) {
  const auto copy = [&](const auto& source, auto& to) {
    const size_t width = source.size() / from.rows;
    to.insert(to.end(), source.begin() + static_cast<ptrdiff_t>(row * width), source.begin() + static_cast<ptrdiff_t>((row + 1) * width));
  };
  copy(from.numbers, numbers);
  copy(from.categories, categories);
  ++rows;
}

Encoder fit_encoder(const std::vector<const Column*>& features, std::span<const uint32_t> train, std::vector<std::string> missing,
                    std::vector<std::string>& notes) {
  Encoder encoder;
  encoder.missing = std::move(missing);
  std::vector<std::string> empty;
  for (const ColumnKind kind : {ColumnKind::kNumeric, ColumnKind::kCategorical}) {
    for (const Column* column : features) {
      if (column->kind != kind) continue;
      Feature feature;
      feature.name = column->name;
      feature.kind = kind;
      const bool tells = kind == ColumnKind::kNumeric ? fit_numeric(feature, *column, train) : fit_categorical(feature, *column, train, notes);
      if (tells) {
        encoder.features.push_back(std::move(feature));
      } else {
        empty.push_back(quote(column->name));
      }
    }
  }
  if (encoder.features.empty()) fail("no column tells anything about the target: each is empty or holds one value in all training rows");
  if (!empty.empty()) {
    notes.push_back(fmt::format("left out, empty or of one value in all training rows: column{} {}", empty.size() > 1 ? "s" : "", join_names(empty)));
  }
  return encoder;
}

EncodedRows encode(const Encoder& encoder, Table&& table) {
  EncodedRows encoded;
  const size_t numeric = encoder.numeric_count();
  const size_t categorical = encoder.features.size() - numeric;
  std::vector<Column*> columns;
  std::vector<std::vector<int32_t>> index_of_code(encoder.features.size());
  for (size_t f = 0; f < encoder.features.size(); ++f) {
    const Feature& feature = encoder.features[f];
    columns.push_back(table.find(feature.name));
    const auto index = index_of(feature.categories);
    for (const std::string& text : columns.back()->texts) {
      const auto found = index.find(text);
      index_of_code[f].push_back(found == index.end() ? -1 : found->second);
    }
  }
  encoded.rows = table.rows;
  encoded.numbers.reserve(table.rows * numeric);
  encoded.categories.reserve(table.rows * categorical);
  for (size_t start = 0; start < table.rows; start += kBlockRows) {
    const size_t block = start / kBlockRows;
    const size_t count = std::min(kBlockRows, table.rows - start);
    encoded.numbers.resize((start + count) * numeric);
    encoded.categories.resize((start + count) * categorical);
    for (size_t f = 0; f < encoder.features.size(); ++f) {
      Column& column = *columns[f];
      if (f < numeric) {
        float* to = encoded.numbers.data() + start * numeric + f;
        for (const double value : column.numbers[block]) {
          *to = encoder.features[f].encode(value);
          to += numeric;
        }
        column.numbers[block] = {};
      } else {
        int32_t* to = encoded.categories.data() + start * categorical + (f - numeric);
        for (const int32_t code : column.codes[block]) {
          *to = code == Column::kMissing ? -1 : index_of_code[f][code];
          to += categorical;
        }
        column.codes[block] = {};
      }
    }
  }
  return encoded;
}

InputWriter::InputWriter(const Encoder& encoder) : numeric_(encoder.numeric_count()), width_(numeric_) {
  for (size_t f = numeric_; f < encoder.features.size(); ++f) {
    offsets_.push_back(width_);
    width_ += encoder.features[f].width();
  }
}

void InputWriter::write(const EncodedRows& rows, size_t row, float* inputs) const {
  std::copy_n(rows.numbers.data() + row * numeric_, numeric_, inputs);
  if (offsets_.empty()) return;
  std::fill(inputs + numeric_, inputs + width_, 0.0f);
  const int32_t* category = rows.categories.data() + row * offsets_.size();
  for (size_t f = 0; f < offsets_.size(); ++f) {
    if (category[f] >= 0) inputs[offsets_[f] + static_cast<size_t>(category[f])] = 1;
  }
}

RecordEncoder::RecordEncoder(const Encoder& encoder, const CsvReader& csv) : encoder_(encoder), missing_(encoder.missing) {
  std::vector<std::string> lacking;
  for (const Feature& feature : encoder.features) {
    places_.push_back(csv.find(feature.name));
    if (places_.back() == csv.header().size()) lacking.push_back(quote(feature.name));
    indices_.push_back(index_of(feature.categories));
  }
  if (!lacking.empty()) {
    fail("{}: the model needs column{} {}, which {} not there; the file has {}", csv.name(), lacking.size() > 1 ? "s" : "", join_names(lacking, 20),
         lacking.size() > 1 ? "are" : "is", join_names(csv.header(), 20));
  }
}

void RecordEncoder::append(const CsvReader& record, EncodedRows& to) const {
  const size_t numbers = to.numbers.size(), categories = to.categories.size();
  for (size_t f = 0; f < places_.size(); ++f) {
    const Feature& feature = encoder_.features[f];
    const std::string_view cell = record.field(places_[f]);
    const bool missing = missing_.contain(cell);
    if (feature.kind == ColumnKind::kCategorical) {
      const auto found = missing ? indices_[f].end() : indices_[f].find(cell);
      to.categories.push_back(found == indices_[f].end() ? -1 : found->second);
      continue;
    }
    const auto number = missing ? std::nullopt : parse_number(cell);
    if (!missing && !number) {
      to.numbers.resize(numbers);
      to.categories.resize(categories);
      fail("{}: column {}: {} is not a number", record.where(), quote(feature.name), quote(cell));
    }
    to.numbers.push_back(feature.encode(number.value_or(std::numeric_limits<double>::quiet_NaN())));
  }
  ++to.rows;
}

}  // namespace mdl
