// Networks of a run that step together: one by itself (member.h), or several as one (stacked_members.h).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "nn/schedule.h"
#include "train/state.h"
#include "train/team.h"

namespace mdl {

class MemberGroup {
 public:
  virtual ~MemberGroup() = default;

  /// How many networks.
  virtual size_t count() const = 0;

  /// Goes on from a state for each, all at the same step, or starts anew where they are empty.
  virtual void restore_all(std::span<const MemberState> states) = 0;
  virtual std::vector<MemberState> states() const = 0;

  /// Of each.
  virtual int64_t step() const = 0;
  virtual int64_t batches_per_epoch() const = 0;
  virtual const nn::ScheduleSettings& schedule() const = 0;

  /// Takes steps until `target` in all, or until go_on(), asked now and then, says no. Throws Error when a loss or
  /// gradient is not finite.
  virtual void advance(int64_t target, const nn::PlateauState& plateau, const std::function<bool()>& go_on) = 0;

  /// What each has to tell at an evaluation.
  virtual std::vector<EvaluatedMember> evaluate() = 0;

  /// The weights as they are now, or their average, are the ones to keep.
  virtual void keep_best() = 0;
};

}  // namespace mdl
