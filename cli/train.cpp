#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <memory>
#include <system_error>

#include "base/error.h"
#include "base/files.h"
#include "base/signals.h"
#include "cli/arguments.h"
#include "cli/checks.h"
#include "cli/commands.h"
#include "cli/compute.h"
#include "cli/input_flags.h"
#include "cli/protection_flags.h"
#include "cli/verdict.h"
#include "config/dump.h"
#include "config/load.h"
#include "io/input.h"
#include "io/names.h"
#include "io/output.h"
#include "report/formats.h"
#include "table/paths.h"
#include "train/load.h"
#include "train/metrics_lines.h"
#include "train/run_folder.h"
#include "train/run_identity.h"
#include "train/run_summary.h"
#include "train/streaming.h"

namespace mdl {
namespace {

constexpr int kToldByAnother = 1;  // exit code of a rank whose problem another one tells

struct TrainFlags {
  std::string input;  // a config, or a table
  std::string target;
  std::string from;              // a model to go on from
  std::vector<std::string> set;  // KEY=VALUE, in order
  std::optional<std::string> output;
  std::string device;
  std::optional<int64_t> threads;
  bool resume = false, force = false, allow_changes = false;
  std::string signing_key;
  std::string scores;  // a file for the final scores
  std::string progress = "text";
  bool dry_run = false;
  bool quiet = false;
  InputFlags text;
  ProtectionFlags protection;
};

bool is_config(const std::string& path) {
  const std::string name = unpacked_name(path);
  return name.ends_with(".yaml") || name.ends_with(".yml");
}

/// A folder as input is that of a run to resume: its config, and what goes on.
void resume_folder(TrainFlags& flags) {
  while (flags.input.size() > 1 && flags.input.ends_with('/')) flags.input.pop_back();
  std::error_code unknown;
  if (!std::filesystem::is_directory(flags.input, unknown)) return;
  if (!flags.resume) wrong_flags("{}: is a folder; --resume continues the run in it", quote(flags.input));
  if (!flags.output) flags.output = flags.input;
  const std::string clear = flags.input + "/" + kConfigFile, encrypted = encrypted_name(clear);
  if (!is_there(clear) && !is_there(encrypted)) fail("{}: holds no run to resume", flags.input);
  flags.input = is_there(clear) ? clear : encrypted;
}

/// As the model was trained.
LoadedConfig load_config_of(const std::string& model, Overrides overrides) {
  const Model start = load_model(model);
  overrides.flags.insert(overrides.flags.begin(), {{model, "data.target", start.target.name},
                                                   {model, "train.trials", "1"}});  // its settings were taken
  return load_config_text(start.config, model, overrides);
}

LoadedConfig load(const TrainFlags& flags, int processes) {
  Overrides overrides{.set = flags.set};
  const bool config = is_config(flags.input);
  if (!config) {
    if (flags.target.empty() && flags.from.empty())
      wrong_flags("{}: is taken for a table, as it does not end in .yaml; --target COLUMN says what to predict",
                  input_name(flags.input));
    overrides.flags.push_back({"DATA", "data.train", flags.input});
  }
  if (!flags.from.empty()) overrides.flags.push_back({"--from", "train.from", flags.from});
  if (!flags.target.empty()) overrides.flags.push_back({"--target", "data.target", flags.target});
  if (flags.output && flags.output->empty()) wrong_flags("--output: expected a folder, found ''");
  if (flags.output) overrides.flags.push_back({"--output", "output", *flags.output});
  if (!flags.device.empty()) overrides.flags.push_back({"--device", "device", flags.device});
  overrides.flags.insert(overrides.flags.end(), flags.text.given.begin(), flags.text.given.end());
  if (flags.threads) overrides.flags.push_back({"--threads", "threads", fmt::format("{}", *flags.threads)});
  const auto resolved = [&] {
    return config               ? load_config(flags.input, overrides)
           : flags.from.empty() ? load_config(overrides)
                                : load_config_of(flags.from, overrides);
  };
  LoadedConfig loaded = resolved();
  if (const auto settings = streaming_settings(loaded.config, processes);
      !settings.empty()) {  // other values follow from them
    overrides.set.insert(overrides.set.end(), settings.begin(), settings.end());
    loaded = resolved();
  }
  std::vector<std::string>& missing = loaded.config.data.missing;
  missing.insert(missing.end(), flags.text.missing.begin(), flags.text.missing.end());
  return loaded;
}

/// A word as a shell reads it back.
std::string shell_word(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-") ==
                                          std::string::npos;
  if (plain) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

/// What was typed, with --resume.
std::string resume_command() {
  std::string command;
  for (char** argument = program_arguments(); *argument != nullptr; ++argument) {
    const std::string word = *argument;
    if (word != "--force" && word != "--resume") command += shell_word(word) + " ";
  }
  return command + "--resume";
}

/// Without the calibration table, which report.html shows.
std::string scores_in_text(Report report) {
  report.reliability.reset();
  return text_report(report, output_style());
}

/// glibc decides at a program's start how it takes memory. On huge pages LibTorch, which registers thousands of
/// operators in small pieces, is loaded 30 ms sooner; and a fixed threshold gives the blocks of a table back to the
/// system as soon as they are encoded.
void start_again_with_huge_pages() {
  // Whoever drops the variable on the way does not have us start for ever: an ignored signal, which is not used
  // otherwise, stays ignored.
  const bool started_again = std::signal(SIGUSR2, SIG_DFL) == SIG_IGN;
  if (started_again || std::getenv("GLIBC_TUNABLES") != nullptr) return;
  std::error_code unknown;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (unknown ||
      setenv("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=131072", /*overwrite=*/1) != 0)
    return;
  std::signal(SIGUSR2, SIG_IGN);
  execv(program.c_str(), program_arguments());
  std::signal(SIGUSR2, SIG_DFL);
}

/// Loading LibTorch takes 0.1 s, in which a table of 15 MB is read.
TrainingData read_while_loading(const Config& config, Console& console, int processes) {
  const auto read = [&] { return load_training_data(config, console, processes); };
  std::future<TrainingData> reading;
  try {
    reading = std::async(std::launch::async, read);
  } catch (const std::system_error&) {  // no more threads: one after the other
    return read();
  }
  const WithoutSignals loading;  // they are for the thread that may wait for its input
  compute();
  return reading.get();
}

/// Whether it is a config as a run leaves it, resolved and without a comment: nothing is lost when a run writes it
/// anew.
bool is_resolved(const std::string& config) {
  const std::string bytes = read_file(config, SIZE_MAX);
  try {
    return dump_config({load_config_text(bytes, config).config, {}}, false) == bytes;
  } catch (const Error&) {
    return false;
  }
}

/// Throws Error when a file of the run would take the place of one that is read.
void expect_nothing_read_is_replaced(const TrainFlags& flags, const Config& config) {
  std::vector<std::string> inputs = expand(config.data.train);
  for (const std::string& path :
       {config.data.validation ? config.data.validation->path : std::string(), config.data.test}) {
    if (!path.empty()) inputs.push_back(path);
  }
  if (is_config(flags.input)) inputs.push_back(flags.input);
  if (!config.train.from.empty()) inputs.push_back(config.train.from);
  if (!flags.signing_key.empty()) inputs.push_back(flags.signing_key);
  if (!flags.scores.empty()) expect_not_read("--scores", flags.scores, inputs);
  for (const std::string& name : stored_run_files()) {
    if (!flags.scores.empty() && same_output(flags.scores, config.output + "/" + name))
      wrong_flags("--scores {}: is a file of the run itself", quote(flags.scores));
  }
  for (const std::string& name : stored_run_files()) {
    const std::string output = config.output + "/" + name;
    const std::string* input = read_as(output, inputs);
    if (input != nullptr && !(*input == flags.input && name == kConfigFile && is_resolved(flags.input))) {
      fail("{}: is also an input, {}, and would be overwritten; choose another folder with --output", output,
           quote(*input));
    }
  }
}

/// What the run writes.
void protect(const ProtectConfig& config) {
  for (const std::string& text : config.recipients)
    protection().recipients.push_back(parse_age_recipient(text, "protect.recipients"));
}

/// Throws Error where the output folder holds a run that is not to be replaced. What a pipe holds is known only once
/// `read` of it is there.
void expect_replaceable_output(const LoadedConfig& loaded, Existing existing, const TrainingData* read) {
  const Config& config = loaded.config;
  std::vector<InputFile> tables;
  for (const std::string& path : expand(config.data.train)) tables.push_back({.path = path});
  const bool pipe = std::ranges::find(tables, "-", &InputFile::path) != tables.end();
  if ((read != nullptr) != (pipe && existing == Existing::kReplace)) return;
  const std::string& origin = loaded.origin.at("output");
  const bool named = origin == "--output" || origin == "--set";
  expect_replaceable(config.output, existing, named, read == nullptr ? tables : read->inputs, config.data.target);
}

/// What the files of a run that is finished already say of its scores.
Report finished_report(const std::string& folder) {
  const Model model = load_model(model_path_of(folder));
  Report report{.task = model.target.task, .scores = model.validation, .epochs = taken_evaluations(folder, model)};
  report.epoch_metric = model.metric;
  if (model.test_rows > 0) report.test = TestScores{.rows = model.test_rows, .scores = model.test};
  return report;
}

/// `ranks`: that train together, of which this process is one; null: it is alone.
int train_as(Ranks* ranks, TrainFlags flags) {
  const bool writes = ranks == nullptr || ranks->is_first();
  apply(flags.protection);
  resume_folder(flags);
  const int processes = ranks == nullptr ? 1 : ranks->local_size();
  const LoadedConfig loaded = load(flags, processes);
  const Config& config = loaded.config;
  protect(config.protect);
  if (config.device != "auto" && config.device != "cpu") compute().expect_device(config.device);
  const Existing existing = flags.resume ? Existing::kResume : flags.force ? Existing::kReplace : Existing::kRefuse;
  if (!flags.dry_run && writes) {
    expect_nothing_read_is_replaced(flags, config);
    expect_free(config.output, existing == Existing::kRefuse ? Existing::kReplace : existing);
    if (is_there(config.output))
      expect_column(config.data.train, config.data.format, config.data.target, "data.target");
    expect_replaceable_output(loaded, existing, nullptr);
  }
  std::optional<SigningKey> key;
  if (!flags.signing_key.empty()) {
    keep_out_of_core_dumps();
    key = read_signing_key(flags.signing_key);
  }
  Console console(flags.quiet, flags.progress == "json", /*silent=*/!writes);
  std::optional<OutputFile> scores;  // what is wrong with it is told before the training
  if (!flags.scores.empty() && writes) scores.emplace(flags.scores);
  OutputFile output("-");

  const TrainingData data = read_while_loading(config, console, processes);
  if (!flags.dry_run && writes) expect_replaceable_output(loaded, existing, &data);
  if (flags.dry_run) {
    output.write(compute().dry_run(config, data, console));
    return 0;
  }

  const TrainOptions options{.existing = existing,
                             .allow_changes = flags.allow_changes,
                             .resume_command = resume_command(),
                             .signing_key = key ? &*key : nullptr,
                             .ranks = ranks};
  const auto result = compute().train(config, data, options, console);
  if (scores) {
    scores->write(flat_scores(result ? result->validation : finished_report(config.output)));
    scores->commit();
  }
  if (!result) return 0;
  output.write(scores_in_text(result->validation));
  if (result->test) {
    output.write("\n");
    output.write(scores_in_text(*result->test));
  }
  if (data.findings.giveaways) {
    const std::string beside = describe_beside(*data.findings.giveaways, result->validation.scores);
    if (!beside.empty()) console.warn(beside);
  }
  std::vector<std::string> written;
  for (const char* name : {kModelFile, kReportFile, kMetricsFile, kConfigFile, kRecordFile})
    written.push_back(ProtectedFolder::stored_name(name));
  console.log(fmt::format("{}: {}", config.output, fmt::join(written, ", ")));
  return 0;
}

int run_train(TrainFlags flags) {
  if (flags.scores == "-") wrong_flags("--scores -: standard output is for the report; name a file");
  if (flags.from == "-") wrong_flags("--from -: a model is read from a file");
  start_again_with_huge_pages();  // before a secret is read
  const auto environment = rank_environment([](const char* name) { return std::getenv(name); });
  if (environment && environment->rank > 0 && flags.dry_run) return 0;  // the first one tells what would be
  if (!environment || flags.dry_run) return train_as(nullptr, std::move(flags));

  if (environment->restarts > 0) {
    flags.resume = true;
    flags.force = false;
  }
  Console console(flags.quiet, flags.progress == "json", /*silent=*/environment->rank > 0);
  std::unique_ptr<Ranks> ranks;
  try {
    ranks = compute().join_ranks(*environment, console);
    return train_as(ranks.get(), std::move(flags));
  } catch (const RankLost&) {
    throw;
  } catch (const ToldByAnotherRank&) {
    return kToldByAnother;
  } catch (const Interrupted&) {
    throw;
  } catch (const std::exception& problem) {
    if (!ranks) throw;
    const bool memory = dynamic_cast<const std::bad_alloc*>(&problem) != nullptr;
    const std::string why = memory ? "out of memory" : problem.what();
    if (!ranks->leave(why)) return kToldByAnother;
    if (ranks->is_first()) throw;
    throw Error(fmt::format("{}: {}", ranks->name_of(ranks->rank()), why));
  }
}

}  // namespace

Run setup_train(CLI::App& app) {
  const auto flags = std::make_shared<TrainFlags>();
  app.add_option("config", flags->input,
                 "a config (.yaml), or a table with --target; with --resume the folder of a run")
      ->required()
      ->type_name("CONFIG|DATA");
  app.add_option("--target", flags->target, "target column")->type_name("COLUMN");
  app.add_option(
         "--from", flags->from,
         "go on from this model: its weights are the first ones, its encoder is kept; with DATA its settings, too")
      ->type_name("MODEL");
  add_set(app, flags->set, "override a config key; takes precedence over the file and other flags");
  app.add_option("--output", flags->output, "output folder (default: runs/<name of the data>)")->type_name("DIR");
  add_device(app, flags->device);
  app.add_option("--threads", flags->threads, "number of threads (default: chosen by the amount of work)")
      ->type_name("N");
  const auto resume = app.add_flag("--resume", flags->resume, "resume the run in the output folder");
  app.add_flag("--force", flags->force,
               "start a new run; the one in the output folder, of the same table and target unless --output names the "
               "folder, is replaced once the new model is written")
      ->excludes(resume);
  app.add_flag("--allow-changes", flags->allow_changes,
               "resume even if data or config have changed; the model file records it")
      ->needs(resume);
  app.add_option("--signing-key", flags->signing_key,
                 "sign model.safetensors and run.json with this private key (mdl keygen --signing)")
      ->type_name("FILE");
  app.add_option("--scores", flags->scores, "also write the final scores to this file, as flat JSON for other programs")
      ->type_name("FILE");
  app.add_option("--progress", flags->progress,
                 "text (default), or json: on stderr a line of JSON for each evaluation, message and warning")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json"}));
  app.add_flag("--dry-run", flags->dry_run, "read and check everything, time a few steps, write nothing");
  app.add_flag("--quiet", flags->quiet, "only warnings on stderr");
  add_input_flags(app, flags->text);
  add_missing_flag(app, flags->text);
  add_identity_flags(app, flags->protection);
  add_plaintext_flag(app, flags->protection);
  app.footer(
      "Writes model.safetensors, last.safetensors, config.yaml, metrics.jsonl, report.html and run.json, the record\n"
      "of what the run was made of and what it made, into the output folder.\n"
      "Ctrl-C saves the state of the run; --resume continues from there, to the same bytes as an uninterrupted run.\n\n"
      "Example:\n"
      "  mdl train configs/seed.yaml --set train.epochs=20\n"
      "  mdl train --resume runs/seed\n"
      "  mdl train data/credit.csv --target Status");
  return [flags] { return run_train(*flags); };
}

}  // namespace mdl
