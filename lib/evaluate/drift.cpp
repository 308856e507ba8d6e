#include "evaluate/drift.h"

#include <cmath>
#include <limits>

namespace mdl {

DriftCounter::DriftCounter(const Encoder& encoder, const RecordReader& records)
    : encoder_(encoder), missing_(encoder.missing) {
  for (const Feature& feature : encoder.features) {
    places_.push_back(records.find(feature.name));
    categories_.emplace_back(feature.categories);
    counts_.emplace_back(feature.histogram.counts.size());
  }
}

void DriftCounter::add(const RecordReader& record) {
  std::string room;
  for (size_t f = 0; f < places_.size(); ++f) {
    const Feature& feature = encoder_.features[f];
    const Cell cell = record.cell(places_[f]);
    size_t bin = counts_[f].size() - 1;
    if (!missing_.contain(cell)) {
      if (feature.kind == ColumnKind::kCategorical) {
        const int32_t found = categories_[f].find(text_of(cell, room));
        bin = found < 0 ? feature.categories.size() : static_cast<size_t>(found);
      } else {
        const double number = feature.number(cell).value_or(std::numeric_limits<double>::quiet_NaN());
        if (!std::isnan(number)) bin = bin_of(feature.histogram.edges, number);
      }
    }
    ++counts_[f][bin];
  }
}

Drift DriftCounter::drift() const {
  std::vector<ColumnCounts> columns;
  for (size_t f = 0; f < counts_.size(); ++f) {
    const Feature& feature = encoder_.features[f];
    columns.push_back({feature.name, feature.kind == ColumnKind::kNumeric, feature.histogram.counts, counts_[f]});
  }
  return drift_of(columns);
}

}  // namespace mdl
