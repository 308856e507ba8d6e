// A uniform sample of the rows of a table that is read once, in parts, by whom and in whatever order: a sketch for all
// that is estimated of a table larger than memory.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mdl {

/// The `most` rows with the smallest keys, a key being a random number of (seed, file, row of the file): the sample of
/// parts is what merge() makes of the parts' samples. Of at most `most` rows it has all.
///
/// The rank of any quantile of k sampled rows, for all columns and quantiles of a column at once, errs by at most
/// rank_error(k) of the rows, but with probability 1e-6 (Dvoretzky, Kiefer and Wolfowitz 1956, with Massart's constant
/// of 1990, which Hoeffding 1963 carries over to samples without replacement).
class RowSample {
 public:
  static constexpr size_t kRows = 262'144;

  struct Row {
    uint32_t file = 0;
    uint64_t row = 0;  // of the file
    auto operator<=>(const Row&) const = default;
  };

  RowSample(size_t most, uint64_t seed) : most_(most), seed_(seed) {}

  void add(uint32_t file, uint64_t first, size_t count);
  void merge(const RowSample& other);

  /// In the order of files and rows.
  std::vector<Row> rows() const;

  /// sqrt(ln(2 / 1e-6) / (2 k)): 0.53 % of kRows.
  static double rank_error(size_t rows);

 private:
  struct Keyed {
    uint64_t key = 0;
    Row row;
    auto operator<=>(const Keyed&) const = default;
  };

  void add(const Keyed& row);
  void cut();

  size_t most_;
  uint64_t seed_;
  uint64_t bound_ = UINT64_MAX;  // no row of a larger key is in the sample
  std::vector<Keyed> rows_;      // the sample, and at times as many again
};

}  // namespace mdl
