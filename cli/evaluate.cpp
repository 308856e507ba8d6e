#include <algorithm>
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
#include "cli/verdict.h"
#include "evaluate/compare.h"
#include "evaluate/evaluate.h"
#include "io/names.h"
#include "metrics/gates_file.h"
#include "modelfile/model.h"
#include "modelfile/serving.h"
#include "report/formats.h"
#include "report/formatting.h"

namespace mdl {
namespace {

struct EvaluateFlags {
  std::string model, data;
  std::string format = "text";
  std::string output = "-";
  std::vector<std::string> reports;     // further files, in the format that their names say
  std::vector<std::string> fail_under;  // METRIC=VALUE, or METRIC[COLUMN=VALUE,...]=VALUE
  std::string baseline;                 // another model, or its report as JSON
  std::vector<std::string> max_drop;    // METRIC=VALUE
  std::string gates;                    // a file of them
  std::optional<double> confidence;
  bool intervals = true;
  std::optional<double> threshold;
  std::string weight;               // a column
  std::vector<std::string> slices;  // COLUMN[:CUT,...],...
  size_t worst = 10;
  bool drift = false, fail_on_drift = false;
  bool skip_unlabelled = false, fail_on_unknown_labels = false;
  std::string device = "auto";
  size_t threads = 0;  // 0: by the work
  InputFlags input;
  ProtectionFlags protection;
};

int run_evaluate(const EvaluateFlags& flags) {
  apply(flags.protection);
  std::vector<std::string> outputs;
  const auto check_output = [&](const char* flag, const std::string& path) {
    expect_not_read(flag, path, {flags.model, flags.data, flags.baseline, flags.gates});
    if (std::ranges::any_of(outputs, [&](const std::string& other) { return same_output(path, other); }))
      wrong_flags("two reports go to {}", quote(path));
    outputs.push_back(path);
  };
  check_output("--output", flags.output);
  for (const std::string& path : flags.reports) {
    if (format_of_file(path) == nullptr) wrong_flags("--report {}", unknown_ending(path));
    check_output("--report", path);
  }
  expect_tables(flags.model, {flags.data});
  Model model = load_model(flags.model);
  apply(flags.input, model);
  if (flags.threshold) set_threshold(model, *flags.threshold);

  std::vector<Gate> gates;
  std::optional<double> confidence = flags.confidence;
  for (const bool drop : {false, true}) {
    for (const std::string& text : drop ? flags.max_drop : flags.fail_under) {
      const std::string problem = parse_gate(text, model.target.task, gates.emplace_back(), drop);
      if (!problem.empty()) wrong_flags("{} {}", drop ? "--max-drop" : "--fail-under", problem);
    }
  }
  if (!flags.gates.empty()) {
    const GatesFile file = read_gates(flags.gates, model.target.task);
    gates.insert(gates.end(), file.gates.begin(), file.gates.end());
    if (!confidence) confidence = file.confidence;
  }
  for (const Gate& gate : gates) {
    if (const std::string problem = unscored(gate.metric, model.target.objective.loss); !problem.empty())
      wrong_flags("{}: {}", input_name(flags.model), problem);
  }
  const bool drops = std::any_of(gates.begin(), gates.end(), [](const Gate& gate) { return gate.drop; });
  if (drops && flags.baseline.empty()) wrong_flags("a drop needs --baseline, the model or report to compare with");
  if (confidence && !(*confidence >= kLeastConfidence && *confidence <= kMostConfidence)) {
    wrong_flags("--confidence {}: expected a number from {} to {}", *confidence, kLeastConfidence, kMostConfidence);
  }
  if (confidence && !flags.intervals) wrong_flags("--confidence decides by intervals; omit --intervals none");

  const bool drift = flags.drift || flags.fail_on_drift;
  if (drift) expect_full(model, flags.model + ":", "has no histograms, against which drift is measured");
  if (drift && !model.encoder.has_histograms()) {
    fail("{}: has no feature histograms, against which drift is measured; retrain it with this version of mdl",
         flags.model);
  }

  const bool against_report = unpacked_name(flags.baseline).ends_with(".json");
  std::optional<Model> baseline;
  if (!flags.baseline.empty() && !against_report) baseline = load_model(flags.baseline);
  if (baseline) apply(flags.input, *baseline);
  Predictor predictor = predictor_for(model, flags.device, flags.threads);
  std::optional<Predictor> baseline_predictor;
  if (baseline) baseline_predictor.emplace(predictor_for(*baseline, flags.device, flags.threads));
  const auto is_page = [](const ReportFormat* format) { return format->write == html_report; };
  const bool page = is_page(find_format(flags.format)) ||
                    std::ranges::any_of(flags.reports, [&](const auto& path) { return is_page(format_of_file(path)); });
  Report report = evaluate_file(model, predictor, flags.data,
                                {.skip_unlabelled = flags.skip_unlabelled,
                                 .weight = flags.weight,
                                 .weight_form = form_of(text_format(flags.input)),
                                 .slices = flags.slices,
                                 .gates = gates,
                                 .worst = flags.worst,
                                 .page = page,
                                 .intervals = flags.intervals,
                                 .confidence = confidence.value_or(0.95),
                                 .format = text_format(flags.input),
                                 .drift = drift,
                                 .baseline = baseline ? &*baseline : nullptr,
                                 .baseline_predictor = baseline ? &*baseline_predictor : nullptr});
  report.model = flags.model;
  report.data = flags.data;
  report.date = today();
  if (against_report) report.compared_to = compare_with_report(report, flags.baseline);
  if (baseline) report.compared_to->name = flags.baseline;
  judge_gates(report, gates, model.encoder.missing.spellings(), confidence.has_value());
  report.drift_is_gate = flags.fail_on_drift;
  report.unknown_labels_are_gate = flags.fail_on_unknown_labels;

  const int code = hand_out(report, {.format = flags.format, .output = flags.output, .files = flags.reports});
  for (const std::string& line : unseen_lines(report.unseen)) write_to_stderr(line + "\n");
  return code;
}

}  // namespace

Run setup_evaluate(CLI::App& app) {
  const auto flags = std::make_shared<EvaluateFlags>();
  const auto repeatable = [&](const char* name, std::vector<std::string>& values, const char* help, const char* type) {
    app.add_option(name, values, help)->type_name(type)->expected(1)->allow_extra_args(false)->take_all();
  };
  app.add_option("model", flags->model, "a model file")->required()->type_name("MODEL");
  app.add_option("data", flags->data, "a table with the target column; - is standard input")
      ->required()
      ->type_name("DATA");
  app.add_option("--format", flags->format, "text, json, markdown, junit or html")
      ->type_name("FORMAT")
      ->check(CLI::IsMember(format_names()));
  app.add_option("--output", flags->output, "write the report to this file (default: standard output)")
      ->type_name("FILE");
  repeatable("--report", flags->reports,
             "also write a report to this file, in the format of its extension: .txt, .json, .md, .xml (JUnit) or "
             ".html; repeatable",
             "FILE");
  repeatable("--fail-under", flags->fail_under,
             "gate: exit with 3 if the score, or the score of a slice, is worse than this; repeatable",
             "METRIC=VALUE | METRIC[COLUMN=VALUE,...]=VALUE");
  app.add_option("--baseline", flags->baseline, "baseline to compare with: another model, or its JSON report")
      ->type_name("MODEL|REPORT.json");
  repeatable("--max-drop", flags->max_drop,
             "gate: exit with 3 if the score drops below the baseline's by more than this; repeatable", "METRIC=VALUE");
  app.add_option("--gates", flags->gates, "a YAML file of gates: fail_under, max_drop, confidence")->type_name("FILE");
  app.add_option("--confidence", flags->confidence,
                 "decide gates by confidence intervals at this level: pass, fail (3) or undecided (4)")
      ->type_name("C");
  app.add_option_function<std::string>(
         "--intervals",
         [flags](const std::string& kind) {
           if (kind == "bootstrap")
             write_to_stderr("--intervals bootstrap is deprecated: nothing is resampled; use --intervals all\n");
           flags->intervals = kind != "none";
         },
         "confidence intervals of the scores: all (default), or none, which is faster")
      ->type_name("KIND")
      ->check(CLI::IsMember({"all", "bootstrap", "none"}));
  app.add_option("--threshold", flags->threshold, "binary: decision threshold on the positive class's probability")
      ->type_name("P");
  app.add_option("--weight", flags->weight, "column of sample weights")->type_name("COLUMN");
  repeatable(
      "--slice", flags->slices,
      "also score the slices of the data by the values of these columns, numbers and dates cut at CUTs, or where they "
      "are many, by their quantiles; repeatable",
      "COLUMN[:CUT,...][,COLUMN...]");
  app.add_option("--worst", flags->worst, "number of rows with the largest errors to list (default: 10)")
      ->type_name("N")
      ->check(CLI::Range(0, 100'000));
  app.add_flag("--drift", flags->drift, "also report drift of the features from the training data");
  app.add_flag("--fail-on-drift", flags->fail_on_drift, "gate: exit with 3 if a feature has drifted");
  app.add_flag("--skip-unlabelled", flags->skip_unlabelled, "skip rows without a target");
  app.add_flag("--fail-on-unknown-labels", flags->fail_on_unknown_labels,
               "gate: exit with 3 if a row has a label that the model does not know");
  add_device(app, flags->device);
  add_threads(app, flags->threads);
  add_input_flags(app, flags->input);
  add_missing_flag(app, flags->input);
  add_protection_flags(app, flags->protection);
  app.footer(
      "A gate sets a score's lower bound; for scores where lower is better (log_loss, brier, ece, "
      "rmse,\n"
      "mae, mape, median_absolute_error, pinball, the deviances), at most. Without --confidence the score itself "
      "decides.\n\n"
      "Examples:\n"
      "  mdl evaluate runs/credit/model.safetensors holdout.csv --fail-under roc_auc=0.80 --slice gender\n"
      "  mdl evaluate new.safetensors holdout.csv --baseline old.safetensors --max-drop f1=0.01 --confidence 0.95\n"
      "  mdl evaluate runs/credit/model.safetensors holdout.csv --fail-under f1=0.75 --report gates.xml --report "
      "report.html");
  return [flags] { return run_evaluate(*flags); };
}

}  // namespace mdl
