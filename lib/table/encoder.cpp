#include "table/encoder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <unordered_map>

#include "base/error.h"
#include "base/text.h"
#include "table/number_form.h"
#include "table/target.h"
#include "table/value_table.h"

namespace mdl {
namespace {

/// A number with a row of a table stands in the model as it is. Three rows that share it are what statistical offices call enough; asking for
/// five made the ROC AUC's error of adult 1 % larger.
constexpr size_t kFewestValueRows = 3;

/// False when the column tells nothing.
bool fit_numeric(Feature& feature, const Column& column, std::span<const uint32_t> train, const EncoderOptions& options) {
  std::vector<double> values;
  values.reserve(train.size());
  for (const uint32_t row : train) {
    const double value = column.number(row);
    if (!std::isnan(value)) values.push_back(value);
  }
  if (values.empty()) return false;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const size_t missing = train.size() - values.size();
  if (*low == *high && (missing == 0 || !options.missing_indicators)) return false;
  double sum = 0, squares = 0;
  for (const double value : values) sum += value;
  const double mean = sum / static_cast<double>(values.size());
  for (const double value : values) squares += (value - mean) * (value - mean);
  feature.center = mean;
  feature.scale = std::sqrt(squares / static_cast<double>(values.size()));
  if (!std::isfinite(feature.center) || !std::isfinite(feature.scale)) {
    fail("column {}: its numbers, {} to {}, are too far apart to be averaged", quote(column.name), *low, *high);
  }
  if (feature.scale == 0) feature.scale = 1;
  if (options.scaling == Scaling::kRobust) {
    std::sort(values.begin(), values.end());
    const RobustScaling robust = robust_scaling(values);
    feature.center = robust.center;
    feature.scale = robust.scale;
    feature.fill = static_cast<float>(softly_clipped((mean - feature.center) / feature.scale));
  }
  if (options.missing_indicators && missing > 0) {
    feature.indicator = true;
    feature.codes = options.scaling == Scaling::kRobust ? robust_codes({{-1, values.size()}, {1, missing}}) : std::vector<float>{0, 1};
  }
  feature.histogram = histogram_of(values, missing, options.min_category_rows);
  if (options.value_tables != nullptr) feature.values = telling_values(column, train, *options.value_tables, std::min(options.min_category_rows, kFewestValueRows));
  return true;
}

/// The categories of `feature` as inputs, from how often each occurs.
void code_robustly(Feature& feature, const std::vector<size_t>& counts, size_t missing) {
  const size_t categories = counts.size(), rows = std::accumulate(counts.begin(), counts.end(), missing);
  if (categories == 1) {
    feature.codes = robust_codes({{1, counts[0]}, {-1, missing}});
    return;
  }
  if (categories == 2) {
    feature.codes = robust_codes({{1, counts[0]}, {-1, counts[1]}, {0, missing}});
    return;
  }
  feature.codes.resize((categories + 1) * categories);
  for (size_t k = 0; k < categories; ++k) {
    const std::vector<float> two = robust_codes({{0, rows - counts[k]}, {1, counts[k]}});
    for (size_t row = 0; row <= categories; ++row) feature.codes[row * categories + k] = two[row == k ? 1 : 0];
  }
}

/// False when the column tells nothing. `rare` gets a name for a column with rare categories.
bool fit_categorical(Feature& feature, const Column& column, std::span<const uint32_t> train, const EncoderOptions& options,
                     std::vector<std::string>& notes, std::vector<std::string>& rare) {
  std::vector<size_t> counts(column.texts.size());
  size_t missing = 0;
  for (const uint32_t row : train) {
    const int32_t code = column.code(row);
    if (code == Column::kMissing) {
      ++missing;
    } else {
      ++counts[static_cast<size_t>(code)];
    }
  }
  const auto different = static_cast<size_t>(std::ranges::count_if(counts, [](size_t count) { return count > 0; }));
  if (different == 0 || (different == 1 && missing == 0)) return false;
  const size_t texts = train.size() - missing;
  std::vector<std::pair<size_t, std::string>> seen;
  size_t rest = texts;
  for (size_t code = 0; code < counts.size(); ++code) {
    if (counts[code] == 0 || counts[code] < options.min_category_rows) continue;
    seen.emplace_back(counts[code], column.texts[code]);
    rest -= counts[code];
  }
  if ((different > kMostCategories && different * 10 > texts * 9) || rest * 10 > texts * 9) {
    notes.push_back(fmt::format("column {}: {} different texts in {} rows; left out, since they name rows and tell nothing of others", quote(column.name),
                                grouped(static_cast<long long>(different)), grouped(static_cast<long long>(texts))));
    return true;
  }
  if (rest > 0) {
    rare.push_back(fmt::format("{} ({}, {:.1f} % of the rows)", quote(column.name), grouped(static_cast<long long>(different - seen.size())),
                               100.0 * static_cast<double>(rest) / static_cast<double>(train.size())));
  }
  feature.table = seen.size() > options.one_hot_categories;
  const size_t most = feature.table ? kMostTableCategories : kMostCategories;
  if (seen.size() > most) {
    const size_t before = rest;
    std::sort(seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
    for (size_t i = most; i < seen.size(); ++i) rest += seen[i].first;
    notes.push_back(fmt::format("column {}: {} categories; the {} most frequent are kept, the others ({:.1f} % of the rows) count as unseen",
                                quote(column.name), seen.size(), most, 100.0 * static_cast<double>(rest - before) / static_cast<double>(train.size())));
    seen.resize(most);
  }
  std::unordered_map<std::string, size_t, KeyedHash> count_of;
  for (auto& [count, text] : seen) {
    count_of[text] = count;
    feature.categories.push_back(std::move(text));
  }
  sort_naturally(feature.categories);
  std::vector<size_t> sorted;
  for (const std::string& text : feature.categories) sorted.push_back(count_of[text]);
  if (options.scaling == Scaling::kRobust && !feature.table) code_robustly(feature, sorted, missing + rest);
  feature.histogram.counts.assign(sorted.begin(), sorted.end());
  feature.histogram.counts.push_back(static_cast<int64_t>(rest));
  feature.histogram.counts.push_back(static_cast<int64_t>(missing));
  return true;
}

/// A line about columns of which half the cells or more are missing.
void note_missing(const std::vector<const Column*>& features, std::span<const uint32_t> train, std::vector<std::string>& notes) {
  std::vector<std::string> mostly;
  for (const Column* column : features) {
    if (2 * column->missing < train.size()) continue;
    const auto is_missing = [&](uint32_t row) {
      return column->kind == ColumnKind::kNumeric ? std::isnan(column->number(row)) : column->code(row) == Column::kMissing;
    };
    const auto missing = static_cast<size_t>(std::count_if(train.begin(), train.end(), is_missing));
    if (2 * missing < train.size() || missing == train.size()) continue;
    mostly.push_back(fmt::format("{} ({:.0f} %)", quote(column->name), 100.0 * static_cast<double>(missing) / static_cast<double>(train.size())));
  }
  if (!mostly.empty()) notes.push_back("mostly missing: " + join_names(mostly));
}

/// Lines about the columns that have tables.
void note_tables(const Encoder& encoder, std::vector<std::string>& notes) {
  std::vector<std::string> values, categories;
  for (const Feature& feature : encoder.features) {
    if (feature.table_rows() == 0) continue;
    (feature.table ? categories : values).push_back(fmt::format("{} ({})", quote(feature.name), feature.table_rows() - 1));
  }
  if (!values.empty()) notes.push_back("numbers whose exact values tell of the target, with a table beside: " + join_names(values));
  if (!categories.empty()) notes.push_back("categories in a table: " + join_names(categories));
}

}  // namespace

size_t Feature::width() const {
  if (kind == ColumnKind::kNumeric) return 1;
  return table ? 0 : codes.empty() ? categories.size() : codes.size() / (categories.size() + 1);
}

std::optional<double> Feature::number(std::string_view cell) const { return parse_cell(cell, form); }

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
  return static_cast<size_t>(std::count_if(features.begin(), features.end(), [](const Feature& f) { return f.kind == ColumnKind::kNumeric; }));
}

size_t Encoder::indexed_count() const {
  return static_cast<size_t>(std::count_if(features.begin(), features.end(), [](const Feature& f) { return f.indexed(); }));
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
    to.insert(to.end(), source.begin() + static_cast<ptrdiff_t>(row * width), source.begin() + static_cast<ptrdiff_t>((row + 1) * width));
  };
  copy(from.numbers, numbers);
  copy(from.categories, categories);
  ++rows;
}

