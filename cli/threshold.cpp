#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "base/console.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/checks.h"
#include "cli/commands.h"
#include "cli/compute.h"
#include "cli/input_flags.h"
#include "cli/protection_flags.h"
#include "config/option_types.h"
#include "evaluate/evaluate.h"
#include "io/output.h"
#include "io/signed_files.h"
#include "metrics/threshold.h"
#include "modelfile/model.h"
#include "modelfile/threshold_change.h"
#include "report/formatting.h"
#include "train/record.h"

namespace mdl {
namespace {

struct ThresholdFlags {
  std::string model, data;
  std::string best, recall, precision, cost, value;  // exactly one is given
  std::string output;                                // empty: in place
  std::string signing_key;
  std::string weight;
  bool skip_unlabelled = false;
  std::string device = "auto";
  size_t threads = 0;  // 0: by the work
  InputFlags input;
  ProtectionFlags protection;
};

/// The rule as train.threshold has it.
Threshold rule_of(const ThresholdFlags& flags) {
  std::string flag, text, yaml;
  const auto take = [&](const char* name, const std::string& given, const std::string& as_yaml) {
    if (given.empty()) return;
    if (!flag.empty()) wrong_flags("{} and {} exclude each other", flag, name);
    flag = name;
    text = given;
    yaml = as_yaml;
  };
  std::string costs;
  for (const char c : flags.cost) costs += c == '=' ? ": " : c == ',' ? ", " : std::string(1, c);
  take("--best", flags.best, flags.best);
  take("--recall", flags.recall, fmt::format("{{recall: {}}}", flags.recall));
  take("--precision", flags.precision, fmt::format("{{precision: {}}}", flags.precision));
  take("--cost", flags.cost, fmt::format("{{cost: {{{}}}}}", costs));
  take("--value", flags.value, flags.value);
  if (flag.empty())
    wrong_flags(
        "say how the threshold is chosen: --best f1, --best balanced_accuracy, --recall R, --precision P, "
        "--cost COSTS or --value P");
  const auto parsed = parse_yaml(yaml);
  const Node* node = std::get_if<Node>(&parsed);
  Threshold rule;
  if (node == nullptr || !ThresholdKind().read(*node, rule).empty()) {
    wrong_flags("{} {}: expected {}", flag, quote(text),
                !flags.cost.empty()    ? "false_positive=N,false_negative=N, each above 0"
                : !flags.value.empty() ? "a number from 0 to 1"
                                       : "a number above 0 and at most 1");
  }
  return rule;
}

/// The scores of predicted classes at a threshold.
Scores scores_at(double threshold, const Report& report) {
  ClassificationSums sums(2);
  for (const RankedRow& row : report.ranked)
    sums.count(row.positive ? 1 : 0, row.score >= threshold ? 1 : 0, row.weight);
  return sums.scores(/*positive=*/1, {}, {});
}

double cost_at(double threshold, const Report& report, const Threshold& rule) {
  double cost = 0;
  for (const RankedRow& row : report.ranked) {
    const bool flagged = row.score >= threshold;
    if (flagged != row.positive) cost += row.weight * (flagged ? rule.false_positive : rule.false_negative);
  }
  return cost;
}

std::string comparison(double before, double after, const Report& report, const Threshold& rule) {
  using enum Metric;
  const auto line = [](const char* name, const std::string& then, const std::string& now) {
    return fmt::format("{:<18}{:>10}{:>10}\n", name, then, now);
  };
  const Scores then = scores_at(before, report), now = scores_at(after, report);
  std::string out = line("score", "before", "after");
  for (const Metric metric : {kPrecision, kRecall, kF1, kAccuracy, kBalancedAccuracy})
    out += line(name_of(metric), score_text(score_of(then, metric)), score_text(score_of(now, metric)));
  if (rule.rule == Threshold::Rule::kCost)
    out += line("cost", score_text(cost_at(before, report, rule)), score_text(cost_at(after, report, rule)));
  if (rule.rule != Threshold::Rule::kFixed)
    out += "These rows chose the threshold, so that the scores after it are slightly optimistic.\n";
  return out;
}

/// Chooses by the rule on the rows of the report. Throws Error where it cannot.
double choose(const Report& report, const Threshold& rule, const std::string& data) {
  if (rule.rule == Threshold::Rule::kFixed) return rule.value;
  const auto positives = std::ranges::count(report.ranked, true, &RankedRow::positive);
  if (positives == 0 || positives == std::ssize(report.ranked))
    fail("{}: all its rows are of one class; a threshold is chosen on rows of both", data);
  const double threshold = best_threshold(report.ranked, rule);
  const std::string why = unmet(rule, scores_at(threshold, report));
  if (!why.empty()) fail("{}: {}; --value {} takes it", data, why, shortest(threshold));
  return threshold;
}

Report score(const ThresholdFlags& flags, Model model) {
  apply(flags.input, model);
  Predictor predictor = predictor_for(model, flags.device, flags.threads);
  return evaluate_file(model, predictor, flags.data,
                       {.skip_unlabelled = flags.skip_unlabelled,
                        .weight = flags.weight,
                        .weight_form = form_of(text_format(flags.input)),
                        .worst = 0,
                        .intervals = false,
                        .format = text_format(flags.input)});
}

/// Signs what was written, or has no signature of what was there before stay beside it.
void renew_signature(const std::string& output, const std::optional<SigningKey>& key) {
  const std::string signature = signature_path_of(output);
  if (key) return write_file(signature, sign_manifest(manifest_of(output, signature), *key));
  if (!is_there(signature)) return;
  std::filesystem::remove(signature);
  write_to_stderr(fmt::format("mdl: {}: is removed, as it was not of this model; mdl sign makes a new one\n",
                              printable(signature)));
}

/// Where the model was that of a run, whose record it does not fit any more.
void tell_record(const std::string& model) {
  const std::string folder = std::filesystem::path(model).parent_path().string();
  const std::string record = record_path(folder.empty() ? "." : folder);
  if (!is_there(record)) return;
  write_to_stderr(fmt::format("mdl: {}: records the model as it was trained, so that mdl verify finds it changed\n",
                              printable(record)));
}

int run_threshold(const ThresholdFlags& flags) {
  const Threshold rule = rule_of(flags);
  const bool fixed = rule.rule == Threshold::Rule::kFixed;
  if (!fixed && flags.data.empty()) wrong_flags("give DATA, the labelled rows on which the threshold is chosen");
  apply(flags.protection);
  const std::string output = flags.output.empty() ? flags.model : flags.output;
  if (output == "-") wrong_flags("standard output is for the scores; name a file with --output");
  expect_not_read("--output", output, {flags.data, flags.signing_key});
  if (!flags.data.empty()) expect_tables(flags.model, {flags.data});
  std::optional<SigningKey> key;
  if (!flags.signing_key.empty()) {
    keep_out_of_core_dumps();
    key = read_signing_key(flags.signing_key);
  }
  Model model = load_model(flags.model);
  if (model.target.task != Task::kBinary)
    wrong_flags("a threshold is for two classes; the model's task is {}", name_of(model.target.task));
  OutputFile file(output);  // what is wrong with it is told before the rows are read

  const double before = model.threshold;
  double threshold = rule.value;
  std::string table, chosen = "as told", on;
  if (!flags.data.empty()) {
    const Report report = score(flags, model);
    const std::string data = printable(input_name(flags.data));
    threshold = choose(report, rule, data);
    if (report.unknown_label_rows > 0) {
      write_to_stderr(fmt::format("mdl: {}: {} with a label unknown to the model left out\n", data,
                                  counted(report.unknown_label_rows, "row")));
    }
    const std::string rows = counted(static_cast<int64_t>(report.ranked.size()), "row");
    on = fmt::format("{}{}, {}", fixed ? "on " : fmt::format("{} on ", ThresholdKind().write(rule)), data, rows);
    if (!fixed) {
      chosen = fmt::format("{} on {}", ThresholdKind().write(rule), rows);
      if (!has_encrypted_input()) chosen += fmt::format(" with SHA-256 {}", report.data_sha256);
    }
    table = comparison(before, threshold, report, rule);
  }
  change_threshold(model, threshold, fixed ? "" : ThresholdKind().write(rule), chosen);
  file.write(format_model(model));
  file.commit();
  renew_signature(output, key);
  OutputFile told("-");
  told.write(fmt::format("threshold {}, was {}{}\n{}", shortest(threshold), shortest(before),
                         on.empty() ? "" : ": " + on, table));
  told.commit();
  if (flags.output.empty()) tell_record(output);
  return 0;
}

}  // namespace

Run setup_threshold(CLI::App& app) {
  const auto flags = std::make_shared<ThresholdFlags>();
  app.add_option("model", flags->model, "a model file of two classes")->required()->type_name("MODEL");
  app.add_option("data", flags->data,
                 "a table with the target column, on which the threshold is chosen; - is standard input; with --value "
                 "it may be left out")
      ->type_name("DATA");
  app.add_option("--best", flags->best, "the threshold with the best f1 or balanced_accuracy")
      ->type_name("SCORE")
      ->check(CLI::IsMember({"f1", "balanced_accuracy"}));
  app.add_option("--recall", flags->recall, "the highest threshold with at least this recall")->type_name("R");
  app.add_option("--precision", flags->precision, "the lowest threshold with at least this precision")->type_name("P");
  app.add_option("--cost", flags->cost,
                 "the threshold with the lowest cost, where errors cost this much: false_positive=1,false_negative=5")
      ->type_name("COSTS");
  app.add_option("--value", flags->value, "this threshold")->type_name("P");
  app.add_option("--output", flags->output, "write the model to this file (default: in its place)")->type_name("FILE");
  app.add_option("--signing-key", flags->signing_key,
                 "sign the model with this private key (mdl keygen --signing); without it a signature beside it is "
                 "removed, which would not hold any more")
      ->type_name("FILE");
  app.add_option("--weight", flags->weight, "column of sample weights")->type_name("COLUMN");
  app.add_flag("--skip-unlabelled", flags->skip_unlabelled, "skip rows without a target");
  add_scoring_flags(app, flags->device, flags->threads, flags->input, flags->protection);
  app.footer(
      "Prints the scores of the rows before and after. Nothing else of the model changes, but that scores at the old\n"
      "threshold are taken out of it, and that it records what was changed on how many rows.\n\n"
      "Example:\n"
      "  mdl threshold runs/credit/model.safetensors validation.csv --best f1\n"
      "  mdl threshold runs/credit/model.safetensors validation.csv --recall 0.8 --output careful.safetensors\n"
      "  mdl threshold runs/credit/model.safetensors --value 0.3");
  return [flags] { return run_threshold(*flags); };
}

}  // namespace mdl
