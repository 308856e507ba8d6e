// Which rows train and which validate: a function of the seed and the row's number, or of a column.
#pragma once

#include <cstdint>
#include <vector>

#include "table/column.h"

namespace mdl {

/// Row numbers, ascending.
struct Split {
  std::vector<uint32_t> train, validation;

  /// With folds every row trains some networks and validates the others: train and validation are then the same, and
  /// network m trains on all rows but those of folds[m % folds.size()], which validate it. There may be several
  /// partitions of the rows into folds, one behind the other.
  std::vector<std::vector<uint32_t>> folds;
  size_t partitions = 1;

  /// Folds that hold each row once.
  size_t folds_each() const { return folds.size() / partitions; }

  std::vector<uint32_t> training_rows(size_t network) const;
  const std::vector<uint32_t>& validation_rows(size_t network) const;

  /// Rows that every network trains on at least.
  size_t rows_each() const;
};

/// A row's stratum: its class, or 0 in a regression; kNoTarget leaves the row out of both sides.
using Strata = std::vector<int32_t>;
inline constexpr int32_t kNoTarget = -1;

/// Of every stratum about `fraction` of the rows, drawn by (seed, row); at least one row of it stays in training.
Split split_at_random(const Strata& strata, double fraction, int64_t seed);

/// Whole groups, drawn by (seed, group's text), to near `fraction` of the rows, at least one on each side. A missing
/// group is a group. `group` is categorical. Throws Error when there is one group only.
Split split_by_group(const Column& group, const Strata& strata, double fraction, int64_t seed);

/// Folds drawn by (seed, partition, row), of nearly the same size in every stratum.
Split split_into_folds(const Strata& strata, size_t folds, int64_t seed, size_t partitions = 1);

/// Whole groups, each put into the fold with the fewest rows so far, in an order drawn by (seed, partition, group's
/// text). Throws Error when there are fewer groups than folds.
Split split_groups_into_folds(const Column& group, const Strata& strata, size_t folds, int64_t seed,
                              size_t partitions = 1);

/// The latest `fraction` of the rows; rows of the same time stay together, in training if they straddle the border.
/// Times are numbers or ISO 8601 texts. Throws Error when a row's is missing or neither, or when no row would validate.
Split split_by_time(const Column& time, const Strata& strata, double fraction);

}  // namespace mdl