Encoder fit_encoder(const std::vector<const Column*>& features, std::span<const uint32_t> train, std::vector<std::string> missing,
                    const EncoderOptions& options, std::vector<std::string>& notes) {
  Encoder encoder;
  encoder.scaling = options.scaling;
  encoder.missing = std::move(missing);
  std::vector<std::string> empty, rare;
  for (const ColumnKind kind : {ColumnKind::kNumeric, ColumnKind::kCategorical}) {
    for (const Column* column : features) {
      if (column->kind != kind) continue;
      Feature feature;
      feature.name = column->name;
      feature.kind = kind;
      feature.form = column->form;
      const bool numeric = kind == ColumnKind::kNumeric;
      const bool tells = numeric ? fit_numeric(feature, *column, train, options) : fit_categorical(feature, *column, train, options, notes, rare);
      if (!tells) {
        empty.push_back(quote(column->name));
      } else if (numeric || !feature.categories.empty()) {
        encoder.features.push_back(std::move(feature));
      }
    }
  }
  if (!rare.empty()) {
    notes.push_back(fmt::format("categories in fewer than {} rows count as not seen: {}", options.min_category_rows, join_names(rare)));
  }
  note_missing(features, train, notes);
  note_tables(encoder, notes);
  if (encoder.features.empty()) fail("no column tells anything about the target: each is empty or holds one value in all training rows");
  if (!empty.empty()) {
    notes.push_back(fmt::format("left out, empty or of one value in all training rows: column{} {}", empty.size() > 1 ? "s" : "", join_names(empty)));
  }
  return encoder;
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
    int32_t* indices = encoded.categories.data() + start * indexed;   // of the next indexed feature, in the block's first row
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
        std::vector<double>().swap(column.numbers[block]);   // = {} would keep its memory
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
  for (const Indicator& indicator : indicators_) dense[indicator.place] = std::isnan(numbers[indicator.number]) ? indicator.missing : indicator.there;
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

RecordEncoder::RecordEncoder(const Encoder& encoder, const RecordReader& records) : encoder_(encoder), missing_(encoder.missing) {
  std::vector<std::string> lacking;
  for (const Feature& feature : encoder.features) {
    places_.push_back(records.find(feature.name));
    if (places_.back() == records.header().size()) lacking.push_back(quote(feature.name));
    categories_.emplace_back(feature.categories);
  }
  unseen_.resize(places_.size());
  if (!lacking.empty()) {
    fail("{}: the model needs column{} {}, which {} not there; the file has {}", records.name(), lacking.size() > 1 ? "s" : "", join_names(lacking, 20),
         lacking.size() > 1 ? "are" : "is", join_names(records.header(), 20));
  }
}

void RecordEncoder::append(const RecordReader& record, EncodedRows& to) {
  const size_t numbers = to.numbers.size(), categories = to.categories.size();
  for (size_t f = 0; f < places_.size(); ++f) {
    const Feature& feature = encoder_.features[f];
    const std::string_view cell = record.field(places_[f]);
    const bool missing = cell.data() == nullptr || missing_.contain(cell);
    if (feature.kind == ColumnKind::kCategorical) {
      const int32_t category = missing ? -1 : categories_[f].find(cell);
      to.categories.push_back(category);
      if (category < 0 && !missing) ++unseen_[f];
      continue;
    }
    const auto number = missing ? std::nullopt : feature.number(cell);
    if (!missing && !number) {
      to.numbers.resize(numbers);
      to.categories.resize(categories);
      throw BadRecord(fmt::format("{}: column {}: {} is not a {}", record.where(), quote(feature.name), quote(cell), words_of(feature.form)));
    }
    encoder_.append_number(feature, number.value_or(std::numeric_limits<double>::quiet_NaN()), to);
  }
  ++to.rows;
  ++rows_;
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
