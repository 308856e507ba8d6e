// Several processes that train one model together, on one machine or many. They meet, add up and send by PyTorch's
// process groups (c10d, Gloo): no protocol of our own. Neither encrypted nor authenticated: a private network is
// assumed.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/console.h"
#include "base/error.h"
#include "train/rank_environment.h"

namespace at {
class Tensor;
}

namespace mdl {

/// What went wrong is told by another rank; main says nothing.
class ToldByAnotherRank : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A rank that is gone; the text names it.
class RankLost : public Error {
 public:
  using Error::Error;
};

/// All ranks call the same functions in the same order. Where a rank is gone or does not answer, each throws:
/// RankLost on the lowest rank that is left, ToldByAnotherRank on the others.
class Ranks {
 public:
  Ranks() = default;
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;
  virtual ~Ranks() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;
  bool is_first() const { return rank() == 0; }

  /// Among the ranks on this machine: as the environment says, or those with the same name of a host.
  virtual int local_rank() const = 0;
  virtual int local_size() const = 0;

  /// "2 ranks on node01 and node02".
  virtual std::string describe() const = 0;

  /// "rank 1 of 2 (node02)".
  virtual std::string name_of(int rank) const = 0;

  /// Replaces the numbers by their sums over the ranks, to the same bits everywhere. Like all that follows it waits for
  /// as long as the others are alive.
  virtual void sum(at::Tensor& numbers) = 0;

  /// Spent in sum() so far.
  virtual double seconds_adding() const = 0;

  /// At the first rank the bytes of each rank, elsewhere nothing.
  virtual std::vector<std::string> gather(std::string_view bytes) = 0;

  /// The first rank's bytes, everywhere.
  virtual std::string share(std::string_view bytes) = 0;

  /// The first rank has all that the others have trained: what becomes of them is none of its business from here on.
  virtual void need_no_more() = 0;

  /// The first rank has written what came of the run, for which the others wait: where it fails, all do.
  virtual void finish() = 0;
  virtual void wait_for_the_first() = 0;

  /// Tells the others why this rank ends before the run does; nothing where they know. Returns whether it is this rank
  /// that has to tell a person: not where the first one ends for the same reason.
  virtual bool leave(const std::string& why) = 0;
};

/// Meets the others, for at most five minutes. Throws Error when one does not come, Interrupted when stop_signal() is
/// set.
std::unique_ptr<Ranks> join_ranks(const RankEnvironment& environment, Console& console);

}  // namespace mdl
