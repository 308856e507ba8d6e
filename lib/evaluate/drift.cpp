#include "evaluate/drift.h"

#include <optional>
#include <string>

namespace mdl {
namespace {

std::optional<size_t> bin_of_cell(const ReadsNumbers auto& kind, const Histogram& histogram, const Cell& cell) {
  const std::optional<double> number = kind.number(cell);
  return number ? std::optional(bin_of(histogram.edges, *number)) : std::nullopt;
}

std::optional<size_t> bin_of_cell(const ReadsTexts auto& kind, const Histogram&, const Cell& cell) {
  std::string room;
  const int32_t index = kind.index(text_of(cell, room));
  return index < 0 ? kind.categories.size() : static_cast<size_t>(index);
}

}  // namespace

DriftCounter::DriftCounter(const Encoder& encoder, const RecordReader& records) : encoder_(encoder) {
  for (const Feature& feature : encoder.features) {
    places_.push_back(records.find(feature.name));
    counts_.emplace_back(feature.histogram.counts.size());
  }
}

void DriftCounter::add(const RecordReader& record) {
  for (size_t f = 0; f < places_.size(); ++f) {
    const Feature& feature = encoder_.features[f];
    const Cell cell = record.cell(places_[f]);
    const auto bin = encoder_.missing.contain(cell)
                         ? std::nullopt
                         : std::visit([&](const auto& kind) { return bin_of_cell(kind, feature.histogram, cell); },
                                      feature.kind);
    ++counts_[f][bin.value_or(counts_[f].size() - 1)];
  }
}

Drift DriftCounter::drift() const {
  std::vector<ColumnCounts> columns;
  for (size_t f = 0; f < counts_.size(); ++f) {
    const Feature& feature = encoder_.features[f];
    columns.push_back({feature.name, feature.number() != nullptr, feature.histogram.counts, counts_[f]});
  }
  return drift_of(columns);
}

}  // namespace mdl
