#include "train/run.h"

#include <torch/version.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <ranges>

#include "base/error.h"
#include "base/files.h"
#include "base/signals.h"
#include "base/text.h"
#include "base/thread_pool.h"
#include "config/dump.h"
#include "config/option_types.h"
#include "evaluate/evaluate.h"
#include "infer/postprocessing.h"
#include "modelfile/encoder_part.h"
#include "modelfile/model.h"
#include "modelfile/safetensors.h"
#include "nn/device.h"
#include "nn/predictor.h"
#include "report/formatting.h"
#include "table/rounding.h"
#include "train/fit.h"
#include "train/folder.h"
#include "train/validation.h"

namespace mdl {
namespace {

/// A run before its first step.
struct Setup {
  Prepared prepared;
  Network network;
  FitOptions fit;
};

Network network_for(const Config& config, const Prepared& prepared) {
  const ModelConfig& model = config.model;
  Network network{.activation = *model.activation,
                  .parametric = *model.parametric_activation,
                  .normalization = model.normalization,
                  .scale = *model.input_scale,
                  .dense = static_cast<int64_t>(prepared.encoder.width()),
                  .numbers = static_cast<int64_t>(prepared.encoder.numeric_count()),
                  .frequencies = *model.periodic_embeddings ? model.periodic_frequencies : 0,
                  .periodic_outputs = model.periodic_outputs,
                  .embeddings = prepared.encoder.embeddings(),
                  .embedding_width = model.embedding_width,
                  .members = *model.members};
  network.widths = {network.input_width()};
  network.widths.insert(network.widths.end(), model.hidden->begin(), model.hidden->end());
  network.widths.push_back(output_count(prepared.target));
  return network;
}

/// Fills the values of `config` that depend on the data.
Setup set_up(Config& config, Prepared prepared, Console& console) {
  Setup setup;
  setup.fit.device = nn::find_device(config.device);
  setup.prepared = std::move(prepared);
  const Target& target = setup.prepared.target;
  if (config.train.label_smoothing > 0 && target.task == Task::kRegression) {
    fail("train.label_smoothing is for classes; column {} makes this a regression", quote(target.name));
  }
  if (config.train.threshold != Threshold() && target.task != Task::kBinary) {
    fail("train.threshold is for two classes; column {} makes this a {}", quote(target.name),
         target.task == Task::kRegression ? "regression" : "multiclass task");
  }
  resolve(config, DataSummary{.task = target.task,
                              .rows = static_cast<int64_t>(setup.prepared.split.rows_each()),
                              .columns = static_cast<int64_t>(setup.prepared.encoder.features.size())});
  setup.network = network_for(config, setup.prepared);
  setup.fit.threads = thread_count(config, setup.network);
  // LibTorch ends the program where it cannot have its threads; members do with what there is.
  if (const auto there = static_cast<int>(ThreadPool(static_cast<size_t>(setup.fit.threads)).count());
      there < setup.fit.threads && setup.network.members == 1) {
    fail(
        "{} threads cannot be started here, only {}; a limit on processes (ulimit -u) or memory prevents more; use "
        "--threads {}",
        setup.fit.threads, there, there);
  }
  const TrainConfig& train = config.train;
  const std::string members = *config.model.members > 1 ? fmt::format("{} networks ", *config.model.members)
                                                        : "network ";
  console.log(fmt::format(
      "{}{}, {}, {} parameters{}; {}, learning rate {} ({}), {} epochs in batches of {}; {}, {} thread{}", members,
      fmt::join(setup.network.widths, "-"), name_of(setup.network.activation), grouped(parameter_count(setup.network)),
      *config.model.members > 1 ? " each" : "", name_of(*train.optimizer), *train.learning_rate,
      name_of(*train.schedule), *train.epochs, *train.batch_size, nn::name_of(setup.fit.device), setup.fit.threads,
      setup.fit.threads > 1 ? "s" : ""));
  return setup;
}

/// Of all that training learns from: the rows, and how their cells became numbers.
std::string checksum(const Prepared& prepared) {
  uLong sum = crc32(0, nullptr, 0);
  const auto add = [&](const auto& values) {
    if (!values.empty())
      sum = crc32_z(sum, reinterpret_cast<const Bytef*>(values.data()),
                    values.size() * sizeof values[0]);  // without data it starts anew
  };
  Safetensors numbers;
  std::vector<std::string_view> texts;
  add(write_encoder(prepared.encoder, numbers, texts).dump());
  add(format_safetensors(numbers));
  for (const std::string_view text : texts) add(text);
  for (const std::string& name : prepared.target.classes) add(name);
  add(prepared.rows.numbers);
  add(prepared.rows.categories);
  add(prepared.labels.classes);
  add(prepared.labels.numbers);
  add(prepared.weights);
  add(prepared.split.train);
  add(prepared.split.validation);
  for (const auto& fold : prepared.split.folds) add(fold);
  return fmt::format("{:08x}", sum);
}

constexpr const char* kThreads = "the number of threads";

RunFingerprint identity_of(const Config& config, const Setup& setup) {
  RunFingerprint identity = portable_values(config);
  const Split& split = setup.prepared.split;
  identity.emplace_back("the number of training rows", fmt::format("{}", split.train.size()));
  identity.emplace_back("the number of validation rows", fmt::format("{}", split.validation.size()));
  identity.emplace_back("the network", fmt::format("{}", fmt::join(setup.network.widths, "-")));
  identity.emplace_back("the data's checksum", checksum(setup.prepared));
  // Members compute with a thread each, be there many or few of them.
  if (setup.network.members == 1) identity.emplace_back(kThreads, fmt::format("{}", setup.fit.threads));
  identity.emplace_back("the device", setup.fit.device.is_cpu() ? "cpu" : "cuda");
  identity.emplace_back("mdl", MDL_VERSION);
  identity.emplace_back("libtorch", TORCH_VERSION);
  return identity;
}

std::string metrics_lines(const std::vector<EpochRecord>& history) {
  std::string lines;
  for (const EpochRecord& record : history) {
    nlohmann::ordered_json line = {{"epoch", record.epoch},
                                   {"step", record.step},
                                   {"train_loss", record.train_loss},
                                   {"validation_loss", record.validation_loss}};
    for (const auto& [metric, value] : record.validation) line[name_of(metric)] = value;
    line["learning_rate"] = record.learning_rate;
    line["seconds"] = record.seconds;
    lines += line.dump() + "\n";
  }
  return lines;
}

/// The state of the run in the folder, checked against what this one would be.
TrainState state_to_resume(const Folder& folder, const Network& network, Optimizer optimizer,
                           const RunFingerprint& identity, bool allow_changes, Console& console) {
  const std::string name = folder.path(kStateFile);
  if (holding_of(folder) != Holding::kRun) {
    console.log(fmt::format("{}: nothing to resume; starting a new run", folder.path()));
    return {};
  }
  if (folder.find(kStateFile) == Folder::Entry::kNothing)
    fail("{}: is missing, so the run cannot be resumed; --force starts a new run", name);
  SavedRun saved = parse_state(folder.read(kStateFile), name);
  if (network.members > 1)
    std::erase_if(saved.identity, [](const auto& value) { return value.first == kThreads; });  // old states name them
  const std::vector<std::string> found = differences(saved.identity, identity);
  TrainState& state = saved.state;
  if (!found.empty() && !allow_changes) {
    fail("{}: the run began differently: {}; --allow-changes resumes it anyway, --force starts a new run", name,
         fmt::join(found, "; "));
  }
  const size_t members = state.members.size(), size = members == 0 ? 0 : state.members[0].parameters.size();
  if (members != static_cast<size_t>(network.members) || size != flat_size(network))
    fail("{}: is the state of another network; --force starts a new run", name);
  if (state.members[0].second.empty() != (optimizer == Optimizer::kSgd)) {
    fail(
        "{}: train.optimizer cannot change between sgd and adam or adamw, whose states differ; --force starts a new "
        "run",
        name);
  }
  for (const std::string& change : found)
    state.changes.push_back(fmt::format("{} (from step {} on)", change, state.members[0].step));
  if (!found.empty()) state.finished = false;
  return std::move(state);
}

/// data.test, bound to the columns that scoring needs, where there is one: a slip in its name is not to cost a
/// training.
std::unique_ptr<ScoredTable> open_test(const Config& config, const Setup& setup) {
  if (config.data.test.empty()) return nullptr;
  auto test = std::make_unique<ScoredTable>(config.data.test);
  test->expect_columns(setup.prepared.target, setup.prepared.encoder, config.data.weight);
  return test;
}

Model model_of(const Config& config, const Setup& setup, const TrainState& state) {
  Model model;
  model.target = setup.prepared.target;
  model.encoder = setup.prepared.encoder;
  model.network = setup.network;
  Best best = best_of(config, setup.network, setup.prepared, setup.fit, state);
  model.members = std::move(best.members);
  model.temperature = best.temperature;
  if (*config.model.clamp && model.target.task == Task::kRegression) {
    const auto target_of = [&](uint32_t row) { return setup.prepared.labels.numbers[row]; };
    const auto targets = setup.prepared.split.train | std::views::transform(target_of);
    const auto [low, high] = std::ranges::minmax(targets);
    const auto common = [&](double target) {
      return std::ranges::count(targets, target) >= config.data.min_category_rows;
    };
    model.low = common(low) ? low : rounded_down(low, high - low);
    model.high = common(high) ? high : rounded_up(high, high - low);
  }
  model.class_priors = setup.prepared.class_priors;
  model.epoch = state.history[best_evaluation(state.history)].epoch;
  model.training_rows = static_cast<int64_t>(setup.prepared.split.train.size());
  model.validation_rows = static_cast<int64_t>(setup.prepared.split.validation.size());
  model.changes = state.changes;
  model.config = portable_config(config);
  model.versions = {{"mdl", MDL_VERSION}, {"libtorch", TORCH_VERSION}};
  return model;
}

}  // namespace

std::optional<TrainResult> train(Config config, Prepared data, const TrainOptions& options, Console& console) {
  Setup setup = set_up(config, std::move(data), console);
  const RunFingerprint identity = identity_of(config, setup);
  make_folders(config.output);
  Folder folder(config.output);
  folder.lock();
  expect_free(folder, options.existing);
  folder.remove_temporaries_of(run_files());
  TrainState state;
  if (options.existing == Existing::kResume) {
    state = state_to_resume(folder, setup.network, *config.train.optimizer, identity, options.allow_changes, console);
  }
  if (state.finished) {
    console.log(fmt::format("{}: the run is already finished", config.output));
    return {};
  }
  if (!state.members.empty()) console.log(fmt::format("going on from step {}", state.members[0].step));

  const std::unique_ptr<ScoredTable> test = open_test(config, setup);
  bool saved = !state.members.empty();
  setup.fit.save = [&](const TrainState& now) {
    folder.write(kMetricsFile, metrics_lines(now.history));
    folder.write(kStateFile, format_state(now, identity));
    saved = true;
  };
  // A state, if only one without steps, is what makes the folder this run's: the next one knows its files by it.
  if (holding_of(folder) == Holding::kNothing) folder.write(kStateFile, format_state(state, identity));
  const std::string resolved = dump_config({config, {}}, false);
  if (folder.find(kModelFile) == Folder::Entry::kNothing) folder.write(kConfigFile, resolved);
  try {
    fit(config, setup.network, setup.prepared, setup.fit, state, console);
  } catch (const Interrupted& why) {
    console.warn(fmt::format("{}; to go on:", why.what()));
    console.warn(fmt::format("  {}", options.resume_command));
    throw;
  }
  const EpochRecord& best = state.history[best_evaluation(state.history)];
  console.log(fmt::format("best epoch {}, validation loss {:.4f}; {} in all", best.epoch, best.validation_loss,
                          duration(state.seconds)));
  // What fails from here on, --resume makes good.
  if (!saved) setup.fit.save(state);

  Model model = model_of(config, setup, state);
  const Prepared& prepared = setup.prepared;
  const std::vector<uint32_t>& rows = prepared.split.validation;
  const auto threads = static_cast<size_t>(config.threads);
  Predictions predictions = validation_predictions(model, prepared, config.device, threads);
  model.threshold = choose_threshold(model, config.train.threshold, predictions, prepared.labels, rows,
                                     prepared.weights);
  relabel(model, predictions);
  if (config.train.threshold.rule != Threshold::Rule::kFixed)
    model.threshold_rule = ThresholdKind().write(config.train.threshold);
  TrainResult result;
  result.validation = evaluate_rows(model, predictions, prepared.labels, rows, prepared.weights);
  result.validation.weight = config.data.weight;
  result.validation.model = folder.path(kModelFile);
  result.validation.data = !prepared.split.folds.empty()          ? "out-of-fold rows"
                           : config.data.validation->path.empty() ? "validation rows"
                                                                  : config.data.validation->path;
  result.validation.epochs = state.history;
  model.validation = result.validation.scores;
  model.validation_intervals = result.validation.intervals;
  folder.write(kModelFile, format_model(model));  // before all that might still fail
  folder.write(kConfigFile, resolved);
  folder.write(kReportFile, html_report(result.validation));
  if (test) {
    Predictor predictor = nn::predictor_on(model, config.device, threads);
    result.test = evaluate_file(model, predictor, *test, {.skip_unlabelled = true, .weight = config.data.weight});
    result.test->model = result.validation.model;
    result.test->data = config.data.test;
    for (const std::string& line : unseen_lines(result.test->unseen))
      console.warn(fmt::format("{}: {}", input_name(config.data.test), line));
  }

  // The state that says "finished" comes last: a run that ends before it goes on to write the same files again.
  state.finished = true;
  setup.fit.save(state);
  return result;
}

std::string dry_run(Config config, Prepared data, Console& console) {
  const Setup setup = set_up(config, std::move(data), console);
  open_test(config, setup);
  std::string out;
  for (const Parameter& parameter : parameters_of(setup.network)) {
    out += fmt::format("{:<20} [{}]\n", parameter.name, fmt::join(parameter.shape, ", "));
  }
  const StepTime time = time_step(config, setup.network, setup.prepared, setup.fit);
  const int64_t members = setup.network.members, rounds = (members + setup.fit.threads - 1) / setup.fit.threads;
  out += fmt::format("{:<20} {}{}\n", "parameters", grouped(parameter_count(setup.network)),
                     members > 1 ? fmt::format(" in each of {} networks", members) : "");
  out += fmt::format("{:<20} {} in {} epochs\n", "steps", grouped(time.steps), *config.train.epochs);
  out += fmt::format("{:<20} {:.3g} ms, so the run about {}\n", "a step", time.seconds * 1e3,
                     duration(time.seconds * static_cast<double>(time.steps * rounds)));
  return out + "nothing was written\n";
}

}  // namespace mdl
