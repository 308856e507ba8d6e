#include "train/member.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/error.h"
#include "base/random.h"
#include "infer/cpu_network.h"
#include "train/member_settings.h"
#include "train/non_finite.h"
#include "train/team.h"

namespace mdl {

std::vector<float> validation_outputs(nn::Mlp& mlp, const Batches& batches, std::span<const uint32_t> rows) {
  const int64_t width = mlp.network().widths.back();
  if (mlp.parameters().is_cpu()) {  // by the network that is shipped, so that what is fitted to the outputs fits it
    constexpr int64_t kBlock = 128;
    const infer::CpuNetwork network(mlp.network(), mlp.values());
    std::vector<float> outputs(rows.size() * static_cast<size_t>(width));
    at::parallel_for(0, static_cast<int64_t>(rows.size()), kBlock, [&](int64_t begin, int64_t end) {
      Batch batch;
      infer::CpuNetwork::Buffers buffers;
      for (; begin < end; begin += kBlock) {
        const int64_t count = std::min(kBlock, end - begin);
        batches.gather(rows.subspan(static_cast<size_t>(begin), static_cast<size_t>(count)), WeightKind::kValidation,
                       batch);
        const int64_t* indices = batch.indices.defined() ? batch.indices.const_data_ptr<int64_t>() : nullptr;
        const float* some = network(batch.dense.const_data_ptr<float>(), indices, batches.bags(), count, buffers);
        std::copy_n(some, count * width, outputs.data() + begin * width);
      }
    });
    return outputs;
  }
  constexpr size_t kAtOnce = 1024;
  std::vector<float> outputs;
  Batch batch;
  for (size_t begin = 0; begin < rows.size(); begin += kAtOnce) {
    batches.gather(rows.subspan(begin, std::min(kAtOnce, rows.size() - begin)), WeightKind::kValidation, batch);
    const at::Tensor some = mlp.forward(batch.inputs(), nn::Pass::kEvaluation).cpu();
    outputs.insert(outputs.end(), some.const_data_ptr<float>(), some.const_data_ptr<float>() + some.numel());
  }
  return outputs;
}

Member::Member(const Config& config, const Network& network, const TrainingData& data, const Batches& batches,
               at::Device device, nn::Backend backend, uint64_t number, Ranks* ranks)
    : config_(config.train), network_(network), data_(data), batches_(batches), number_(number),
      initialize_(initialize_options(config, number)), loss_(loss_of(config.train, data.target)),
      sampler_(sampler_of(config.train, data, number, initialize_.seed)),
      schedule_(schedule_settings(config.train, sampler_.batches_per_epoch())), backend_(backend),
      mlp_(network, {.dropout = *config.model.dropout, .seed = initialize_.seed, .device = device, .backend = backend}),
      optimizer_(optimizer_settings(config.train), mlp_, backend_, parameter_groups(config, mlp_)), ranks_(ranks),
      loss_sum_(at::zeros({1}, at::TensorOptions(at::kDouble).device(device))) {}

void Member::restore(const MemberState& state) {
  if (state.parameters.empty()) {
    mlp_.set_values(first_values(network_, initialize_, data_, batches_, sampler_.rows(), number_));
    if (*config_.weight_averaging > 0) average_ = mlp_.parameters().clone();
    return;
  }
  step_ = optimizer_.state().steps = state.step;
  to_device(state.parameters, mlp_.parameters());
  to_device(state.first, optimizer_.state().first);
  to_device(state.second, optimizer_.state().second);
  if (ranks_ == nullptr || ranks_->is_first()) {
    loss_sum_.fill_(state.loss_sum);
    loss_rows_ = state.loss_rows;
  }
  if (!state.average.empty()) {
    average_ = at::empty_like(mlp_.parameters());
    to_device(state.average, average_);
  }
  if (state.best.empty()) return;
  best_ = at::empty_like(mlp_.parameters());
  to_device(state.best, best_);
}

MemberState Member::state() const {
  const nn::OptimizerState& optimizer = optimizer_.state();
  return {.step = step_,
          .loss_sum = loss_so_far(),
          .loss_rows = loss_rows_,
          .parameters = to_host(mlp_.parameters()),
          .first = to_host(optimizer.first),
          .second = to_host(optimizer.second),
          .average = to_host(average_),
          .best = to_host(best_)};
}

void Member::advance(int64_t target, const nn::PlateauState& plateau, const std::function<bool()>& go_on) {
  while (step_ < target) {
    take_step(plateau);
    pause_ = pause_ && !averages_weights();
    if (averages_weights() && (step_ % config_.local_steps == 0 || step_ == target))
      add_up({mlp_.parameters(), optimizer_.state().first, optimizer_.state().second, average_}, 1.0 / ranks_->size());
    const bool wants_pause = !go_on();
    if (ranks_ == nullptr ? wants_pause : pause_) return;
    asks_for_pause_ = asks_for_pause_ || wants_pause;
  }
}

void Member::take_step(const nn::PlateauState& plateau) {
  const std::span<const uint32_t> all = sampler_.batch(step_);
  const auto [rows, first] = ranks_ != nullptr ? share_of(*ranks_, all) : std::pair(all, size_t{0});
  const double learning_rate = nn::learning_rate_at(schedule_, plateau, step_);
  const double fade = nn::regularization_factor_at(*config_.regularization_schedule, schedule_.steps, step_);
  ++step_;
  if (!rows.empty()) {
    batches_.gather(rows, WeightKind::kTraining, batch_);
    const at::Tensor& outputs = mlp_.forward(
        batch_.inputs(), nn::Pass::kTraining,
        {.number = step_, .dropout_factor = fade, .first_row = static_cast<int64_t>(first)});
    if (!grad_outputs_.defined() || grad_outputs_.sizes() != outputs.sizes()) grad_outputs_ = at::empty_like(outputs);
    const auto add_loss = backend_ == nn::Backend::kNative ? nn::add_loss : nn::add_loss_by_aten;
    add_loss(loss_, outputs, batch_.targets, batch_.weights, grad_outputs_, loss_sum_);
    if (ranks_ != nullptr && !averages_weights())
      grad_outputs_.mul_(static_cast<double>(rows.size()) / static_cast<double>(all.size()));
    if (backend_ == nn::Backend::kNative && ranks_ == nullptr && !std::isfinite(loss_so_far())) refuse("loss", all);
    mlp_.backward(grad_outputs_);
  }
  at::Tensor gradients = mlp_.gradients();
  if (rows.empty()) gradients.zero_();
  if (ranks_ != nullptr && !averages_weights()) add_up({gradients}, 1);
  if (!optimizer_.step(learning_rate, fade)) refuse("gradient", all);
  loss_rows_ += static_cast<int64_t>(rows.size());
  if (average_.defined()) average();
}

/// Replaces the tensors that are defined by their sums over the ranks, times `factor`.
void Member::add_up(const std::vector<at::Tensor>& parts, double factor) {
  int64_t size = 1;
  for (const at::Tensor& part : parts) size += part.defined() ? part.numel() : 0;
  if (!summed_.defined()) summed_ = at::empty({size}, mlp_.parameters().options());
  const auto each = [&](const auto& copy) {
    int64_t begin = 1;
    for (at::Tensor part : parts) {
      if (!part.defined()) continue;
      at::Tensor place = summed_.narrow(0, begin, part.numel());
      copy(part, place);
      begin += part.numel();
    }
  };
  summed_[0] = asks_for_pause_ ? 1 : 0;
  each([](at::Tensor& part, at::Tensor& place) { place.copy_(part); });
  ranks_->sum(summed_);
  if (factor != 1) summed_.mul_(factor);
  each([](at::Tensor& part, at::Tensor& place) { part.copy_(place); });
  pause_ = summed_[0].item<float>() > 0;
  asks_for_pause_ = false;
}

void Member::average() {
  if (const double share = average_share(config_, step_); share > 0) average_.lerp_(mlp_.parameters(), share);
}

std::vector<float> Member::validation() {
  std::span<const uint32_t> rows = data_.split.validation_rows(number_);
  if (ranks_ != nullptr) rows = share_of(*ranks_, rows).first;
  if (!average_.defined()) return validation_outputs(mlp_, batches_, rows);
  const at::Tensor now = mlp_.parameters().clone();
  mlp_.parameters().copy_(average_);
  std::vector<float> outputs = validation_outputs(mlp_, batches_, rows);
  mlp_.parameters().copy_(now);
  return outputs;
}

std::pair<double, int64_t> Member::take_losses() {
  const std::pair<double, int64_t> taken(loss_so_far(), loss_rows_);
  if (!std::isfinite(taken.first)) refuse("loss", {});
  loss_sum_.zero_();
  loss_rows_ = 0;
  return taken;
}

std::vector<EvaluatedMember> Member::evaluate() {
  EvaluatedMember own{.outputs = validation()};
  std::tie(own.loss_sum, own.loss_rows) = take_losses();
  return {std::move(own)};
}

double Member::loss_so_far() const {
  return loss_sum_.is_cpu() ? *loss_sum_.const_data_ptr<double>() : loss_sum_.item<double>();
}

void Member::refuse(const char* what, std::span<const uint32_t> rows) const {
  fail("epoch {}, step {}: the {} is not finite{}; a smaller train.learning_rate (now {}) usually helps",
       (step_ - 1) / sampler_.batches_per_epoch() + 1, step_, what, data_.cache ? "" : diagnose_non_finite(data_, rows),
       *config_.learning_rate);
}

}  // namespace mdl
