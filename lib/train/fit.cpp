#include "train/fit.h"

#include <torch/version.h>

#include <algorithm>
#include <ranges>

#include "config/dump.h"
#include "config/option_types.h"
#include "infer/postprocessing.h"
#include "table/rounding.h"
#include "train/member.h"
#include "train/validation.h"

namespace mdl {
namespace {

/// Where a regression's predictions end: the training rows' lowest and highest target, rounded outwards so that they
/// tell of no single row.
void clamp_to_targets(const Config& config, const TrainingData& data, Model& model) {
  const auto target_of = [&](uint32_t row) { return data.labels.numbers[row]; };
  const auto targets = data.split.train | std::views::transform(target_of);
  const auto [low, high] = std::ranges::minmax(targets);
  const auto common = [&](double target) {
    return std::ranges::count(targets, target) >= config.data.min_category_rows;
  };
  model.low = common(low) ? low : rounded_down(low, high - low);
  model.high = common(high) ? high : rounded_up(high, high - low);
}

/// All but the threshold and what the model scores.
Model model_of(const Config& config, const TrainingData& data, const Plan& plan, const TrainState& state) {
  Best best = best_of(config, plan.network, data, {.device = plan.device, .threads = plan.threads}, state);
  Model model;
  model.target = data.target;
  model.encoder = data.encoder;
  model.network = plan.network;
  model.members = std::move(best.members);
  model.temperature = best.temperature;
  if (*config.model.clamp && data.target.task == Task::kRegression) clamp_to_targets(config, data, model);
  model.class_priors = data.class_priors;
  model.epoch = state.history[best_evaluation(state.history)].epoch;
  model.training_rows = static_cast<int64_t>(data.split.train.size());
  model.validation_rows = static_cast<int64_t>(data.split.validation.size());
  model.changes = state.changes;
  model.config = portable_config(config);
  model.versions = {{"mdl", MDL_VERSION}, {"libtorch", TORCH_VERSION}};
  return model;
}

/// Chooses the model's threshold on the validation rows, and scores it there.
Report validate_model(const Config& config, const TrainingData& data, const TrainState& state, Model& model) {
  const std::vector<uint32_t>& rows = data.split.validation;
  const auto threads = static_cast<size_t>(config.threads);
  Predictions predictions = validation_predictions(model, data, config.device, threads);
  model.threshold = choose_threshold(model, config.train.threshold, predictions, data.labels, rows, data.weights);
  relabel(model, predictions);
  if (config.train.threshold.rule != Threshold::Rule::kFixed)
    model.threshold_rule = ThresholdKind().write(config.train.threshold);
  Report report = evaluate_rows(model, predictions, data.labels, rows, data.weights);
  report.weight = config.data.weight;
  report.data = !data.split.folds.empty()              ? "out-of-fold rows"
                : config.data.validation->path.empty() ? "validation rows"
                                                       : config.data.validation->path;
  report.epochs = state.history;
  model.validation = report.scores;
  model.validation_intervals = report.intervals;
  return report;
}

}  // namespace

Best best_of(const Config& config, const Network& network, const TrainingData& data, const LoopOptions& options,
             const TrainState& state) {
  const c10::InferenceMode no_autograd;
  use_threads(network, options.threads);
  const Batches batches(data, config.train.class_weights, options.device);
  Best best;
  std::vector<std::vector<float>> outputs;
  for (const MemberState& member : state.members) {
    nn::Mlp mlp(network, {.device = options.device});
    mlp.parameters().copy_(
        at::from_blob(const_cast<float*>(member.best.data()), {static_cast<int64_t>(member.best.size())}, at::kFloat));
    best.members.push_back(mlp.values());
    outputs.push_back(validation_outputs(mlp, batches, data.split.validation_rows(outputs.size())));
  }
  best.temperature = validate(data, std::move(outputs), *config.train.calibration).temperature;
  return best;
}

Fitted fit(Config config, const TrainingData& data, const Callbacks& callbacks) {
  resolve_by_data(config, data);
  return fit(config, plan_for(config, data), data, callbacks, {});
}

Fitted fit(const Config& config, const Plan& plan, const TrainingData& data, const Callbacks& callbacks,
           TrainState state) {
  Fitted fitted{.state = std::move(state)};
  const LoopOptions options{.device = plan.device, .threads = plan.threads, .callbacks = callbacks};
  fitted.ending = train_members(config, plan.network, data, options, fitted.state);
  fitted.model = model_of(config, data, plan, fitted.state);
  fitted.validation = validate_model(config, data, fitted.state, fitted.model);
  return fitted;
}

}  // namespace mdl
