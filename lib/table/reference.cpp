#include "table/reference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "table/rounding.h"

namespace mdl {
namespace {

double median_of(const Column& column, std::span<const uint32_t> train, size_t fewest) {
  std::vector<double> values;
  values.reserve(train.size());
  for (const uint32_t row : train) {
    if (const double value = column.number(row); !std::isnan(value)) values.push_back(value);
  }
  if (values.empty()) return column.summary->mean;  // a sample of the rows may have none
  const auto middle = values.begin() + static_cast<ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  const double median = *middle;
  if (static_cast<size_t>(std::ranges::count(values, median)) >= fewest) return median;
  double next = std::numeric_limits<double>::infinity();
  for (const double value : values) {
    if (value > median) next = std::min(next, value);
  }
  const double mean = std::reduce(values.begin(), values.end()) / static_cast<double>(values.size());
  return std::isinf(next) ? mean : number_between(median, next, {}).value_or(mean);
}

/// `counts`: of the categories, of the rest, of missing cells.
double most_frequent(std::span<const int64_t> counts) {
  const auto categories = counts.first(counts.size() - 2);
  const auto top = std::ranges::max_element(categories);
  if (counts[categories.size()] + counts.back() >= *top) return -1;
  return static_cast<double>(top - categories.begin());
}

}  // namespace

double reference_cell(const Feature& feature, const Column& column, std::span<const uint32_t> train, size_t fewest) {
  if (feature.number() != nullptr) return median_of(column, train, fewest);
  return feature.inputs().bag ? -1 : most_frequent(feature.histogram.counts);
}

EncodedRows reference_row(const Encoder& encoder) {
  EncodedRows row;
  const EncodedCell first = row.add_row(encoder.numeric_count(), encoder.indexed_count());
  const std::vector<EncodedPlace> places = encoder.places();
  for (size_t f = 0; f < encoder.features.size(); ++f) {
    const EncodedCell to = first.at(places[f]);
    if (encoder.features[f].number() != nullptr) {
      encoder.features[f].encode(encoder.reference[f], encoder.scaling, to);
    } else {
      *to.index = static_cast<int32_t>(encoder.reference[f]);
    }
  }
  return row;
}

}  // namespace mdl
