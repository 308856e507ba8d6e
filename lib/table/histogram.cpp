#include "table/histogram.h"

#include <algorithm>

#include "table/rounding.h"

namespace mdl {

size_t bin_of(std::span<const double> edges, double number) {
  // With so few edges, comparing all of them at once is quicker than a search whose branches nobody can foretell.
  return static_cast<size_t>(std::ranges::count_if(edges, [&](double edge) { return edge < number; }));
}

Histogram histogram_of(std::span<const double> numbers, size_t missing, size_t fewest) {
  constexpr size_t kBins = 20, kSample = 10'000;
  const size_t step = (numbers.size() + kSample - 1) / kSample;
  std::vector<double> sample;
  for (size_t i = 0; i < numbers.size(); i += step) sample.push_back(numbers[i]);
  std::sort(sample.begin(), sample.end());
  Histogram histogram;
  std::vector<double>& edges = histogram.edges;
  const double highest = *std::max_element(numbers.begin(), numbers.end());
  for (size_t k = 1; k < kBins; ++k) {
    const double edge = sample[(k * sample.size() + kBins - 1) / kBins - 1];
    if (edge < highest && (edges.empty() || edges.back() < edge)) edges.push_back(edge);
  }
  const std::vector<double> exact = edges;
  edges.clear();
  for (size_t k = 0; k < exact.size(); ++k) {
    const bool common = static_cast<size_t>(std::ranges::count(sample, exact[k])) >= fewest;
    const auto edge = common ? exact[k]
                             : number_between(exact[k], k + 1 < exact.size() ? exact[k + 1] : highest, sample);
    if (edge) edges.push_back(*edge);
  }
  histogram.counts.resize(edges.size() + 2);
  for (const double number : numbers) ++histogram.counts[bin_of(edges, number)];
  histogram.counts.back() = static_cast<int64_t>(missing);
  return histogram;
}

}  // namespace mdl
