#include <memory>

#include "base/console.h"
#include "base/error.h"
#include "cli/checks.h"
#include "cli/commands.h"
#include "cli/compute.h"
#include "cli/input_flags.h"
#include "cli/protection_flags.h"
#include "cli/verdict.h"
#include "evaluate/evaluate.h"
#include "io/output.h"
#include "modelfile/model.h"
#include "train/run_folder.h"
#include "train/run_summary.h"

namespace mdl {
namespace {

struct CompareFlags {
  std::vector<std::string> runs;
  std::string data, format = "text", output = "-";
  bool skip_unlabelled = false;
  std::string weight, device = "auto";
  size_t threads = 0;
  InputFlags input;
  ProtectionFlags protection;
};

/// Scores all of the models on the table, in pairs with the first.
void judge_on_table(const CompareFlags& flags, std::vector<RunSummary>& runs) {
  std::vector<Model> models;
  for (const std::string& run : flags.runs) {
    models.push_back(load_model(model_path_of(run)));
    apply(flags.input, models.back());
  }
  const TextFormat told = text_format(flags.input);
  Predictor first = predictor_for(models.front(), flags.device, flags.threads);
  const Answerer baseline = by_model(models.front(), first);
  for (size_t i = 0; i < models.size(); ++i) {
    Predictor predictor = predictor_for(models[i], flags.device, flags.threads);
    ScoredTable table(flags.data, {.told = told, .expected = models[i].format});
    const Report report = evaluate_file(by_model(models[i], predictor), table,
                                        {.skip_unlabelled = flags.skip_unlabelled,
                                         .weight = flags.weight,
                                         .weight_form = form_of(told),
                                         .worst = 0,
                                         .baseline = i == 0 ? nullptr : &baseline});
    const bool like_another = flags.data == "validation" || flags.data == "test";
    Judgement judgement{.name = like_another ? "./" + flags.data : flags.data,
                        .same_rows = report.data_sha256,
                        .rows = report.rows,
                        .scores = report.scores,
                        .intervals = report.intervals};
    if (report.compared_to) judgement.differences = report.compared_to->intervals;
    runs[i].judgements.insert(runs[i].judgements.begin(), std::move(judgement));
  }
}

int run_compare(const CompareFlags& flags) {
  if (flags.runs.size() < 2) wrong_flags("give at least two runs or models to compare");
  if (flags.data == "-") wrong_flags("--data is read once for each model; give a file");
  std::vector<std::string> read = {flags.data};
  for (const std::string& run : flags.runs) {
    read.push_back(run);
    for (const std::string& name : stored_run_files()) read.push_back(run + "/" + name);
  }
  expect_not_read("--output", flags.output, read);
  if (flags.data.empty() && (!flags.weight.empty() || flags.skip_unlabelled))
    wrong_flags("--weight and --skip-unlabelled are about the rows of --data");
  apply(flags.protection);
  std::vector<RunSummary> runs;
  for (const std::string& path : flags.runs) {
    runs.push_back(summary_of(path));
    if (!runs.back().finished) fail("{}: the run is not finished, and has no model to compare", path);
  }
  if (!flags.data.empty()) judge_on_table(flags, runs);
  const TextStyle style = flags.output == "-" ? output_style() : TextStyle();
  write_file(flags.output, flags.format == "json"   ? comparison_json(runs)
                           : flags.format == "html" ? comparison_page(runs)
                                                    : comparison_text(runs, style));
  return 0;
}

}  // namespace

Run setup_compare(CLI::App& app) {
  const auto flags = std::make_shared<CompareFlags>();
  app.add_option("runs", flags->runs, "folders of runs, or model files; differences are to the first")
      ->required()
      ->type_name("RUN|MODEL...");
  app.add_option("--data", flags->data, "score all of them on this table, with intervals of their differences in pairs")
      ->type_name("DATA");
  app.add_option("--format", flags->format, "text, json or html")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "html"}));
  app.add_option("--output", flags->output, "write to this file (default: standard output)")->type_name("FILE");
  app.add_option("--weight", flags->weight, "column of sample weights")->type_name("COLUMN");
  app.add_flag("--skip-unlabelled", flags->skip_unlabelled, "skip rows without a target");
  add_scoring_flags(app, flags->device, flags->threads, flags->input, flags->protection);
  app.footer(
      "Scores are ranked where all were judged on the same rows: those of --data, or by the SHA-256 of what the runs "
      "read.\n\n"
      "Examples:\n"
      "  mdl compare runs/a runs/b\n"
      "  mdl compare runs/a old.safetensors --data holdout.csv --format html --output comparison.html");
  return [flags] { return run_compare(*flags); };
}

}  // namespace mdl
