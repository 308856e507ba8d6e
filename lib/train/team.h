// Which networks of a run this process trains, where several ranks do, and what they tell each other between steps.
//
//   enough networks   each rank trains networks of its own, without a word to the others but for what evaluations say
//   fewer than ranks  all ranks train each network, each on its share of every batch; the gradients are added up
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "report/report.h"
#include "train/ranks.h"
#include "train/state.h"

namespace mdl {

/// Of a rank, or where all stand: `stop`, `out_of_time` and `save` where one says so, the lowest step.
struct Standing {
  bool stop = false, out_of_time = false, save = false;
  int64_t step = 0;
};

/// What a network, or a rank's share of one, has to tell at an evaluation.
struct EvaluatedMember {
  std::vector<float> outputs;  // for its validation rows, or a stretch of them
  double loss_sum = 0;         // since the last evaluation
  int64_t loss_rows = 0;
};

/// Whether ranks share the batches of so many networks.
inline bool shares_batches(const Ranks& ranks, size_t members) { return members < static_cast<size_t>(ranks.size()); }

/// A rank's part of `items`, which all ranks cut in the same way, and where it begins.
template <class T>
std::pair<std::span<const T>, size_t> share_of(const Ranks& ranks, std::span<const T> items) {
  const auto size = static_cast<size_t>(ranks.size()), rank = static_cast<size_t>(ranks.rank());
  const size_t begin = items.size() * rank / size, end = items.size() * (rank + 1) / size;
  return {items.subspan(begin, end - begin), begin};
}

class Team {
 public:
  /// Of so many networks; `ranks` null: alone.
  Team(Ranks* ranks, size_t members);

  /// The numbers of the networks that are trained here.
  const std::vector<size_t>& own() const { return own_; }

  /// The ranks, where they share batches; else null.
  Ranks* sharing() const { return sharing_ ? ranks_ : nullptr; }
  bool is_first() const { return ranks_ == nullptr || ranks_->is_first(); }
  bool is_alone() const { return ranks_ == nullptr; }

  /// Where all stand.
  Standing agree(const Standing& own) const;

  /// At the first rank that of all networks, in order; elsewhere nothing. In the order of own().
  std::vector<EvaluatedMember> gather(std::vector<EvaluatedMember> own) const;

  /// The first rank's evaluation, of which each has filled in epoch and step.
  void share(EpochRecord& record) const;

  /// Makes the first rank's `members`, of which each rank has its own, those of all.
  void collect(std::vector<MemberState>& members) const;

 private:
  Ranks* ranks_;
  bool sharing_;
  size_t members_;
  std::vector<size_t> own_;
};

}  // namespace mdl
