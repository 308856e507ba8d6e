#include "train/stacked_members.h"

#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/error.h"
#include "nn/step_values.h"
#include "train/member_settings.h"

namespace mdl {
namespace {

std::vector<uint64_t> seeds_of(const Config& config, const std::vector<uint64_t>& numbers) {
  std::vector<uint64_t> seeds;
  for (const uint64_t number : numbers) seeds.push_back(initialize_options(config, number).seed);
  return seeds;
}

int64_t largest_batch(const TrainConfig& train, const TrainingData& data) {
  return std::min(*train.batch_size, static_cast<int64_t>(data.split.rows_each()));
}

/// So that what they need is little beside the networks.
int64_t steps_ahead(int64_t rows_a_step) {
  constexpr int64_t kRows = 1 << 22, kMost = 128;
  return std::clamp<int64_t>(kRows / rows_a_step, 1, kMost);
}

}  // namespace

/// Rows on the way to a device.
struct StackedMembers::Staging {
  Batch batch;
  std::optional<c10::Event> copied;  // on a GPU
};

StackedMembers::StackedMembers(const Config& config, const Network& network, const TrainingData& data,
                               const Batches& batches, at::Device device, std::vector<uint64_t> numbers)
    : all_of_config_(config), config_(config.train), network_(network), data_(data), batches_(batches), device_(device),
      numbers_(std::move(numbers)), members_(std::ssize(numbers_)), loss_(loss_of(config.train, data.target)),
      samplers_([&] {
        std::deque<Sampler> samplers;
        for (const uint64_t number : numbers_)
          samplers.push_back(sampler_of(config.train, data, number, initialize_options(config, number).seed));
        return samplers;
      }()),
      schedule_(schedule_settings(config.train, samplers_[0].batches_per_epoch())),
      batch_size_(largest_batch(config.train, data)), ahead_(steps_ahead(members_ * batch_size_)),
      mlp_(network, {.dropout = *config.model.dropout,
                     .device = device,
                     .backend = nn::Backend::kAten,
                     .seeds = seeds_of(config, numbers_)}),
      evaluating_(network, {.device = device, .backend = nn::Backend::kAten, .seeds = seeds_of(config, numbers_)}),
      optimizer_(optimizer_settings(config.train), mlp_, nn::Backend::kAten, parameter_groups(config, mlp_)),
      // How long the bags of a batch are is asked of the device.
      graph_(device, network.bags.empty()), planned_rows_(at::zeros({ahead_, members_, batch_size_}, at::kLong)),
      planned_counts_(at::ones({ahead_, members_}, at::kFloat)),
      planned_values_(at::zeros({ahead_, nn::kStepValues}, at::kDouble)),
      rows_(at::zeros({ahead_, members_, batch_size_}, there(at::kLong))),
      counts_(at::ones({ahead_, members_}, there(at::kFloat))),
      values_(at::zeros({ahead_, nn::kStepValues}, there(at::kDouble))), place_(at::zeros({1}, there(at::kLong))),
      grad_outputs_(at::empty({members_, batch_size_, network.widths.back()}, there(at::kFloat))),
      loss_sums_(at::zeros({members_}, there(at::kDouble))), loss_rows_(static_cast<size_t>(members_)) {}

StackedMembers::~StackedMembers() = default;

void StackedMembers::restore_all(std::span<const MemberState> states) {
  nn::OptimizerState& optimizer = optimizer_.state();
  const auto wants_average = *config_.weight_averaging > 0;
  if (wants_average) average_ = at::empty_like(mlp_.parameters());
  for (int64_t m = 0; m < members_; ++m) {
    const auto i = static_cast<size_t>(m);
    const MemberState& state = states[i];
    if (state.parameters.empty()) {
      const uint64_t number = numbers_[i];
      mlp_.set_values(first_values(network_, initialize_options(all_of_config_, number), data_, batches_,
                                   samplers_[i].rows(), number),
                      m);
      if (wants_average) average_.select(0, m).copy_(mlp_.parameters_of_member(m));
      continue;
    }
    step_ = optimizer.steps = state.step;
    to_device(state.parameters, mlp_.parameters_of_member(m));
    to_device(state.first, optimizer.first.select(0, m));
    if (optimizer.second.defined()) to_device(state.second, optimizer.second.select(0, m));
    loss_sums_.select(0, m).fill_(state.loss_sum);
    loss_rows_[i] = state.loss_rows;
    if (wants_average) to_device(state.average, average_.select(0, m));
    if (state.best.empty()) continue;
    if (!best_.defined()) best_ = at::empty_like(mlp_.parameters());
    to_device(state.best, best_.select(0, m));
  }
}

std::vector<MemberState> StackedMembers::states() const {
  const at::Tensor losses = loss_sums_.cpu();
  const auto of_member = [](const at::Tensor& all, int64_t m) {
    return to_host(all.defined() ? all.select(0, m) : all);
  };
  std::vector<MemberState> states;
  for (int64_t m = 0; m < members_; ++m) {
    states.push_back({.step = step_,
                      .loss_sum = losses.const_data_ptr<double>()[m],
                      .loss_rows = loss_rows_[static_cast<size_t>(m)],
                      .parameters = of_member(mlp_.parameters(), m),
                      .first = of_member(optimizer_.state().first, m),
                      .second = of_member(optimizer_.state().second, m),
                      .average = of_member(average_, m),
                      .best = of_member(best_, m)});
  }
  return states;
}

void StackedMembers::advance(int64_t target, const nn::PlateauState& plateau, const std::function<bool()>& go_on) {
  int64_t count = step_ < target ? plan_steps(target, plateau) : 0;
  while (count > 0) {
    const int64_t first = step_ + 1;
    take_steps(count);
    count = step_ < target ? plan_steps(target, plateau) : 0;  // while the device is at work
    expect_finite(first);
    if (!go_on()) return;
  }
}

/// Writes down the next steps, up to `target`; returns how many.
int64_t StackedMembers::plan_steps(int64_t target, const nn::PlateauState& plateau) {
  const int64_t count = std::min(ahead_, target - step_);
  const nn::OptimizerSettings& settings = optimizer_.settings();
  int64_t* rows = planned_rows_.data_ptr<int64_t>();
  float* counts = planned_counts_.data_ptr<float>();
  for (int64_t i = 0; i < count; ++i) {
    const int64_t step = step_ + i;
    for (Sampler& sampler : samplers_) {
      const std::span<const uint32_t> batch = sampler.batch(step);
      rows = std::fill_n(std::copy(batch.begin(), batch.end(), rows), batch_size_ - std::ssize(batch), batch[0]);
      *counts++ = static_cast<float>(batch.size());
    }
    const double rate = nn::learning_rate_at(schedule_, plateau, step),
                 fade = nn::regularization_factor_at(*config_.regularization_schedule, schedule_.steps, step),
                 t = static_cast<double>(step + 1);
    const int64_t dropped_below = std::lround(*all_of_config_.model.dropout * fade * 65536);
    double* values = planned_values_.data_ptr<double>() + i * nn::kStepValues;
    values[nn::kNumber] = t;
    values[nn::kDroppedBelow] = static_cast<double>(dropped_below);
    values[nn::kKept] = 1 / (1 - static_cast<double>(dropped_below) / 65536);
    values[nn::kLearningRate] = rate;
    values[nn::kStepSize] = rate / (1 - std::pow(settings.beta1, t));
    values[nn::kRootCorrection] = std::sqrt(1 - std::pow(settings.beta2, t));
    values[nn::kWeightDecay] = settings.weight_decay * fade;
    values[nn::kAverageShare] = average_.defined() ? average_share(config_, step + 1) : 0;
  }
  return count;
}

void StackedMembers::take_steps(int64_t count) {
  rows_.copy_(planned_rows_);
  counts_.copy_(planned_counts_);
  values_.copy_(planned_values_);
  place_.zero_();
  const auto work = [this] { take_step(); };
  if (batches_.table_there()) {
    graph_.run(count, work);
  } else {
    for (int64_t place = 0; place < count; ++place) {
      feed(place);
      graph_.run(1, work);
    }
  }
  const float* counts = planned_counts_.const_data_ptr<float>();
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t& rows : loss_rows_) rows += static_cast<int64_t>(*counts++);
  }
  step_ += count;
  optimizer_.state().steps = step_;
}

