// How far the rows at hand are from those that the model learned from.
//
// A column's cells stand in the bins of its histogram (table/histogram.h), n of training and m of the rows at hand.
// Bins of which fewer than 5 cells are to be expected on either side are joined with each other, in their order; only
// categories that training did not keep and missing cells have bins of their own, however few. Over the B bins left
// that hold a cell, with the shares p and q of a side's cells in each, half a cell added to every count so that none is
// 0:
//
//   psi = sum (p - q) ln(p / q), the population stability index (Siddiqi 2006), which is Jeffreys' divergence. Without
//   drift psi * n m / (n + m) is about chi-square with B - 1 degrees of freedom (Yurdakul and Naranjo 2020, Journal of
//   Risk Model Validation 14(4)), so 95 of 100 columns that have not drifted stay below chi2(0.95, B - 1) (1 / n + 1 /
//   m).
//
//   The p-value is that of the chi-square test of homogeneity over these bins. A bin too small for Pearson's sum, which
//   would take one cell of a very rare kind for proof, adds its part of the likelihood ratio instead. A numeric column
//   has Kolmogorov and Smirnov's test, too, which sees better that all numbers have moved a little: the largest
//   distance between the two cumulative shares at the edges of all bins, missing cells last, with Kolmogorov's limit (a
//   p-value too large rather than too small, since nobody looks between the edges). Its p-value is twice the smaller of
//   the two. Of many columns some look drifted by chance alone, so the p-values are corrected for their number (Holm
//   1979).
//
// A column counts as drifted when its corrected p-value is below 0.05 and its psi above 0.1: of many rows every little
// difference is significant, of few rows every psi is large.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mdl {

/// The psi from which on people look (Siddiqi 2006; from 0.25 on they act).
inline constexpr double kNotablePsi = 0.1;
inline constexpr double kDriftSignificance = 0.05;

struct ColumnDrift {
  std::string column;
  bool numeric = true;   // else categorical
  double psi = 0;        // population stability index over the bins of training
  double psi_limit = 0;  // its 95 % quantile where nothing has drifted
  double p_value = 1;    // of both tests, or the chi-square test alone; corrected for the number of columns
  bool drifted = false;
};

struct Drift {
  std::vector<ColumnDrift> columns;  // most drifted first
  bool found = false;                // whether any has drifted
};

/// A column's cells in the bins of its histogram, at least one cell on either side.
struct ColumnCounts {
  std::string column;
  bool numeric = true;
  std::vector<int64_t> trained, seen;
};

Drift drift_of(const std::vector<ColumnCounts>& columns);

/// The probability that a chi-square variable with so many degrees of freedom, at least 1, is at least x.
double chi_square_tail(double x, double degrees);

/// Where chi_square_tail() is `tail`, a number between 0 and 1.
double chi_square_limit(double tail, double degrees);

/// The probability that the limit of sqrt(n m / (n + m)) times Kolmogorov and Smirnov's distance is at least x.
double kolmogorov_tail(double x);

}  // namespace mdl
