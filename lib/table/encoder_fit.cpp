// How an encoder is fitted on training rows.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "table/encoder.h"
#include "table/target.h"
#include "table/value_embedding.h"

namespace mdl {
namespace {

/// A number with a row of a table stands in the model as it is. Three rows that share it are what statistical offices
/// call enough; asking for five made the ROC AUC's error of adult 1 % larger.
constexpr size_t kFewestValueRows = 3;

/// False when the column tells nothing.
bool fit_numeric(Feature& feature, const Column& column, std::span<const uint32_t> train,
                 const EncoderOptions& options) {
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
    feature.codes = options.scaling == Scaling::kRobust ? robust_codes({{-1, values.size()}, {1, missing}})
                                                        : std::vector<float>{0, 1};
  }
  feature.histogram = histogram_of(values, missing, options.min_category_rows);
  if (options.value_tables != nullptr)
    feature.values = select_value_embeddings(column, train, *options.value_tables,
                                             std::min(options.min_category_rows, kFewestValueRows));
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
bool fit_categorical(Feature& feature, const Column& column, std::span<const uint32_t> train,
                     const EncoderOptions& options, std::vector<std::string>& notes, std::vector<std::string>& rare) {
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
    notes.push_back(fmt::format("column {}: {} distinct texts in {} rows; ignored, since they identify rows",
                                quote(column.name), grouped(static_cast<long long>(different)),
                                grouped(static_cast<long long>(texts))));
    return true;
  }
  if (rest > 0) {
    rare.push_back(fmt::format("{} ({}, {:.1f} % of the rows)", quote(column.name),
                               grouped(static_cast<long long>(different - seen.size())),
                               100.0 * static_cast<double>(rest) / static_cast<double>(train.size())));
  }
  feature.table = seen.size() > options.one_hot_categories;
  const size_t most = feature.table ? kMostTableCategories : kMostCategories;
  if (seen.size() > most) {
    const size_t before = rest;
    std::sort(seen.begin(), seen.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    for (size_t i = most; i < seen.size(); ++i) rest += seen[i].first;
    notes.push_back(
        fmt::format("column {}: {} categories; the {} most frequent are kept, the others ({:.1f} % of the rows) are "
                    "treated as unknown",
                    quote(column.name), seen.size(), most,
                    100.0 * static_cast<double>(rest - before) / static_cast<double>(train.size())));
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
void note_missing(const std::vector<const Column*>& features, std::span<const uint32_t> train,
                  std::vector<std::string>& notes) {
  std::vector<std::string> mostly;
  for (const Column* column : features) {
    if (2 * column->missing < train.size()) continue;
    const auto is_missing = [&](uint32_t row) {
      return column->kind == ColumnKind::kNumeric ? std::isnan(column->number(row))
                                                  : column->code(row) == Column::kMissing;
    };
    const auto missing = static_cast<size_t>(std::count_if(train.begin(), train.end(), is_missing));
    if (2 * missing < train.size() || missing == train.size()) continue;
    mostly.push_back(fmt::format("{} ({:.0f} %)", quote(column->name),
                                 100.0 * static_cast<double>(missing) / static_cast<double>(train.size())));
  }
  if (!mostly.empty()) notes.push_back("mostly missing: " + join_names(mostly));
}

/// Lines about the columns that have tables.
void note_tables(const Encoder& encoder, std::vector<std::string>& notes) {
  std::vector<std::string> values, categories;
  for (const Feature& feature : encoder.features) {
    if (feature.table_rows() == 0) continue;
    (feature.table ? categories : values)
        .push_back(fmt::format("{} ({})", quote(feature.name), feature.table_rows() - 1));
  }
  if (!values.empty()) notes.push_back("numeric features with a value embedding: " + join_names(values));
  if (!categories.empty()) notes.push_back("categorical features with an embedding: " + join_names(categories));
}

}  // namespace

Encoder fit_encoder(const std::vector<const Column*>& features, std::span<const uint32_t> train,
                    std::vector<std::string> missing, const EncoderOptions& options, std::vector<std::string>& notes) {
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
      const bool tells = numeric ? fit_numeric(feature, *column, train, options)
                                 : fit_categorical(feature, *column, train, options, notes, rare);
      if (!tells) {
        empty.push_back(quote(column->name));
      } else if (numeric || !feature.categories.empty()) {
        encoder.features.push_back(std::move(feature));
      }
    }
  }
  if (!rare.empty()) {
    notes.push_back(fmt::format("rare categories, in fewer than {} rows, treated as unknown: {}",
                                options.min_category_rows, join_names(rare)));
  }
  note_missing(features, train, notes);
  note_tables(encoder, notes);
  if (encoder.features.empty()) fail("no usable feature: every column is empty or constant in the training rows");
  if (!empty.empty()) {
    notes.push_back(fmt::format("ignored, empty or constant in the training rows: column{} {}",
                                empty.size() > 1 ? "s" : "", join_names(empty)));
  }
  return encoder;
}

}  // namespace mdl
