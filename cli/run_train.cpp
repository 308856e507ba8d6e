#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "cli/arguments.h"
#include "cli/compute.h"
#include "config/load.h"
#include "train/run.h"

namespace mdl {
namespace {

bool is_config(const std::string& path) { return path.ends_with(".yaml") || path.ends_with(".yml"); }

LoadedConfig load(const TrainFlags& flags) {
  Overrides overrides{.set = flags.set};
  const bool config = is_config(flags.input);
  if (!config) {
    if (flags.target.empty()) fail("{}: is taken for a table, as it does not end in .yaml; --target COLUMN says what to predict", input_name(flags.input));
    overrides.flags.push_back({"DATA", "data.train", flags.input});
  }
  if (!flags.target.empty()) overrides.flags.push_back({"--target", "data.target", flags.target});
  if (flags.output && flags.output->empty()) fail("--output: expected a folder, found ''");
  if (flags.output) overrides.flags.push_back({"--output", "output", *flags.output});
  if (!flags.device.empty()) overrides.flags.push_back({"--device", "device", flags.device});
  if (flags.threads) overrides.flags.push_back({"--threads", "threads", fmt::format("{}", *flags.threads)});
  return config ? load_config(flags.input, overrides) : load_config(overrides);
}

/// A word as a shell reads it back.
std::string shell_word(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-") == std::string::npos;
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
  return text_report(report);
}

}  // namespace

int run_train(const TrainFlags& flags) {
  const LoadedConfig loaded = load(flags);
  Talk talk(flags.quiet);
  OutputFile output("-");
  if (flags.dry_run) {
    output.write(rehearse(loaded.config, talk));
    return 0;
  }

  const TrainOptions options{.existing = flags.resume ? Existing::kResume : flags.force ? Existing::kReplace : Existing::kRefuse,
                             .allow_changes = flags.allow_changes,
                             .resume_command = resume_command()};
  const auto result = train(loaded.config, options, talk);
  if (!result) return 0;
  output.write(scores_in_text(result->validation));
  if (result->test) {
    output.write("\n");
    output.write(scores_in_text(*result->test));
  }
  talk.line(fmt::format("{}: model.safetensors, report.html, metrics.jsonl, config.yaml", loaded.config.output));
  return 0;
}

}  // namespace mdl
