#include "train/fit.h"

#include <torch/version.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "config/dump.h"
#include "config/option_types.h"
#include "infer/postprocessing.h"
#include "train/load.h"
#include "train/member.h"
#include "train/validation.h"

namespace mdl {
namespace {

/// All but the threshold and what the model scores.
Model model_of(const Config& config, const TrainingData& data, const Plan& plan, const TrainState& state,
               std::vector<Values> members, const ValidationResult& validation) {
  Model model;
  model.target = data.target;
  model.encoder = data.encoder;
  model.format = data.format;
  model.network = plan.network;
  model.members = std::move(members);
  model.temperature = validation.temperature;
  model.smearing = validation.smearing;
  model.low = data.low;
  model.high = data.high;
  model.class_priors = data.class_priors;
  model.epoch = state.history[best_evaluation(state.history)].epoch;
  model.training_rows = static_cast<int64_t>(data.split.train.size());
  model.validation_rows = static_cast<int64_t>(data.split.validation.size());
  model.changes = state.changes;
  model.metric = config.train.metric;
  model.version = config.model.version;
  model.config = portable_config(config);
  model.versions = {{"mdl", MDL_VERSION}, {"libtorch", TORCH_VERSION}};
  return model;
}

/// Chooses the model's threshold on the validation rows, and scores it there.
Report validate_model(const Config& config, const TrainingData& data, const TrainState& state, Predictions predictions,
                      Model& model) {
  const std::vector<uint32_t>& rows = data.split.validation;
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
  report.out_of_fold = !data.split.folds.empty();
  if (state.history.size() > 1) report.chosen_here.emplace_back("epoch");
  if (data.target.task != Task::kRegression && *config.train.calibration == Calibration::kTemperature)
    report.chosen_here.emplace_back("temperature");
  if (data.target.is_smeared()) report.chosen_here.emplace_back("smearing factor");
  if (config.train.threshold.rule != Threshold::Rule::kFixed) report.chosen_here.emplace_back("threshold");
  const auto fact = std::ranges::find(report.about, "trained on", &Fact::name);
  if (fact != report.about.end()) fact->text = fmt::format("{}: {}", data.findings.table, fact->text);
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
  best.validation = validate(data, std::move(outputs), *config.train.calibration, main_metric(config.train, data));
  if (!std::isfinite(best.validation.loss))  // of a run that was resumed with other data
    fail("the network's output for a validation row is not finite; a number in it is far too large");
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
  Best best = best_of(config, plan.network, data, options, fitted.state);
  fitted.model = model_of(config, data, plan, fitted.state, std::move(best.members), best.validation);
  fitted.validation = validate_model(config, data, fitted.state, std::move(best.validation.predictions), fitted.model);
  return fitted;
}

}  // namespace mdl
