// How an encoder is fitted on training rows.
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "config/yaml.h"
#include "table/encoder.h"
#include "table/reference.h"

namespace mdl {
namespace {

/// As what a column of texts is read, where it is not told.
ColumnKind kind_of_texts(const Column& column, std::span<const uint32_t> train, char& separator) {
  if (column.told) return column.kind;
  if (const auto found = separator_of_sets(column, train)) {
    separator = *found;
    return ColumnKind::kSet;
  }
  return is_free_text(column, train) ? ColumnKind::kText : ColumnKind::kCategorical;
}

/// The kind that suits a column, fitted; nothing when the column tells nothing.
std::optional<ColumnEncoding> fit_column(const Column& column, std::span<const uint32_t> train,
                                         const EncoderOptions& options, Histogram& histogram, CategoryNotes& notes) {
  if (column.kind == ColumnKind::kNumeric) {
    if (options.date_parts) {
      if (auto fitted = DateColumn::fit(column, train, options, histogram)) return fitted;
    }
    return NumericColumn::fit(column, train, options, histogram);
  }
  char separator = column.separator;
  const ColumnKind kind = kind_of_texts(column, train, separator);
  if (kind == ColumnKind::kText) return TextColumn::fit(column, train, options, histogram);
  if (kind == ColumnKind::kSet) return SetColumn::fit(column, separator, train, options, histogram);
  auto categories = choose_categories(column, train, options, notes);
  if (!categories) return std::nullopt;
  histogram = categories->histogram();
  if (categories->embedded) return EmbeddingColumn{ValueIndex(std::move(categories->names))};
  return OneHotColumn::fit(std::move(*categories), options);
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

/// Lines about the columns that were found to hold texts or sets.
void note_bags(const Encoder& encoder, const std::vector<const Column*>& columns, std::vector<std::string>& notes) {
  for (const Feature& feature : encoder.features) {
    const Column& column = **std::ranges::find(columns, feature.name, &Column::name);
    if (column.told) continue;
    const std::string name = yaml_text(feature.name);
    if (std::holds_alternative<TextColumn>(feature.kind))
      notes.push_back(
          fmt::format("column {}: free text, taken as its words, their pairs and their parts; if its texts are "
                      "categories, set data.types: "
                      "{{{}: categorical}}",
                      quote(feature.name), name));
    if (const auto* set = std::get_if<SetColumn>(&feature.kind))
      notes.push_back(fmt::format(
          "column {}: sets of {} elements, between them {}; if its texts are categories, set data.types: {{{}: "
          "categorical}}",
          quote(feature.name), set->elements.size(), quote(std::string(1, set->separator)), name));
  }
}

/// Lines about the columns that have embeddings.
void note_embeddings(const Encoder& encoder, std::vector<std::string>& notes) {
  std::vector<std::string> values, categories;
  for (const Feature& feature : encoder.features) {
    const ColumnInputs inputs = feature.inputs();
    if (!inputs.embedding) continue;
    (inputs.imputed ? values : categories).push_back(fmt::format("{} ({})", quote(feature.name), *inputs.indices));
  }
  if (!values.empty()) notes.push_back("numeric features with a value embedding: " + join_names(values));
  if (!categories.empty()) notes.push_back("categorical features with an embedding: " + join_names(categories));
}

}  // namespace

Encoder fit_encoder(const std::vector<const Column*>& features, std::span<const uint32_t> train,
                    const std::vector<std::string>& missing, const EncoderOptions& options,
                    std::vector<std::string>& notes) {
  Encoder encoder{.scaling = options.scaling, .missing = NullValues(missing)};
  std::vector<std::string> empty;
  CategoryNotes categories;
  for (const bool numbers : {true, false}) {
    for (const Column* column : features) {
      if ((column->kind == ColumnKind::kNumeric) != numbers) continue;
      Feature feature{.name = column->name};
      auto fitted = fit_column(*column, train, options, feature.histogram, categories);
      if (!fitted) {
        empty.push_back(quote(column->name));
        continue;
      }
      feature.kind = std::move(*fitted);
      if (const ValueIndex* known = feature.categories(); known != nullptr && known->size() == 0) continue;
      encoder.reference.push_back(reference_cell(feature, *column, train, options.min_category_rows));
      encoder.features.push_back(std::move(feature));
    }
  }
  notes.insert(notes.end(), categories.lines.begin(), categories.lines.end());
  if (!categories.rare.empty()) {
    notes.push_back(fmt::format("rare categories, in fewer than {} rows, treated as unknown: {}",
                                options.min_category_rows, join_names(categories.rare)));
  }
  note_missing(features, train, notes);
  note_bags(encoder, features, notes);
  note_embeddings(encoder, notes);
  if (encoder.features.empty()) fail("no usable feature: every column is empty or constant in the training rows");
  if (!empty.empty()) {
    notes.push_back(fmt::format("ignored, empty or constant in the training rows: column{} {}",
                                empty.size() > 1 ? "s" : "", join_names(empty)));
  }
  return encoder;
}

}  // namespace mdl
