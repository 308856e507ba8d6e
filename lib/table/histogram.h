// How the cells of a column are spread: what training saw of it is kept in the model file, for comparison with later
// rows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mdl {

/// A numeric column has edges.size() + 1 bins, of which bin b holds the numbers with edges[b - 1] < number <= edges[b];
/// a categorical one a bin for each category that the model knows and one for all others.
struct Histogram {
  std::vector<double> edges;    // numeric: ascending
  std::vector<int64_t> counts;  // of the bins, and at the end of missing cells; empty: not known
};

/// Of numbers in any order, at least one, none NaN. The edges are every twentieth of them (quantiles, from a hundred
/// thousand of them at most), each but once; so a number that is most of the column has one bin. One that fewer than
/// `fewest` rows have is moved up to a number that none has.
Histogram histogram_of(std::span<const double> numbers, size_t missing, size_t fewest = 1);

size_t bin_of(std::span<const double> edges, double number);

}  // namespace mdl
