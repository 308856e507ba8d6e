// One network in training: its weights, its optimizer and its own order of the rows.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "nn/initialize.h"
#include "nn/loss.h"
#include "nn/mlp.h"
#include "nn/optimizer.h"
#include "nn/schedule.h"
#include "train/batches.h"
#include "train/member_group.h"
#include "train/ranks.h"
#include "train/sampler.h"
#include "train/state.h"

namespace mdl {

/// Raw outputs for rows as validation takes them, [rows, outputs].
std::vector<float> validation_outputs(nn::Mlp& mlp, const Batches& batches, std::span<const uint32_t> rows);

class Member final : public MemberGroup {
 public:
  /// `number` tells the members of a run apart: each has initial weights, row order and dropout of its own. Where
  /// `ranks` is not null, they share each batch. The references must outlive this.
  Member(const Config& config, const Network& network, const TrainingData& data, const Batches& batches,
         at::Device device, nn::Backend backend, uint64_t number, Ranks* ranks = nullptr);

  /// Goes on from a state, or starts anew where it is empty.
  void restore(const MemberState& state);
  MemberState state() const;

  size_t count() const override { return 1; }
  void restore_all(std::span<const MemberState> states) override { restore(states[0]); }
  std::vector<MemberState> states() const override { return {state()}; }
  int64_t step() const override { return step_; }
  int64_t batches_per_epoch() const override { return sampler_.batches_per_epoch(); }
  const nn::ScheduleSettings& schedule() const override { return schedule_; }

  /// Takes steps until `target` in all, or until go_on(), asked after each, says no; ranks that share batches go on
  /// to the next step at which they add up. Throws Error when a loss or gradient is not finite.
  void advance(int64_t target, const nn::PlateauState& plateau, const std::function<bool()>& go_on) override;

  /// Raw outputs for its validation rows, [rows, outputs]; of this rank's share of them.
  std::vector<float> validation();

  /// The sum of losses and the number of rows since the last call; of this rank's shares.
  std::pair<double, int64_t> take_losses();
  std::vector<EvaluatedMember> evaluate() override;

  /// The weights as they are now, or their average, are the ones to keep.
  void keep_best() override { best_ = kept().clone(); }

 private:
  void take_step(const nn::PlateauState& plateau);
  void average();
  bool averages_weights() const { return ranks_ != nullptr && config_.local_steps > 1; }
  void add_up(const std::vector<at::Tensor>& parts, double factor);
  const at::Tensor& kept() const { return average_.defined() ? average_ : mlp_.parameters(); }
  double loss_so_far() const;
  [[noreturn]] void refuse(const char* what, std::span<const uint32_t> rows) const;

  const TrainConfig& config_;
  const Network& network_;
  const TrainingData& data_;
  const Batches& batches_;
  const uint64_t number_;
  const nn::InitializeOptions initialize_;
  const nn::Loss loss_;
  Sampler sampler_;
  const nn::ScheduleSettings schedule_;
  const nn::Backend backend_;
  nn::Mlp mlp_;
  nn::FlatOptimizer optimizer_;
  Ranks* const ranks_;
  int64_t step_ = 0;
  Batch batch_;
  at::Tensor summed_;  // what ranks that share batches add up, and whether one asks for a pause
  bool asks_for_pause_ = false, pause_ = false;
  at::Tensor grad_outputs_, best_;
  at::Tensor average_;   // of the weights; undefined where none is kept
  at::Tensor loss_sum_;  // one double, since the last evaluation
  int64_t loss_rows_ = 0;
};

}  // namespace mdl
