#include "evaluate/drift.h"

#include <cmath>
#include <optional>
#include <string>

namespace mdl {
namespace {

std::optional<size_t> bin_of(const ReadsNumbers auto& kind, const Histogram& histogram, const Cell& cell) {
  const std::optional<double> number = kind.number(cell);
  return number && !std::isnan(*number) ? std::optional(mdl::bin_of(histogram.edges, *number)) : std::nullopt;
}

std::optional<size_t> bin_of(const ReadsTexts auto& kind, const Histogram&, const Cell& cell) {
  std::string room;
  const int32_t index = kind.index(text_of(cell, room));
  return index < 0 ? kind.categories.size() : static_cast<size_t>(index);
}

std::optional<size_t> bin_of(const ReadsBags auto& kind, const Histogram& histogram, const Cell& cell) {
  std::string room;
  return mdl::bin_of(histogram.edges, static_cast<double>(kind.size(text_of(cell, room))));
}

}  // namespace

size_t bin_of_cell(const Encoder& encoder, const Feature& feature, const Cell& cell) {
  const Histogram& histogram = feature.histogram;
  const auto bin = encoder.missing.contain(cell)
                       ? std::nullopt
                       : std::visit([&](const auto& kind) { return bin_of(kind, histogram, cell); }, feature.kind);
  return bin.value_or(histogram.counts.size() - 1);
}

Drift drift_from_training(const Encoder& encoder, const std::vector<std::vector<int64_t>>& counts) {
  std::vector<ColumnCounts> columns;
  for (size_t f = 0; f < counts.size(); ++f) {
    const Feature& feature = encoder.features[f];
    columns.push_back({feature.name, feature.categories() == nullptr, feature.histogram.counts, counts[f]});
  }
  return drift_of(columns);
}

DriftCounter::DriftCounter(const Encoder& encoder, const RecordReader& records) : encoder_(encoder) {
  for (const Feature& feature : encoder.features) {
    places_.push_back(records.find(feature.name));
    counts_.emplace_back(feature.histogram.counts.size());
  }
}

void DriftCounter::add(const RecordReader& record) {
  for (size_t f = 0; f < places_.size(); ++f)
    ++counts_[f][bin_of_cell(encoder_, encoder_.features[f], record.cell(places_[f]))];
}

Drift DriftCounter::drift() const { return drift_from_training(encoder_, counts_); }

}  // namespace mdl
