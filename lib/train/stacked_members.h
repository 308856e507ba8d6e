// Several networks in training as one: products of matrices are batched over them, all else is done on tensors that
// hold a part of each, [members, ...]. A step is the same series of operations each time, on the device alone; what
// changes from step to step lies there for many steps ahead. For GPUs, by ATen's operators; networks, rows and dropout
// are those of Member.
#pragma once

#include <deque>
#include <memory>

#include "nn/loss.h"
#include "nn/mlp.h"
#include "nn/optimizer.h"
#include "nn/step_graph.h"
#include "train/batches.h"
#include "train/member_group.h"
#include "train/sampler.h"

namespace mdl {

class StackedMembers final : public MemberGroup {
 public:
  /// Of the members with these numbers (member.h). The references must outlive this.
  StackedMembers(const Config& config, const Network& network, const TrainingData& data, const Batches& batches,
                 at::Device device, std::vector<uint64_t> numbers);
  ~StackedMembers() override;

  size_t count() const override { return numbers_.size(); }
  void restore_all(std::span<const MemberState> states) override;
  std::vector<MemberState> states() const override;
  int64_t step() const override { return step_; }
  int64_t batches_per_epoch() const override { return samplers_[0].batches_per_epoch(); }
  const nn::ScheduleSettings& schedule() const override { return schedule_; }
  void advance(int64_t target, const nn::PlateauState& plateau, const std::function<bool()>& go_on) override;
  std::vector<EvaluatedMember> evaluate() override;
  void keep_best() override { best_ = kept().clone(); }

  /// Whether a GPU has recorded the step.
  bool recorded() const { return graph_.recorded(); }

 private:
  std::vector<std::vector<float>> validation();
  int64_t plan_steps(int64_t target, const nn::PlateauState& plateau);
  void take_steps(int64_t count);
  void take_step();
  void feed(int64_t place);
  void expect_finite(int64_t first) const;
  const at::Tensor& kept() const { return average_.defined() ? average_ : mlp_.parameters(); }
  at::TensorOptions there(at::ScalarType type) const { return at::TensorOptions(type).device(device_); }

  const Config& all_of_config_;
  const TrainConfig& config_;
  const Network& network_;
  const TrainingData& data_;
  const Batches& batches_;
  const at::Device device_;
  const std::vector<uint64_t> numbers_;
  const int64_t members_;
  const nn::Loss loss_;
  std::deque<Sampler> samplers_;
  const nn::ScheduleSettings schedule_;
  const int64_t batch_size_;  // a smaller batch is filled up with rows that weigh 0
  const int64_t ahead_;       // how many steps are planned at most
  nn::Mlp mlp_,
      evaluating_;  // the second has buffers of its own, as the recorded step knows where those of the first are
  nn::FlatOptimizer optimizer_;
  nn::StepGraph graph_;

  // Of the steps that are planned: which rows, of how many in the batch, and the StepValues.
  at::Tensor planned_rows_, planned_counts_, planned_values_;  // on the host
  at::Tensor rows_, counts_, values_;  // [ahead, members, batch], [ahead, members], [ahead, values]
  at::Tensor place_;                   // [1], int64: the step's among them

  // Where the table is not on the device: the step's batch there, and on the host the next ones.
  struct Staging;
  Batch fed_;
  std::vector<std::unique_ptr<Staging>> staging_;

  int64_t step_ = 0;
  at::Tensor grad_outputs_, average_, best_;
  at::Tensor loss_sums_;            // [members], since the last evaluation
  std::vector<int64_t> loss_rows_;  // likewise
};

}  // namespace mdl
