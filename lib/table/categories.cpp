#include "table/categories.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "table/encoder.h"
#include "table/target.h"

namespace mdl {

Histogram Categories::histogram() const {
  Histogram histogram;
  histogram.counts.assign(counts.begin(), counts.end());
  histogram.counts.push_back(static_cast<int64_t>(rest));
  histogram.counts.push_back(static_cast<int64_t>(missing));
  return histogram;
}

std::optional<Categories> choose_categories(const Column& column, std::span<const uint32_t> train,
                                            const EncoderOptions& options, CategoryNotes& notes) {
  std::vector<size_t> counts(column.texts.size());
  Categories kept;
  size_t rows = train.size();
  if (!column.counts.empty()) {
    std::copy(column.counts.begin(), column.counts.end() - 1, counts.begin());
    kept.missing = column.counts.back();
    rows = std::accumulate(column.counts.begin(), column.counts.end(), size_t{0});
  } else {
    for (const uint32_t row : train) {
      const int32_t code = column.code(row);
      ++(code == Column::kMissing ? kept.missing : counts[static_cast<size_t>(code)]);
    }
  }
  const auto different = static_cast<size_t>(std::ranges::count_if(counts, [](size_t count) { return count > 0; }));
  if (different == 0 || (different == 1 && kept.missing == 0)) return std::nullopt;
  const size_t texts = rows - kept.missing;
  std::vector<std::pair<size_t, std::string>> seen;
  kept.rest = texts;
  for (size_t code = 0; code < counts.size(); ++code) {
    if (counts[code] == 0 || counts[code] < options.min_category_rows) continue;
    seen.emplace_back(counts[code], column.texts[code]);
    kept.rest -= counts[code];
  }
  if ((different > kMostCategories && different * 10 > texts * 9) || kept.rest * 10 > texts * 9) {
    notes.lines.push_back(fmt::format("column {}: {} distinct texts in {} rows; ignored, since they identify rows",
                                      quote(column.name), grouped(static_cast<long long>(different)),
                                      grouped(static_cast<long long>(texts))));
    return kept;
  }
  if (kept.rest > 0) {
    notes.rare.push_back(fmt::format("{} ({}, {:.1f} % of the rows)", quote(column.name),
                                     grouped(static_cast<long long>(different - seen.size())),
                                     100.0 * static_cast<double>(kept.rest) / static_cast<double>(rows)));
  }
  kept.embedded = seen.size() > options.one_hot_categories;
  const size_t most = kept.embedded ? kMostEmbeddedCategories : kMostCategories;
  if (seen.size() > most) {
    const size_t before = kept.rest;
    std::sort(seen.begin(), seen.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    for (size_t i = most; i < seen.size(); ++i) kept.rest += seen[i].first;
    notes.lines.push_back(
        fmt::format("column {}: {} categories; the {} most frequent are kept, the others ({:.1f} % of the rows) are "
                    "treated as unknown",
                    quote(column.name), seen.size(), most,
                    100.0 * static_cast<double>(kept.rest - before) / static_cast<double>(rows)));
    seen.resize(most);
  }
  std::unordered_map<std::string, size_t, KeyedHash> count_of;
  for (auto& [count, text] : seen) {
    count_of[text] = count;
    kept.names.push_back(std::move(text));
  }
  sort_naturally(kept.names);
  for (const std::string& text : kept.names) kept.counts.push_back(count_of[text]);
  return kept;
}

}  // namespace mdl
