#include "train/fit.h"

#include <torch/version.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "config/dump.h"
#include "config/option_types.h"
#include "evaluate/evaluate.h"
#include "infer/postprocessing.h"
#include "metrics/full_average.h"
#include "predict/predictor.h"
#include "report/best_evaluation.h"
#include "train/load.h"
#include "train/member.h"
#include "train/search.h"
#include "train/validation.h"

namespace mdl {
namespace {

/// All but the threshold and what the model scores; takes the members' weights.
Model model_of(const Config& config, const TrainingData& data, const Plan& plan, const TrainState& state, Best& best) {
  Model model;
  model.target = data.target;
  model.encoder = data.encoder;
  model.format = data.format;
  model.network = plan.network;
  model.network.members = std::ssize(best.members);
  model.members = std::move(best.members);
  model.temperature = best.temperature;
  model.smearing = best.smearing;
  model.low = data.low;
  model.high = data.high;
  model.class_priors = data.class_priors;
  model.epoch = history_of(state)[best_evaluation(history_of(state), config.train.metric)].epoch;
  model.training_rows = static_cast<int64_t>(data.split.training_count());
  model.validation_rows = static_cast<int64_t>(data.split.validation.size());
  if (data.start) model.start = data.start->sha256;
  model.changes = state.changes;
  model.metric = config.train.metric;
  model.version = config.model.version;
  model.config = portable_config(config);
  model.versions = {{"mdl", MDL_VERSION}, {"libtorch", TORCH_VERSION}};
  return model;
}

/// Of partitions each network's own, else those of the networks that share a fold.
std::vector<FoldScores> fold_scores(const Model& model, const TrainingData& data, const Best& best) {
  const Split& split = data.split;
  std::vector<FoldScores> folds;
  for (size_t fold = 0; fold < split.folds.size(); ++fold) {
    const size_t partition = fold / split.folds_each();
    const Predictions& predictions = best.partitions.empty() ? best.validation.predictions
                                                             : best.partitions[partition].predictions;
    folds.push_back(
        {.times = split.earlier.empty() ? "" : split.times[fold],
         .training_rows = std::ssize(split.training_rows(fold)),
         .rows = std::ssize(split.folds[fold]),
         .scores = score_rows(model, predictions, data.labels, split.validation, data.weights, split.folds[fold])});
  }
  return folds;
}

/// Beside the model that training began with, on the validation rows.
Comparison compare_with_start(const Model& model, const Predictions& predictions, const TrainingData& data) {
  const std::vector<uint32_t>& rows = data.split.validation;
  EncodedRows encoded;
  for (const uint32_t row : rows) encoded.append(data.rows, row);
  Predictions before;
  Predictor(data.start->model).predict(encoded, 0, encoded.rows, before);
  if (before.not_finite()) fail("{}: its output for a validation row is not finite", data.start->path);
  Comparison comparison = compare_rows(model, predictions, data.start->model, before, data.labels, rows, data.weights);
  comparison.name = data.start->path;
  comparison.note =
      "Where the other model was trained on some of these rows, the scores of both are too good: its weights are where "
      "this one began.";
  return comparison;
}

/// Chooses the model's threshold on the validation rows, and scores it there.
Report validate_model(const Config& config, const TrainingData& data, const TrainState& state, Best best,
                      Model& model) {
  const std::vector<uint32_t>& rows = data.split.validation;
  Predictions& predictions = best.validation.predictions;
  model.threshold = choose_threshold(model, config.train.threshold, predictions, data.labels, rows, data.weights);
  relabel(model, predictions);
  if (config.train.threshold.rule != Threshold::Rule::kFixed)
    model.threshold_rule = ThresholdKind().write(config.train.threshold);
  Report report = evaluate_rows(model, predictions, data.labels, rows, data.weights);
  report.weight = config.data.weight;
  report.data = !data.split.folds.empty()              ? "out-of-fold rows"
                : config.data.validation->path.empty() ? "validation rows"
                                                       : config.data.validation->path;
  report.epochs = history_of(state);
  report.epoch_metric = config.train.metric;
  report.out_of_fold = !data.split.folds.empty();
  if (state.trials.size() > 1) report.chosen_here.emplace_back("settings");
  if (report.epochs.size() > 1) report.chosen_here.emplace_back("epoch");
  if (data.target.task != Task::kRegression && *config.train.calibration == Calibration::kTemperature)
    report.chosen_here.emplace_back("temperature");
  if (data.target.is_smeared()) report.chosen_here.emplace_back("smearing factor");
  if (config.train.threshold.rule != Threshold::Rule::kFixed) report.chosen_here.emplace_back("threshold");
  const auto fact = std::ranges::find(report.about, "trained on", &Fact::name);
  if (fact != report.about.end()) fact->text = fmt::format("{}: {}", data.findings.table, fact->text);
  if (!best.partitions.empty()) {
    std::vector<Scores> of_one;
    for (ValidationResult& partition : best.partitions) {
      relabel(model, partition.predictions);
      of_one.push_back(score_rows(model, partition.predictions, data.labels, rows, data.weights, rows));
    }
    report.networks_a_row = {.here = best.partitions.size(), .all = model.members.size()};
    report.as_found = report.scores;
    auto [scores, intervals] = full_average(report.task, of_one, report.scores, report.intervals,
                                            *report.networks_a_row);
    report.scores = std::move(scores);
    report.intervals = std::move(intervals);
  }
  if (data.start) report.compared_to = compare_with_start(model, predictions, data);
  report.folds = fold_scores(model, data, best);
  model.validation = report.scores;
  model.validation_intervals = report.intervals;
  return report;
}

}  // namespace

Best best_of(const Config& config, const Network& network, const TrainingData& data, const LoopOptions& options,
             const TrainState& state) {
  const c10::InferenceMode no_autograd;
  use_threads(config, options.threads);
  const Batches batches(data, config.train.class_weights, options.device);
  Best best;
  std::vector<std::vector<float>> outputs;
  for (const std::vector<float>* weights : kept_weights(state)) {
    nn::Mlp mlp(network, {.device = options.device});
    mlp.parameters().copy_(at::from_blob(const_cast<float*>(weights->data()), {std::ssize(*weights)}, at::kFloat));
    if (data.split.ships(outputs.size())) best.members.push_back(mlp.values());
    outputs.push_back(validation_outputs(mlp, batches, data.split.validation_rows(outputs.size())));
  }
  const Metric metric = main_metric(config.train, data);
  const size_t partitions = data.split.partitions;
  best.validation = validate(data, outputs, 0, config.train, metric);
  if (!std::isfinite(best.validation.loss))  // of a run that was resumed with other data
    fail("the network's output for a validation row is not finite; a number in it is far too large");
  best.temperature = best.validation.temperature;
  best.smearing = best.validation.smearing;
  if (partitions == 1) return best;
  for (size_t p = 0; p < partitions; ++p) {
    const auto begin = outputs.begin() + static_cast<ptrdiff_t>(p * data.split.folds_each());
    const auto end = begin + static_cast<ptrdiff_t>(data.split.folds_each());
    best.partitions.push_back(validate(data, {begin, end}, p * data.split.folds_each(), config.train, metric));
  }
  const NetworksARow networks{.here = partitions, .all = best.members.size()};
  const auto of_all = [&](double ValidationResult::*value) {
    double mean_log = 0;
    for (const ValidationResult& partition : best.partitions)
      mean_log += std::log(partition.*value) / static_cast<double>(partitions);
    return std::exp(of_full_average(mean_log, std::log(best.validation.*value), networks));
  };
  best.temperature = of_all(&ValidationResult::temperature);
  best.smearing = of_all(&ValidationResult::smearing);
  return best;
}

Fitted fit(Config config, const TrainingData& data, const Callbacks& callbacks) {
  resolve_by_data(config, data);
  return fit(config, plan_for(config, data), data, callbacks, {});
}

Fitted fit(const Config& config, const Plan& plan, const TrainingData& data, const Callbacks& callbacks,
           TrainState state) {
  Fitted fitted{.state = std::move(state)};
  const LoopOptions options{.device = plan.device, .threads = plan.threads, .callbacks = callbacks, .ranks = plan.ranks};
  const std::vector<Config> trials = trials_of(config, plan.network, data.target.task);
  fitted.ending = train_by_trials(config, trials, plan.network, data, options, fitted.state);
  fitted.config = chosen_config(trials, fitted.state);
  Best best = best_of(fitted.config, plan.network, data, options, fitted.state);
  fitted.model = model_of(fitted.config, data, plan, fitted.state, best);
  fitted.validation = validate_model(fitted.config, data, fitted.state, std::move(best), fitted.model);
  fitted.validation.trials = trial_results(trials, fitted.state);
  return fitted;
}

}  // namespace mdl