/// Makes the batch of a planned step that of the device.
void StackedMembers::feed(int64_t place) {
  if (staging_.empty()) {
    for (int i = 0; i < 2; ++i) staging_.push_back(std::make_unique<Staging>());
  }
  Staging& staging = *staging_[static_cast<size_t>(place % 2)];
  if (staging.copied) staging.copied->synchronize();
  const int64_t* planned = planned_rows_.const_data_ptr<int64_t>() + place * members_ * batch_size_;
  const std::vector<uint32_t> rows(planned, planned + members_ * batch_size_);
  batches_.gather_here(rows, WeightKind::kTraining, staging.batch);
  const auto copy = [&](at::Tensor& from, at::Tensor& to) {
    if (!from.defined()) return;
    if (!device_.is_cpu() && !from.is_pinned()) from = from.pin_memory();  // the next batch is written there
    const at::Tensor shaped = from.unflatten(0, {members_, batch_size_});
    if (!to.defined()) to = at::empty(shaped.sizes(), there(shaped.scalar_type()));
    to.copy_(shaped, /*non_blocking=*/true);
  };
  copy(staging.batch.dense, fed_.dense);
  copy(staging.batch.indices, fed_.indices);
  copy(staging.batch.targets, fed_.targets);
  copy(staging.batch.weights, fed_.weights);
  fed_.bags = staging.batch.bags;
  if (device_.is_cpu()) return;
  if (!staging.copied) staging.copied.emplace(device_.type());
  staging.copied->record(c10::impl::VirtualGuardImpl(device_.type()).getStream(device_));
}

