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
#include "evaluate/predicted_columns.h"
#include "io/names.h"
#include "io/output.h"
#include "io/protection.h"
#include "metrics/gates_file.h"
#include "modelfile/model.h"
#include "modelfile/serving.h"
#include "report/formats.h"
#include "report/formatting.h"

namespace mdl {
namespace {

struct EvaluateFlags {
  std::string model, data;
  std::string predictions;   // a table that holds them, in the place of both
  PredictedColumns columns;  // of it, and of a baseline that is one
  std::string format = "text";
  std::string output = "-";
  std::string scores;                   // a file for the scores alone
  std::vector<std::string> reports;     // further files, in the format that their names say
  std::vector<std::string> fail_under;  // METRIC=VALUE, or METRIC[COLUMN=VALUE,...]=VALUE
  std::string baseline;                 // another model, its report as JSON, or a table of predictions
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

void expect_consistent(const EvaluateFlags& flags) {
  const PredictedColumns& columns = flags.columns;
  const bool predictions = !flags.predictions.empty();
  if (predictions && !flags.model.empty()) wrong_flags("--predictions takes the place of MODEL and DATA; omit them");
  if (!predictions && flags.data.empty()) wrong_flags("MODEL and DATA are required, or --predictions FILE");
  if (predictions && columns.target.empty()) wrong_flags("--predictions needs --target, the column of the true values");
  if (predictions && flags.predictions == "-" && flags.baseline == "-")
    wrong_flags("--predictions and --baseline are both standard input");
  const int forms = !columns.value.empty() + !columns.probability.empty() + !columns.probabilities.empty();
  if (forms > 1) wrong_flags("--value, --probability and --probabilities exclude each other");
  if (!columns.probabilities.empty() && std::ranges::count(columns.probabilities, '*') != 1)
    wrong_flags("--probabilities {}: expected one '*', which stands for the class", quote(columns.probabilities));
  if (predictions && (flags.drift || flags.fail_on_drift))
    wrong_flags("--drift needs a model, which knows the training data");
}

void expect_columns_used(const EvaluateFlags& flags, bool against_table) {
  const PredictedColumns& columns = flags.columns;
  const bool predictions = !flags.predictions.empty();
  const bool named = !columns.value.empty() || !columns.probability.empty() || !columns.probabilities.empty() ||
                     !columns.positive.empty() || !columns.target.empty();
  if (named && !predictions && !against_table)
    wrong_flags("columns of predictions are named, and there are none: give --predictions, or a table as --baseline");
  if (!columns.id.empty() && !against_table) wrong_flags("--id joins a --baseline that is a table of predictions");
  if (against_table && !protection().trust.empty()) {
    wrong_flags("--baseline {}: a table of predictions is not signed, and --trust asks for that; give a signed report",
                quote(flags.baseline));
  }
}

void expect_outputs(const EvaluateFlags& flags) {
  std::vector<std::string> outputs;
  const auto check_output = [&](const char* flag, const std::string& path) {
    expect_not_read(flag, path, {flags.model, flags.data, flags.predictions, flags.baseline, flags.gates});
    if (std::ranges::any_of(outputs, [&](const std::string& other) { return same_output(path, other); }))
      wrong_flags("two reports go to {}", quote(path));
    outputs.push_back(path);
  };
  check_output("--output", flags.output);
  if (!flags.scores.empty()) check_output("--scores", flags.scores);
  for (const std::string& path : flags.reports) {
    if (format_of_file(path) == nullptr) wrong_flags("--report {}", unknown_ending(path));
    check_output("--report", path);
  }
}

struct Gating {
  std::vector<Gate> gates;
  std::optional<double> confidence;  // by which they are decided
};

Gating gating_of(const EvaluateFlags& flags, const Target& target) {
  Gating gating{.confidence = flags.confidence};
  for (const bool drop : {false, true}) {
    for (const std::string& text : drop ? flags.max_drop : flags.fail_under) {
      const std::string problem = parse_gate(text, target.task, gating.gates.emplace_back(), drop);
      if (!problem.empty()) wrong_flags("{} {}", drop ? "--max-drop" : "--fail-under", problem);
    }
  }
  if (!flags.gates.empty()) {
    const GatesFile file = read_gates(flags.gates, target.task);
    gating.gates.insert(gating.gates.end(), file.gates.begin(), file.gates.end());
    if (!gating.confidence) gating.confidence = file.confidence;
  }
  for (const Gate& gate : gating.gates) {
    if (const std::string problem = unscored(gate.metric, target.objective.loss); !problem.empty())
      wrong_flags("{}: {}", flags.predictions.empty() ? input_name(flags.model) : "--predictions", problem);
  }
  if (std::ranges::any_of(gating.gates, &Gate::drop) && flags.baseline.empty())
    wrong_flags("a drop needs --baseline, the model, report or predictions to compare with");
  if (const auto& confidence = gating.confidence) {
    if (!(*confidence >= kLeastConfidence && *confidence <= kMostConfidence))
      wrong_flags("--confidence {}: expected a number from {} to {}", *confidence, kLeastConfidence, kMostConfidence);
    if (!flags.intervals) wrong_flags("--confidence decides by intervals; omit --intervals none");
  }
  return gating;
}

void expect_histograms(const EvaluateFlags& flags, const Model& model) {
  expect_full(model, flags.model + ":", "has no histograms, against which drift is measured");
  if (!model.encoder.has_histograms()) {
    fail("{}: has no feature histograms, against which drift is measured; retrain it with this version of mdl",
         flags.model);
  }
}

bool has_page(const EvaluateFlags& flags) {
  const auto is_page = [](const ReportFormat* format) { return format->write == html_report; };
  return is_page(find_format(flags.format)) ||
         std::ranges::any_of(flags.reports, [&](const auto& path) { return is_page(format_of_file(path)); });
}

int run_evaluate(const EvaluateFlags& flags) {
  expect_consistent(flags);
  apply(flags.protection);
  expect_outputs(flags);
  const bool by_predictions = !flags.predictions.empty();
  const std::string& data = by_predictions ? flags.predictions : flags.data;
  expect_tables(flags.model, {data});
  const TextFormat told = text_format(flags.input);
  const auto load = [&](const std::string& path) {
    Model model = load_model(path);
    apply(flags.input, model);
    return model;
  };
  const bool against_report = unpacked_name(flags.baseline).ends_with(".json");
  const bool against_table = !against_report && !flags.baseline.empty() && is_table(flags.baseline);
  const bool against_model = !against_report && !flags.baseline.empty() && !against_table;
  expect_columns_used(flags, against_table);
  std::optional<Model> baseline;
  if (against_model && by_predictions) baseline = load(flags.baseline);  // they are about its target

  std::optional<ScoredTable> table;
  if (by_predictions) table.emplace(data, TextInput{.told = told});
  PredictedColumns columns = flags.columns;
  columns.form = form_of(told);
  Model model = by_predictions ? stand_in(columns, table->records(), baseline ? &baseline->target : nullptr)
                               : load(flags.model);
  if (by_predictions) apply(flags.input, model);
  if (flags.threshold) set_threshold(model, *flags.threshold);
  const Gating gating = gating_of(flags, model.target);
  const bool drift = flags.drift || flags.fail_on_drift;
  if (drift) expect_histograms(flags, model);

  if (against_model && !baseline) baseline = load(flags.baseline);

  std::optional<Predictor> predictor, baseline_predictor;
  std::optional<JoinedTable> joined;
  std::optional<Answerer> own, other;
  if (by_predictions) {
    own.emplace(answers_in(model, columns));
  } else {
    own.emplace(by_model(model, predictor.emplace(predictor_for(model, flags.device, flags.threads))));
    table.emplace(data, TextInput{.told = told, .expected = model.format});
  }
  if (against_model)
    other.emplace(
        by_model(*baseline, baseline_predictor.emplace(predictor_for(*baseline, flags.device, flags.threads))));
  if (against_table)
    other.emplace(
        joined.emplace(flags.baseline, TextInput{.told = told, .expected = model.format}, model, columns).answerer());
  Report report = evaluate_file(*own, *table,
                                {.skip_unlabelled = flags.skip_unlabelled,
                                 .weight = flags.weight,
                                 .weight_form = form_of(told),
                                 .slices = flags.slices,
                                 .gates = gating.gates,
                                 .worst = flags.worst,
                                 .page = has_page(flags),
                                 .intervals = flags.intervals,
                                 .confidence = gating.confidence.value_or(0.95),
                                 .format = told,
                                 .drift = drift,
                                 .baseline = other ? &*other : nullptr});
  report.model = by_predictions ? "predictions" : flags.model;
  report.data = data;
  report.date = today();
  if (against_report) report.compared_to = compare_with_report(report, flags.baseline);
  if (other) report.compared_to->name = flags.baseline;
  judge_gates(report, gating.gates, model.encoder.missing.spellings(), gating.confidence.has_value());
  report.drift_is_gate = flags.fail_on_drift;
  report.unknown_labels_are_gate = flags.fail_on_unknown_labels;

  if (!flags.scores.empty()) write_file(flags.scores, flat_scores(report));
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
  app.add_option("model", flags->model, "a model file")->type_name("MODEL");
  app.add_option("data", flags->data, "a table with the target column; - is standard input")->type_name("DATA");
  app.add_option("--format", flags->format, "text, json, markdown, junit or html")
      ->type_name("FORMAT")
      ->check(CLI::IsMember(format_names()));
  app.add_option("--output", flags->output, "write the report to this file (default: standard output)")
      ->type_name("FILE");
  repeatable("--report", flags->reports,
             "also write a report to this file, in the format of its extension: .txt, .json, .md, .xml (JUnit) or "
             ".html; repeatable",
             "FILE");
  app.add_option("--scores", flags->scores, "also write the scores to this file, as flat JSON for other programs")
      ->type_name("FILE");
  repeatable("--fail-under", flags->fail_under,
             "gate: exit with 3 if the score, or the score of a slice, is worse than this; repeatable",
             "METRIC=VALUE | METRIC[COLUMN=VALUE,...]=VALUE");
  app.add_option(
         "--baseline", flags->baseline,
         "baseline to compare with: another model, its JSON report, or a table of predictions for the same rows")
      ->type_name("MODEL|REPORT.json|TABLE");
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
  const auto predicted = [&](const char* name, std::string& value, const char* type, const char* help) {
    app.add_option(name, value, help)->type_name(type)->group("Predictions of any model");
  };
  predicted("--predictions", flags->predictions, "FILE",
            "score the predictions in this table, in the place of MODEL and DATA; without a flag that names their "
            "columns these are as mdl predict writes them; - is standard input");
  predicted("--target", flags->columns.target, "COLUMN", "its column of true values");
  predicted("--probability", flags->columns.probability, "COLUMN", "two classes: the positive one's probability");
  predicted("--probabilities", flags->columns.probabilities, "PATTERN",
            "the classes' probabilities, such as 'p_*', where * stands for the class");
  predicted("--value", flags->columns.value, "COLUMN", "regression: the predicted numbers");
  predicted("--positive", flags->columns.positive, "CLASS",
            "of two classes the positive one (default: 1 with --probability, else the second)");
  predicted("--id", flags->columns.id, "COLUMN",
            "by which the rows of a baseline that is a table are found (default: by their order)");
  add_scoring_flags(app, flags->device, flags->threads, flags->input, flags->protection);
  app.footer(
      "A gate sets a score's lower bound; for scores where lower is better (log_loss, brier, ece, "
      "rmse,\n"
      "mae, mape, median_absolute_error, pinball, the deviances), at most. Without --confidence the score itself "
      "decides.\n\n"
      "Examples:\n"
      "  mdl evaluate runs/credit/model.safetensors holdout.csv --fail-under roc_auc=0.80 --slice gender\n"
      "  mdl evaluate new.safetensors holdout.csv --baseline old.safetensors --max-drop f1=0.01 --confidence 0.95\n"
      "  mdl evaluate runs/credit/model.safetensors holdout.csv --fail-under f1=0.75 --report gates.xml --report "
      "report.html\n"
      "  mdl evaluate --predictions scored.csv --target Status --probability p --positive bad --fail-under f1=0.75\n"
      "  mdl evaluate runs/credit/model.safetensors holdout.csv --baseline scored.csv --probability p --id customer");
  return [flags] { return run_evaluate(*flags); };
}

}  // namespace mdl
