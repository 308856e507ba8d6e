#include <memory>

#include "cli/commands.h"
#include "cli/compute.h"
#include "report/formats.h"

namespace mdl {

Run setup_evaluate(CLI::App& app) {
  const auto flags = std::make_shared<EvaluateFlags>();
  const auto repeatable = [&](const char* name, std::vector<std::string>& values, const char* help, const char* type) {
    app.add_option(name, values, help)->type_name(type)->expected(1)->allow_extra_args(false)->take_all();
  };
  app.add_option("model", flags->model, "a model file")->required()->type_name("MODEL");
  app.add_option("data", flags->data, "a table with the target column; - is standard input")->required()->type_name("DATA");
  app.add_option("--format", flags->format, "text, json, markdown, junit or html")->type_name("FORMAT")->check(CLI::IsMember(format_names()));
  app.add_option("--output", flags->output, "where the report goes (default: standard output)")->type_name("FILE");
  repeatable("--report", flags->reports, "also write a report to this file, as its name says: .txt, .json, .md, .xml (JUnit) or .html; repeatable", "FILE");
  repeatable("--fail-under", flags->fail_under, "a gate: exit with 3 when the score, or that of a group of rows, is worse; repeatable",
             "METRIC=VALUE | METRIC[COLUMN=VALUE,...]=VALUE");
  app.add_option("--baseline", flags->baseline, "another model, or its report as JSON, to compare with")->type_name("MODEL|REPORT.json");
  repeatable("--max-drop", flags->max_drop, "a gate: exit with 3 when the score is worse than the baseline's by more; repeatable", "METRIC=VALUE");
  app.add_option("--gates", flags->gates, "a YAML file of gates: fail_under, max_drop, confidence")->type_name("FILE");
  app.add_option("--confidence", flags->confidence, "decide gates by intervals of this confidence: pass, fail (3) or undecided (4)")
      ->type_name("C");
  app.add_option_function<std::string>(
         "--intervals", [flags](const std::string& kind) { flags->intervals = kind != "none"; }, "bootstrap (default), or none, which is quicker")
      ->type_name("KIND")
      ->check(CLI::IsMember({"bootstrap", "none"}));
  app.add_option("--threshold", flags->threshold, "two classes: from which probability of the positive class on a row counts as positive")
      ->type_name("P");
  app.add_option("--weight", flags->weight, "a column of row weights")->type_name("COLUMN");
  repeatable("--slice", flags->slices, "also score the groups of rows that are alike in these columns; repeatable", "COLUMN[,COLUMN...]");
  app.add_option("--worst", flags->worst, "how many of the rows that the model is farthest off on to list (default: 10)")
      ->type_name("N")
      ->check(CLI::Range(0, 100'000));
  app.add_flag("--drift", flags->drift, "also compare the columns with those that the model learned from");
  app.add_flag("--fail-on-drift", flags->fail_on_drift, "the same as a gate: exit with 3 when a column has drifted");
  app.add_flag("--skip-unlabelled", flags->skip_unlabelled, "leave rows without a target out");
  app.add_option("--device", flags->device, "auto, cpu, cuda or cuda:N")->type_name("DEVICE");
  app.footer(
      "A score that a gate names must be at least the value; of a score where less is better (log_loss, brier, ece, rmse,\n"
      "mae, mape, median_absolute_error), at most. Without --confidence the score itself decides.\n\n"
      "Examples:\n"
      "  mdl evaluate runs/credit/model.safetensors holdout.csv --fail-under roc_auc=0.80 --slice gender\n"
      "  mdl evaluate new.safetensors holdout.csv --baseline old.safetensors --max-drop f1=0.01 --confidence 0.95\n"
      "  mdl evaluate runs/credit/model.safetensors holdout.csv --fail-under f1=0.75 --report gates.xml --report report.html");
  return [flags] { return run_evaluate(*flags); };
}

}  // namespace mdl