void StackedMembers::take_step() {
  const at::Tensor values = values_.index_select(0, place_).squeeze(0),
                   counts = counts_.index_select(0, place_).view({members_, 1});
  const Batch batch = batches_.table_there()
                          ? batches_.gather_there(rows_.index_select(0, place_).squeeze(0), WeightKind::kTraining)
                          : fed_;
  place_.add_(1);
  at::Tensor weights = at::arange(batch_size_, counts.options()).lt(counts).to(at::kFloat);
  if (batch.weights.defined()) weights = weights * batch.weights;
  const at::Tensor& outputs = mlp_.forward(batch.inputs(), nn::Pass::kTraining, {.on_device = values});
  nn::add_losses_by_aten(loss_, outputs, batch.targets, weights, counts.unsqueeze(2), grad_outputs_, loss_sums_);
  mlp_.backward(grad_outputs_);
  optimizer_.step_on_device({.learning_rate = values.select(0, nn::kLearningRate),
                             .step_size = values.select(0, nn::kStepSize),
                             .root_correction = values.select(0, nn::kRootCorrection),
                             .weight_decay = values.select(0, nn::kWeightDecay)});
  if (average_.defined()) average_.lerp_(mlp_.parameters(), values.select(0, nn::kAverageShare).to(at::kFloat));
}

/// What has become of the steps from `first` on.
void StackedMembers::expect_finite(int64_t first) const {
  const at::Tensor found = at::stack({loss_sums_.sum(), mlp_.parameters().sum(at::kDouble)}).cpu();
  const double* sums = found.const_data_ptr<double>();
  if (std::isfinite(sums[0]) && std::isfinite(sums[1])) return;
  fail("epoch {}, steps {} to {}: the {} is not finite; a smaller train.learning_rate (now {}) usually helps",
       (step_ - 1) / batches_per_epoch() + 1, first, step_, std::isfinite(sums[0]) ? "gradient" : "loss",
       *config_.learning_rate);
}

std::vector<std::vector<float>> StackedMembers::validation() {
  constexpr size_t kAtOnce = 1024;
  evaluating_.parameters().copy_(kept());
  const auto width = static_cast<size_t>(network_.widths.back());
  std::vector<std::span<const uint32_t>> rows;
  size_t most = 0;
  for (const uint64_t number : numbers_) {
    rows.emplace_back(data_.split.validation_rows(number));
    most = std::max(most, rows.back().size());
  }
  std::vector<std::vector<float>> outputs(numbers_.size());
  for (size_t begin = 0; begin < most; begin += kAtOnce) {
    const size_t count = std::min(kAtOnce, most - begin);
    std::vector<uint32_t> flat;  // of each member, filled up with its first row
    for (const auto& own : rows) {
      for (size_t i = begin; i < begin + count; ++i) flat.push_back(i < own.size() ? own[i] : own.empty() ? 0 : own[0]);
    }
    Batch batch;
    batches_.gather(flat, WeightKind::kValidation, batch);
    const auto of_members = [&](const at::Tensor& all) {
      return all.defined() ? all.unflatten(0, {members_, static_cast<int64_t>(count)}) : all;
    };
    const nn::Inputs inputs(of_members(batch.dense), of_members(batch.indices), batch.bags);
    const at::Tensor some = evaluating_.forward(inputs, nn::Pass::kEvaluation).cpu().contiguous();
    const float* values = some.const_data_ptr<float>();
    for (size_t m = 0; m < rows.size(); ++m, values += count * width) {
      const size_t wanted = std::min(count, rows[m].size() - std::min(rows[m].size(), begin));
      outputs[m].insert(outputs[m].end(), values, values + wanted * width);
    }
  }
  return outputs;
}

std::vector<EvaluatedMember> StackedMembers::evaluate() {
  std::vector<std::vector<float>> outputs = validation();
  const at::Tensor sums = loss_sums_.cpu();
  std::vector<EvaluatedMember> evaluated;
  for (size_t m = 0; m < outputs.size(); ++m) {
    evaluated.push_back({.outputs = std::move(outputs[m]),
                         .loss_sum = sums.const_data_ptr<double>()[m],
                         .loss_rows = std::exchange(loss_rows_[m], 0)});
  }
  loss_sums_.zero_();
  return evaluated;
}

}  // namespace mdl
