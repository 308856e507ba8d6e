#include "metrics/drift.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace mdl {
namespace {

constexpr double kFewestExpected = 5;  // Cochran's rule for the chi-square test (1954)

double total(const std::vector<int64_t>& counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), int64_t{0}));
}

struct Bin {
  double trained = 0, seen = 0;
};

/// The bins that are compared. Only sums of the two sides decide which, and those drift does not change.
std::vector<Bin> joined(const ColumnCounts& column, double trained, double seen) {
  const double smaller = std::min(trained, seen) / (trained + seen);
  const auto small = [&](const Bin& bin) { return (bin.trained + bin.seen) * smaller < kFewestExpected; };
  const size_t known = column.trained.size() - (column.numeric ? 1 : 2);
  std::vector<Bin> bins;
  Bin open;  // small ones so far
  const auto close = [&](const Bin& bin) {
    if (bin.trained + bin.seen > 0) bins.push_back(bin);
  };
  for (size_t b = 0; b < column.trained.size(); ++b) {
    const Bin bin = {static_cast<double>(column.trained[b]), static_cast<double>(column.seen[b])};
    if (b < known && small(bin)) {
      open.trained += bin.trained;
      open.seen += bin.seen;
      if (small(open)) continue;
      close(open);
      open = {};
    } else {
      close(bin);
    }
  }
  close(open);
  return bins;
}

double psi_of(const std::vector<Bin>& bins, double trained, double seen) {
  const double added = static_cast<double>(bins.size()) / 2;
  double psi = 0;
  for (const Bin& bin : bins) {
    const double p = (bin.trained + 0.5) / (trained + added), q = (bin.seen + 0.5) / (seen + added);
    psi += (p - q) * std::log(p / q);
  }
  return psi;
}

/// What a bin adds to the chi-square sum of a side.
double deviation(double found, double expected, bool rare) {
  if (!rare) return (found - expected) * (found - expected) / expected;
  return 2 * ((found > 0 ? found * std::log(found / expected) : 0) - (found - expected));
}

double chi_square_p(const std::vector<Bin>& bins, double trained, double seen) {
  if (bins.size() < 2) return 1;
  double sum = 0;
  for (const Bin& bin : bins) {
    const double both = (bin.trained + bin.seen) / (trained + seen);
    const bool rare = both * std::min(trained, seen) < kFewestExpected;
    sum += deviation(bin.trained, both * trained, rare) + deviation(bin.seen, both * seen, rare);
  }
  return chi_square_tail(sum, static_cast<double>(bins.size() - 1));
}

double kolmogorov_p(const ColumnCounts& column, double trained, double seen) {
  double distance = 0, below_trained = 0, below_seen = 0;
  for (size_t b = 0; b < column.trained.size(); ++b) {
    below_trained += static_cast<double>(column.trained[b]);
    below_seen += static_cast<double>(column.seen[b]);
    distance = std::max(distance, std::abs(below_trained / trained - below_seen / seen));
  }
  return kolmogorov_tail(distance * std::sqrt(trained * seen / (trained + seen)));
}

ColumnDrift column_drift(const ColumnCounts& column) {
  const double trained = total(column.trained), seen = total(column.seen);
  const std::vector<Bin> bins = joined(column, trained, seen);
  ColumnDrift drift{.column = column.column, .numeric = column.numeric, .psi = psi_of(bins, trained, seen)};
  if (bins.size() > 1)
    drift.psi_limit = chi_square_limit(0.05, static_cast<double>(bins.size() - 1)) * (1 / trained + 1 / seen);
  drift.p_value = chi_square_p(bins, trained, seen);
  if (column.numeric) drift.p_value = std::min(1.0, 2 * std::min(drift.p_value, kolmogorov_p(column, trained, seen)));
  return drift;
}

void correct(std::vector<ColumnDrift>& columns) {
  std::vector<ColumnDrift*> sorted;
  for (ColumnDrift& column : columns) sorted.push_back(&column);
  std::sort(sorted.begin(), sorted.end(),
            [](const ColumnDrift* a, const ColumnDrift* b) { return a->p_value < b->p_value; });
  double largest = 0;
  for (size_t i = 0; i < sorted.size(); ++i) {
    largest = std::max(largest, std::min(1.0, sorted[i]->p_value * static_cast<double>(sorted.size() - i)));
    sorted[i]->p_value = largest;
  }
}

}  // namespace

Drift drift_of(const std::vector<ColumnCounts>& columns) {
  Drift drift;
  for (const ColumnCounts& column : columns) drift.columns.push_back(column_drift(column));
  correct(drift.columns);
  for (ColumnDrift& column : drift.columns) {
    column.drifted = column.p_value < kDriftSignificance && column.psi > kNotablePsi;
    drift.found = drift.found || column.drifted;
  }
  std::stable_sort(drift.columns.begin(), drift.columns.end(), [](const ColumnDrift& a, const ColumnDrift& b) {
    return a.drifted != b.drifted ? a.drifted : a.psi > b.psi;
  });
  return drift;
}

// The regularised incomplete gamma function, by its series below the mean and by Lentz's continued fraction above
// (Numerical Recipes 6.2).
double chi_square_tail(double x, double degrees) {
  if (!(x > 0)) return 1;
  constexpr double kPrecision = 1e-16, kTiny = 1e-300;
  const double a = degrees / 2, z = x / 2;
  const double factor = std::exp(a * std::log(z) - z - std::lgamma(a));
  if (z < a + 1) {
    double term = 1 / a, sum = term;
    for (double n = a + 1; term > sum * kPrecision; ++n) sum += term *= z / n;
    return 1 - sum * factor;
  }
  double b = z + 1 - a, c = 1 / kTiny, d = 1 / b, h = d;
  for (double i = 1, change = 0; std::abs(change - 1) > kPrecision && i < 1e6; ++i) {
    const double numerator = -i * (i - a);
    b += 2;
    d = numerator * d + b;
    d = 1 / (std::abs(d) < kTiny ? kTiny : d);
    c = b + numerator / c;
    c = std::abs(c) < kTiny ? kTiny : c;
    change = c * d;
    h *= change;
  }
  return h * factor;
}

double chi_square_limit(double tail, double degrees) {
  double low = 0, high = degrees + 1;
  while (chi_square_tail(high, degrees) > tail) high *= 2;
  for (int halvings = 0; halvings < 60; ++halvings) {
    const double middle = (low + high) / 2;
    (chi_square_tail(middle, degrees) > tail ? low : high) = middle;
  }
  return high;
}

// Two series of the same function; each converges at once on its side.
double kolmogorov_tail(double x) {
  if (!(x > 0)) return 1;
  constexpr int kTerms = 8;
  double sum = 0;
  if (x < 1) {
    for (int k = 1; k <= kTerms; ++k) sum += std::exp(-std::pow((2 * k - 1) * std::numbers::pi / x, 2) / 8);
    return 1 - std::sqrt(2 * std::numbers::pi) / x * sum;
  }
  for (int k = kTerms; k >= 1; --k) sum += (k % 2 == 1 ? 2 : -2) * std::exp(-2 * std::pow(k * x, 2));
  return sum;
}

}  // namespace mdl
