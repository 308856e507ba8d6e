// Which rows train and which validate: a function of the seed and the row's number, or of a column.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/config.h"
#include "table/column.h"

namespace mdl {

/// Row numbers, ascending.
struct Split {
  std::vector<uint32_t> train, validation;

  /// Rows that train from a cache (train/row_cache.h); `train` is then a sample of them. 0: none.
  size_t streamed = 0;
  size_t training_count() const { return streamed > 0 ? streamed : train.size(); }

  /// The rows of folds[m % folds.size()] validate network m. At random, or by group, every row is in a fold: train and
  /// validation are then the same, and network m trains on all rows but those of its fold. There may be several
  /// partitions of the rows into folds, one behind the other.
  std::vector<std::vector<uint32_t>> folds;
  size_t partitions = 1;

  /// Folds that hold each row once.
  size_t folds_each() const { return folds.size() / partitions; }

  /// Forward in time validation is the folds' rows together; network m trains on earlier[m % folds], the last of which
  /// is `train`. Empty else.
  std::vector<std::vector<uint32_t>> earlier;
  std::vector<std::string> times;  // of each fold's first and last row: "2024-03-01 to 2024-03-31"
  size_t unused = 0;               // in time: rows that neither train the model's networks nor validate them

  std::vector<uint32_t> training_rows(size_t network) const;
  const std::vector<uint32_t>& validation_rows(size_t network) const;

  /// Whether the network is part of the model. In time those alone are that were trained up to the last fold.
  bool ships(size_t network) const { return earlier.empty() || network % folds.size() + 1 == folds.size(); }

  /// Rows that every network of the model trains on at least.
  size_t rows_each() const;

  /// Rows that a network trains on in an epoch, on average.
  size_t rows_an_epoch() const;
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

// In time rows of the same time stay together, with those before them if they straddle a border. Rows less than `gap`
// before those that validate do not train, nor do those of a group that validates, where `group` is not null. Times are
// numbers or ISO 8601 texts. Throws Error when a row's is missing or neither, when no row would validate or train, or
// when the gap is no length of the column's times.

/// The latest `fraction` of the rows validate.
Split split_by_time(const Column& time, const TimeGap& gap, const Column* group, const Strata& strata, double fraction);

/// The latest rows as so many blocks, as scikit-learn's TimeSeriesSplit cuts them: of rows / (folds + 1) each.
Split split_into_folds_by_time(const Column& time, const TimeGap& gap, const Column* group, const Strata& strata,
                               size_t folds);

}  // namespace mdl
