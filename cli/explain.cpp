#include <memory>

#include "base/text.h"
#include "cli/checks.h"
#include "cli/commands.h"
#include "cli/compute.h"
#include "cli/input_flags.h"
#include "cli/protection_flags.h"
#include "evaluate/explain.h"
#include "io/output.h"
#include "modelfile/model.h"
#include "report/formats.h"
#include "report/formatting.h"
#include "report/importance.h"

namespace mdl {
namespace {

struct ExplainFlags {
  std::string model, data;
  std::string metric;  // empty: the main one
  size_t repeats = 5;
  size_t rows = 10'000;
  uint64_t seed = 0;
  std::string format = "text";
  std::string output = "-";
  bool skip_unlabelled = false;
  std::string device = "auto";
  size_t threads = 0;  // 0: by the work
  InputFlags input;
  ProtectionFlags protection;
};

int run_explain(const ExplainFlags& flags) {
  apply(flags.protection);
  expect_not_read("--output", flags.output, {flags.model, flags.data});
  expect_tables(flags.model, {flags.data});
  Model model = load_model(flags.model);
  apply(flags.input, model);
  Metric metric = main_metric(model);
  if (!flags.metric.empty()) {
    std::string problem = parse_metric(flags.metric, model.target.task, metric);
    if (problem.empty()) problem = unscored(metric, model.target.objective.loss);
    if (!problem.empty()) wrong_flags("--metric {}: {}", quote(flags.metric), problem);
  }
  Console console(/*quiet=*/false);
  Predictor predictor = predictor_for(model, flags.device, flags.threads);
  Report report = explain_file(model, predictor, flags.data,
                               {.metric = metric,
                                .repeats = flags.repeats,
                                .rows = flags.rows,
                                .seed = flags.seed,
                                .skip_unlabelled = flags.skip_unlabelled,
                                .format = text_format(flags.input)},
                               console);
  report.model = flags.model;
  report.data = flags.data;
  report.date = today();
  OutputFile output(flags.output);
  output.write(flags.format == "text" ? importance_text(report) : find_format(flags.format)->write(report));
  output.commit();
  for (const std::string& line : unseen_lines(report.unseen)) console.log(line);
  return 0;
}

}  // namespace

Run setup_explain(CLI::App& app) {
  const auto flags = std::make_shared<ExplainFlags>();
  app.add_option("model", flags->model, "a model file")->required()->type_name("MODEL");
  app.add_option("data", flags->data, "a table with the target column; - is standard input")
      ->required()
      ->type_name("DATA");
  app.add_option("--metric", flags->metric,
                 "score by which importance is measured (default: train.metric of the model's config)")
      ->type_name("METRIC");
  app.add_option("--repeats", flags->repeats, "number of permutations of each feature (default: 5)")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  app.add_option("--rows", flags->rows, "sample at most this many rows (default: 10000)")
      ->type_name("N")
      ->check(CLI::Range(size_t{2}, size_t{1} << 31));
  app.add_option("--seed", flags->seed, "random seed of the sample and the permutations (default: 0)")->type_name("N");
  app.add_option("--format", flags->format, "text, json, markdown or html")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "markdown", "html"}));
  app.add_option("--output", flags->output, "write the report to this file (default: standard output)")
      ->type_name("FILE");
  app.add_flag("--skip-unlabelled", flags->skip_unlabelled, "skip rows without a target");
  add_scoring_flags(app, flags->device, flags->threads, flags->input, flags->protection);
  app.footer(
      "A feature's importance is how much worse the score becomes when its column is shuffled among the rows: the mean "
      "over the\n"
      "shuffles, with an interval that holds for other rows, too. Of columns that say the same, each alone may be "
      "worth little.\n\n"
      "Example:\n"
      "  mdl explain runs/credit/model.safetensors holdout.csv --metric roc_auc");
  return [flags] { return run_explain(*flags); };
}

}  // namespace mdl
