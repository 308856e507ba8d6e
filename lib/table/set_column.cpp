#include "table/set_column.h"

#include <algorithm>
#include <set>
#include <string>
#include <unordered_map>

#include "base/hash.h"
#include "base/text.h"
#include "table/categories.h"
#include "table/encoder.h"
#include "table/target.h"
#include "table/text_column.h"

namespace mdl {
namespace {

/// Calls use(element) for each part of the cell that is not empty, without blanks around it.
template <class Use>
void for_each_element(std::string_view cell, char separator, const Use& use) {
  for (size_t begin = 0; begin <= cell.size();) {
    const size_t end = std::min(cell.find(separator, begin), cell.size());
    if (const std::string_view element = strip(cell.substr(begin, end - begin)); !element.empty()) use(element);
    begin = end + 1;
  }
}

using Counts = std::unordered_map<std::string, size_t, KeyedHash>;

/// Each different text of the training rows with their number.
template <class Use>
void for_each_text(const Column& column, const TextRows& of, const Use& use) {
  for (size_t code = 0; code < of.rows.size(); ++code) {
    if (of.rows[code] > 0) use(column.texts[code], of.rows[code]);
  }
}

std::set<std::string> elements_of(std::string_view cell, char separator) {
  std::set<std::string> elements;
  for_each_element(cell, separator, [&](std::string_view element) {
    std::string room;
    elements.emplace(canonical(element, room));
  });
  return elements;
}

}  // namespace

std::optional<char> separator_of_sets(const Column& column, std::span<const uint32_t> train) {
  constexpr size_t kFewestTexts = 10, kMostWords = 3;
  const TextRows of = rows_of_texts(column, train);
  std::optional<char> found;
  for (const char separator : {';', '|'}) {
    Counts texts_of;  // by element
    size_t texts = 0, lists = 0, mentions = 0;
    bool is_short = true;
    for_each_text(column, of, [&](const std::string& text, size_t) {
      if (!is_short) return;
      ++texts;
      if (text.find(separator) != std::string::npos) ++lists;
      for (const std::string& element : elements_of(text, separator)) {
        is_short = is_short && words_of_text(element).size() <= kMostWords;
        ++texts_of[element];
        ++mentions;
      }
    });
    if (!is_short || texts < kFewestTexts || 10 * lists < texts || 2 * texts_of.size() > texts) continue;
    const auto alone = static_cast<size_t>(std::ranges::count_if(texts_of, [](auto& one) { return one.second == 1; }));
    if (20 * alone > mentions) continue;
    if (found) return std::nullopt;
    found = separator;
  }
  return found;
}

std::optional<SetColumn> SetColumn::fit(const Column& column, char separator, std::span<const uint32_t> train,
                                        const EncoderOptions& options, Histogram& histogram) {
  const TextRows of = rows_of_texts(column, train);
  Counts rows_of;
  std::vector<double> sizes;
  size_t different = 0;
  for_each_text(column, of, [&](const std::string& text, size_t rows) {
    const std::set<std::string> elements = elements_of(text, separator);
    for (const std::string& element : elements) rows_of[element] += rows;
    sizes.insert(sizes.end(), of.share(rows), static_cast<double>(elements.size()));
    ++different;
  });
  if (different == 0 || (different == 1 && of.missing == 0)) return std::nullopt;
  std::vector<std::pair<size_t, std::string>> kept;
  for (const auto& [element, rows] : rows_of) {
    if (rows >= options.min_category_rows) kept.emplace_back(rows, element);
  }
  std::ranges::sort(
      kept, [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  kept.resize(std::min(kept.size(), kMostEmbeddedCategories));
  if (kept.empty()) return std::nullopt;
  std::vector<std::string> names;
  for (auto& [rows, element] : kept) names.push_back(std::move(element));
  sort_naturally(names);
  histogram = histogram_of(sizes, of.missing, options.min_category_rows);
  return SetColumn{ValueIndex(std::move(names)), separator};
}

std::vector<int32_t> SetColumn::rows(std::string_view cell) const {
  std::vector<int32_t> rows;
  for_each_element(cell, separator, [&](std::string_view element) {
    if (const int32_t index = elements.find(element); index >= 0) rows.push_back(1 + index);
  });
  std::ranges::sort(rows);
  rows.erase(std::ranges::unique(rows).begin(), rows.end());
  return rows;
}

size_t SetColumn::size(std::string_view cell) const { return elements_of(cell, separator).size(); }

}  // namespace mdl
