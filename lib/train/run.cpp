#include "train/run.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/module.h"
#include "base/signals.h"
#include "base/text.h"
#include "config/dump.h"
#include "crypto/sha256.h"
#include "io/names.h"
#include "io/signed_files.h"
#include "metrics/threshold.h"
#include "nn/predictor.h"
#include "report/formatting.h"
#include "train/fingerprint.h"
#include "train/fit.h"
#include "train/load.h"
#include "train/metrics_lines.h"
#include "train/progress_log.h"
#include "train/record.h"
#include "train/resume.h"
#include "train/search.h"
#include "train/tracking.h"

namespace mdl {
namespace {

struct TestTable {
  TestTable(const std::string& path, const TextInput& text) : rows(path, text, &hash) {}

  Sha256 hash;  // of the file
  ScoredTable rows;
};

/// data.test, bound to the columns that scoring needs, where there is one: a slip in its name is not to cost a
/// training.
std::unique_ptr<TestTable> open_test(const Config& config, const TrainingData& data) {
  if (config.data.test.empty()) return nullptr;
  auto test = std::make_unique<TestTable>(config.data.test,
                                          TextInput{.told = config.data.format, .expected = data.format});
  test->rows.expect_columns(data.target, data.encoder, config.data.weight);
  return test;
}

/// Makes the folder this run's own.
void take(ProtectedFolder& folder, Existing existing) {
  folder.stored().lock();
  expect_free(folder, existing);
  folder.stored().remove_temporaries_of(stored_run_files());
}

/// Throws Error, on the first rank, where another has other files or would train another run.
void expect_same_run(Ranks& ranks, const TrainingData& data, const RunFingerprint& fingerprint) {
  nlohmann::json own{{"files", nlohmann::json::array()}, {"run", fingerprint}};
  for (const InputFile& file : data.inputs) own["files"].push_back({file.path, file.sha256});
  const std::vector<std::string> all = ranks.gather(own.dump());
  for (size_t rank = 1; rank < all.size(); ++rank) {
    const auto other = nlohmann::json::parse(all[rank]);
    const std::string name = ranks.name_of(static_cast<int>(rank));
    for (size_t i = 0; i < std::min(own["files"].size(), other["files"].size()); ++i) {
      const auto &here = own["files"][i], &there = other["files"][i];
      if (here[1] != there[1])
        fail("{}: data.train: {} has other bytes than {} on rank 0; all ranks need the same tables", name,
             there[0].get<std::string>(), here[0].get<std::string>());
    }
    for (const std::string& difference : differences(fingerprint, other["run"].get<RunFingerprint>()))
      fail("{}: would train otherwise than rank 0: {}", name, difference);
  }
}

/// Where ranks that share batches were busier with that than with training.
void tell_adding(const Ranks& ranks, const TrainState& state, Console& console) {
  const double share = ranks.seconds_adding() / state.seconds;
  if (share < 0.5) return;
  console.log(fmt::format(
      "adding up the gradients of the ranks took {:.0f} % of the time; one process, a larger train.batch_size or "
      "train.local_steps may be faster",
      100 * std::min(1.0, share)));
}

/// All that another rank than the first does.
void train_beside_the_first(const Config& config, const Plan& plan, const TrainingData& data) {
  TrainState state = parse_state(plan.ranks->share({}), "the first rank's state").state;
  if (state.finished) return;
  train_by_trials(config, trials_of(config, plan.network, data.target.task), plan.network, data,
                  {.device = plan.device, .threads = plan.threads, .ranks = plan.ranks}, state);
  plan.ranks->wait_for_the_first();
}

/// The record of a run that has ended, but for what it wrote.
RunRecord record_of(const Config& config, const TrainingData& data, const Model& model) {
  RunRecord record{.model_version = model.version,
                   .seed = config.train.seed,
                   .changes = model.changes,
                   .training_rows = model.training_rows,
                   .validation_rows = model.validation_rows,
                   .unlabelled_rows = static_cast<int64_t>(data.findings.unlabelled),
                   .versions = model.versions,
                   .config = dump_config({config, {}}, false)};
  record.versions.emplace_back("build", program_build());
  for (const InputFile& file : data.inputs) record.inputs.push_back({"data.train", file});
  if (data.validation) record.inputs.push_back({"data.validation", *data.validation});
  if (data.start)
    record.inputs.push_back({"train.from", {data.start->path, data.start->sha256, data.start->model.training_rows}});
  return record;
}

Report score_test(const Config& config, const Model& model, const NumberForm& weight_form, TestTable& table,
                  Console& console) {
  Predictor predictor = nn::predictor_on(model, config.device, static_cast<size_t>(config.threads));
  Report report = evaluate_file(model, predictor, table.rows,
                                {.skip_unlabelled = true, .weight = config.data.weight, .weight_form = weight_form});
  report.data = config.data.test;
  for (const std::string& line : unseen_lines(report.unseen))
    console.warn(fmt::format("{}: {}", input_name(config.data.test), line));
  return report;
}

}  // namespace

std::optional<TrainResult> train(Config config, const TrainingData& data, const TrainOptions& options,
                                 Console& console) {
  resolve_by_data(config, data);
  expect_trackable(config);
  const Plan plan = plan_for(config, data, options.ranks);
  console.log(describe(config, plan));
  const RunFingerprint fingerprint = fingerprint_of(config, data, plan);
  if (options.ranks != nullptr) {
    console.log(describe_ranks(config, plan));
    expect_same_run(*options.ranks, data, fingerprint);
    if (!options.ranks->is_first()) {
      train_beside_the_first(config, plan, data);
      return {};
    }
  }

  make_folders(config.output);
  ProtectedFolder folder(config.output);
  take(folder, options.existing);

  TrainState state;
  std::string parent;
  if (options.existing == Existing::kResume) {
    state = state_to_resume(folder, config, plan.network, data.target.task, fingerprint, options.allow_changes,
                            console);
  }
  if (options.ranks != nullptr) options.ranks->share(format_state(state, fingerprint));
  if (state.finished) {
    console.log(fmt::format("{}: the run is already finished", config.output));
    if (options.signing_key != nullptr)
      console.warn(fmt::format("{}: nothing was signed, as the run is already finished; mdl sign signs its {} and {}",
                               config.output, kModelFile, kRecordFile));
    return {};
  }
  if (!state.members.empty()) {
    console.log(fmt::format("going on from step {}", state.members[0].step));
    parent = sha256_of(folder.read(kStateFile));
  }
  const std::unique_ptr<TestTable> test = open_test(config, data);

  // A state, if only one without steps, is what makes the folder this run's: the next one knows its files by it.
  // Ranks that are started again know by it that this one has begun.
  const bool begins_anew = options.ranks != nullptr && options.existing == Existing::kReplace;
  if (begins_anew || holding_of(folder) == Holding::kNothing)
    folder.write(kStateFile, format_state(state, fingerprint));
  if (folder.find(kModelFile) == Folder::Entry::kNothing) folder.write(kConfigFile, dump_config({config, {}}, false));

  const bool several = trials_of(config, plan.network, data.target.task).size() > 1;
  Tracking tracking(config, folder, state, several, console);

  const auto save = [&](const TrainState& now) {
    folder.write(kMetricsFile, metrics_lines(now));
    folder.write(kStateFile, format_state(now, fingerprint));
  };
  ProgressLog log(config.train, console);
  const Callbacks callbacks{
      .save = save,
      .progress = [&](const Progress& now) { log.progress(now); },
      .trial = [&](size_t trial, const auto& trials) { log.trial(trial, trials); },
      .chosen = [&](const Config& chosen, int64_t networks, int64_t epochs) { log.chosen(chosen, networks, epochs); },
      .evaluated =
          [&](const TrainState& now, double speed) {
            log.evaluated(now, speed);
            tracking.evaluated(now);
          }};
  Fitted fitted;
  try {
    fitted = fit(config, plan, data, callbacks, std::move(state));
  } catch (const Interrupted& why) {
    console.warn(fmt::format("{}; to go on:", why.what()));
    console.warn(fmt::format("  {}", options.resume_command));
    throw;
  }
  log.ended(fitted.state, fitted.ending);
  if (options.ranks != nullptr) {
    options.ranks->need_no_more();
    tell_adding(*options.ranks, fitted.state, console);
  }
  const std::string resolved = dump_config({fitted.config, {}}, false);
  const Report& found = fitted.validation;
  if (const std::string why = unmet(config.train.threshold, found.networks_a_row ? found.as_found : found.scores);
      !why.empty())
    console.warn(fmt::format("train.threshold: {}", why));

  TrainResult result{.validation = std::move(fitted.validation)};
  result.validation.model = folder.path(kModelFile);
  result.validation.date = today();
  RunRecord record = record_of(fitted.config, data, fitted.model);
  record.parent = parent;
  const auto write = [&](const char* name, std::string_view bytes) {
    record.outputs.push_back({ProtectedFolder::stored_name(name), folder.write(name, bytes)});
  };
  // Signatures of what is replaced now would only mislead.
  for (const char* name : {kModelFile, kRecordFile})
    folder.stored().remove(signature_name(ProtectedFolder::stored_name(name)));
  const auto write_outputs = [&] {
    record.outputs.clear();
    write(kModelFile, format_model(fitted.model));
    write(kConfigFile, resolved);
    write(kReportFile, html_report(result.validation));
    write(kMetricsFile, metrics_lines(fitted.state, &fitted.model));
  };
  write_outputs();  // before all that might still fail

  if (test) {
    result.test = score_test(config, fitted.model, data.weight_form, *test, console);
    result.test->model = result.validation.model;
    fitted.model.test_rows = result.test->rows;
    fitted.model.test = result.test->scores;
    fitted.model.test_intervals = result.test->intervals;
    result.validation.test = TestScores{.data = config.data.test,
                                        .rows = result.test->rows,
                                        .scores = result.test->scores,
                                        .intervals = result.test->intervals,
                                        .notes = row_notes(*result.test)};
    write_outputs();
    record.inputs.push_back(
        {"data.test", {config.data.test, test->hash.finish(), result.test->rows + result.test->skipped_unlabelled}});
  }

  const RecordedOutput written{ProtectedFolder::stored_name(kRecordFile),
                               folder.write(kRecordFile, format_record(record))};
  if (options.signing_key != nullptr) {
    for (const auto& [file, sha256] : {record.outputs[0], written})
      folder.stored().write(signature_name(file), sign_manifest(manifest_of_file(file, sha256), *options.signing_key));
  }

  // A run that this one replaced may have been in clear.
  for (const std::string& name : run_files()) folder.remove_other(name);

  std::vector<std::string> written_files;
  for (const RecordedOutput& file : record.outputs) written_files.push_back(file.file);
  written_files.push_back(written.file);
  tracking.finished(fitted.config, fitted.model, written_files);

  // The state that says "finished" comes last: a run that ends before it goes on to write the same files again.
  fitted.state.finished = true;
  folder.write(kStateFile, format_state(fitted.state, fingerprint));
  if (options.ranks != nullptr) options.ranks->finish();
  return result;
}

std::string dry_run(Config config, const TrainingData& data, Console& console) {
  resolve_by_data(config, data);
  expect_trackable(config);
  const Plan plan = plan_for(config, data);
  console.log(describe(config, plan));
  open_test(config, data);
  std::string out;
  for (const Parameter& parameter : parameters_of(plan.network)) {
    out += fmt::format("{:<20} [{}]\n", parameter.name, fmt::join(parameter.shape, ", "));
  }
  const Config timed = trials_of(config, plan.network, data.target.task)[0];
  const StepTime time = time_step(timed, plan.network, data, {.device = plan.device, .threads = plan.threads});
  const int64_t members = plan.network.members, at_once = plan.device.is_cpu() ? plan.threads : 1,
                rounds = (members + at_once - 1) / at_once;
  out += fmt::format("{:<20} {}{}\n", "parameters", grouped(parameter_count(plan.network)),
                     members > 1 ? fmt::format(" in each of {} networks", members) : "");
  if (*config.train.epochs == kAutoEpochs) {
    out += fmt::format("{:<20} {} in an epoch; the run decides how many\n", "steps", grouped(time.per_epoch));
    out += fmt::format("{:<20} {:.3g} ms, so an epoch of all networks about {}\n", "a step", time.seconds * 1e3,
                       duration(time.seconds * static_cast<double>(time.per_epoch * rounds)));
  } else {
    out += fmt::format("{:<20} {} in {}\n", "steps", grouped(time.steps), counted(*config.train.epochs, "epoch"));
    out += fmt::format("{:<20} {:.3g} ms, so the run about {}\n", "a step", time.seconds * 1e3,
                       duration(time.seconds * static_cast<double>(time.steps * rounds)));
  }
  return out + "nothing was written\n";
}

}  // namespace mdl
