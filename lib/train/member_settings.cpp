#include "train/member_settings.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/random.h"
#include "train/length.h"
#include "train/row_windows.h"

namespace mdl {
namespace {

std::optional<WindowOrder> windows_of(const TrainConfig& train, const TrainingData& data) {
  return data.cache ? std::optional(window_order(*data.cache, train)) : std::nullopt;
}

}  // namespace

nn::InitializeOptions initialize_options(const Config& config, uint64_t number) {
  return {.method = *config.model.initialization,
          .seed = member_seed(static_cast<uint64_t>(config.train.seed), number),
          .periodic_sigma = *config.model.periodic_sigma};
}

nn::OptimizerSettings optimizer_settings(const TrainConfig& train) {
  return {.kind = *train.optimizer,
          .momentum = train.momentum,
          .weight_decay = *train.weight_decay,
          .beta2 = *train.beta2,
          .clip_norm = train.clip_norm};
}

std::vector<nn::ParameterGroup> parameter_groups(const Config& config, const nn::Mlp& mlp) {
  const TrainConfig& train = config.train;
  std::vector<nn::ParameterGroup> factors;
  for (const nn::ParameterSlice& slice : mlp.slices()) {
    nn::ParameterGroup one{.decay = 0};
    switch (slice.role) {
      case Role::kWeight:
        one.decay = 1;
        if (*config.model.parametrization == Parametrization::kNtk) {
          const double root = std::sqrt(static_cast<double>(slice.inputs));
          one = {.learning_rate = 1 / root, .decay = 1, .epsilon = root};
        }
        break;
      case Role::kEmbedding:
      case Role::kBag: one.decay = 1; break;
      case Role::kBias:
      case Role::kNormWeight:
      case Role::kNormBias: one.learning_rate = *train.bias_rate; break;
      case Role::kScale:
        one = {.learning_rate = *train.scale_rate, .decay = *train.scale_rate * *train.scale_rate};
        break;
      case Role::kAlpha:
        one = {.learning_rate = *train.alpha_rate, .decay = *train.alpha_rate * *train.alpha_rate};
        break;
      case Role::kFrequency:
      case Role::kPhase:
      case Role::kPeriodicWeight:
      case Role::kPeriodicBias:
        one = {.learning_rate = *train.periodic_rate, .decay = *train.periodic_rate * *train.periodic_rate};
        break;
    }
    factors.push_back(one);
  }
  return factors;
}

nn::Loss loss_of(const TrainConfig& train, const Target& target) {
  nn::Loss loss{.task = target.task, .label_smoothing = train.label_smoothing, .objective = target.objective};
  for (const double center : target.centers) loss.offsets.push_back((center - target.mean) / target.scale);
  return loss;
}

nn::ScheduleSettings schedule_settings(const TrainConfig& train, int64_t steps) {
  return {.kind = *train.schedule,
          .learning_rate = *train.learning_rate,
          .steps = *train.epochs == kAutoEpochs ? kLongestRun : *train.epochs * steps,
          .steps_per_epoch = steps,
          .warmup_steps = std::llround(*train.warmup_epochs * static_cast<double>(steps)),
          .decay_factor = train.decay_factor,
          .plateau_patience = train.plateau_patience};
}

Sampler sampler_of(const TrainConfig& train, const TrainingData& data, uint64_t number, uint64_t seed) {
  return {data.split.training_rows(number),
          {.batch_size = static_cast<size_t>(*train.batch_size),
           .drop_last = *train.drop_last,
           .rows_each = data.split.rows_each(),
           .seed = seed,
           .windows = windows_of(train, data)}};
}

double average_share(const TrainConfig& train, int64_t step) {
  constexpr int64_t kEvery = 4;
  if (step % kEvery != 0) return 0;
  const double share = *train.weight_averaging, since_first = static_cast<double>(step - kEvery);
  return std::min(1.0, kEvery / (kEvery + share * since_first));
}

std::vector<std::vector<float>> first_values(const Network& network, const nn::InitializeOptions& options,
                                             const TrainingData& data, const Batches& batches,
                                             const std::vector<uint32_t>& rows, uint64_t number) {
  if (data.start) return data.start->weights_of(number);
  nn::Mlp host(network, {});
  Batch sample;
  batches.gather(initial_sample(rows), WeightKind::kValidation, sample);
  const at::Tensor indices = sample.indices.defined() ? sample.indices.cpu() : sample.indices;
  nn::initialize(host, network, options, {sample.dense.cpu(), indices, nn::BagTensors::of(batches.bags(), at::kCPU)});
  return host.values();
}

std::vector<float> to_host(const at::Tensor& flat) {
  if (!flat.defined()) return {};
  const at::Tensor host = flat.to(at::kCPU);
  return {host.const_data_ptr<float>(), host.const_data_ptr<float>() + host.numel()};
}

void to_device(const std::vector<float>& values, const at::Tensor& flat) {
  if (flat.defined())
    flat.copy_(at::from_blob(const_cast<float*>(values.data()), {static_cast<int64_t>(values.size())}, at::kFloat));
}

}  // namespace mdl
