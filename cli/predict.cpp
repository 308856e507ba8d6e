#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/console.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/checks.h"
#include "cli/commands.h"
#include "cli/compute.h"
#include "cli/input_flags.h"
#include "cli/protection_flags.h"
#include "modelfile/model.h"
#include "predict/contributions.h"
#include "predict/rejects.h"
#include "predict/stream.h"
#include "report/formatting.h"

namespace mdl {
namespace {

struct PredictFlags {
  std::string model;
  std::vector<std::string> data;  // none: standard input
  std::string output = "-";
  std::string output_format;  // empty: by the file's name, else as the input
  bool only = false;
  std::vector<std::string> columns;  // COLUMN,...
  std::optional<int> round;
  std::optional<int64_t> top;
  std::optional<double> threshold;
  bool explain = false;
  bool streams = false;
  std::optional<size_t> explain_orders;
  std::string on_error = "fail";
  std::string rejects;
  std::string allow_rejects;  // N or P%
  std::string device = "auto";
  size_t threads = 0;  // 0: by the work
  InputFlags input;
  ProtectionFlags protection;
};

PredictOptions read_flags(const PredictFlags& flags, const Target& target) {
  PredictOptions options;
  if (!flags.data.empty()) options.inputs = flags.data;
  options.output = flags.output;
  options.only = flags.only;
  options.round = flags.round;
  options.rejects = flags.rejects;
  const auto type = std::ranges::find(flags.input.given, "--input-format", &Flag::name);
  if (type != flags.input.given.end()) options.input_format = parse_table_format(type->value);
  options.text = text_format(flags.input);
  options.output_format = parse_table_format(flags.output_format);
  options.on_error = flags.on_error == "skip"    ? OnError::kSkip
                     : flags.on_error == "blank" ? OnError::kBlank
                                                 : OnError::kFail;
  for (const std::string& list : flags.columns) {
    for (std::string& column : split(list, ',')) options.columns.push_back(std::move(column));
  }
  if (!options.columns.empty() && flags.only)
    wrong_flags("--only prints no input columns, and --columns names some; omit one of them");
  if (flags.top) {
    const auto classes = static_cast<int64_t>(target.classes.size());
    if (classes == 0) wrong_flags("--top is for classes; the model's task is regression");
    if (*flags.top < 1 || *flags.top > classes)
      wrong_flags("--top {}: expected 1 to {}, as many as there are classes", *flags.top, classes);
    options.top = static_cast<size_t>(*flags.top);
  }
  options.explain = flags.explain;
  if (flags.explain && flags.device != "auto" && flags.device != "cpu")
    wrong_flags("--explain computes on the CPU; omit --device {}", flags.device);
  const bool stops = options.on_error == OnError::kFail;
  if (stops && !flags.rejects.empty())
    wrong_flags("--rejects needs --on-error skip or blank; otherwise the first such row ends the run");
  if (stops && !flags.allow_rejects.empty())
    wrong_flags("--allow-rejects needs --on-error skip or blank; otherwise the first such row ends the run");
  if (!flags.rejects.empty() && same_output(flags.rejects, flags.output))
    wrong_flags("--rejects and --output name the same file");
  return options;
}

/// Without the flag, none.
RejectLimit read_allowance(const std::string& text) {
  const std::optional<RejectLimit> allowed = text.empty() ? RejectLimit() : parse_reject_limit(text);
  if (!allowed)
    wrong_flags("--allow-rejects: expected a number of rows or a percentage like 0.1%, found {}", quote(text));
  return *allowed;
}

void tell(const PredictOutcome& outcome) {
  for (const std::string& line : unseen_lines(outcome.unseen)) write_to_stderr(line + "\n");
  if (outcome.rejected == 0) return;
  write_to_stderr(fmt::format("mdl: {} of {} row{} could not be scored; the first: {}\n", grouped(outcome.rejected),
                              grouped(outcome.rows), outcome.rows == 1 ? "" : "s", outcome.first_problem));
}

int run_predict(const PredictFlags& flags) {
  apply(flags.protection);
  std::vector<std::string> inputs = flags.data.empty() ? std::vector<std::string>{"-"} : flags.data;
  inputs.push_back(flags.model);
  expect_not_read("--output", flags.output, inputs);
  expect_not_read("--rejects", flags.rejects, inputs);
  expect_tables(flags.model, flags.data);
  Model model = load_model(flags.model);
  apply(flags.input, model);
  if (flags.threshold) set_threshold(model, *flags.threshold);
  const PredictOptions options = read_flags(flags, model.target);
  const RejectLimit allowed = read_allowance(flags.allow_rejects);

  if (flags.explain) expect_explainable(model, input_name(flags.model) + ":");
  Predictor predictor = flags.explain ? Predictor::explaining(model, flags.explain_orders.value_or(kExplanationOrders),
                                                              flags.threads)
                                      : predictor_for(model, flags.device, flags.threads);
  if (flags.streams) {
    predict_streams(model, predictor, options, tell);
    return 0;
  }
  const PredictOutcome outcome = predict_stream(model, predictor, options);
  tell(outcome);
  return outcome.rejected == 0 || allowed.covers(outcome.rejected, outcome.rows) ? 0 : 1;
}

}  // namespace

Run setup_predict(CLI::App& app) {
  const auto flags = std::make_shared<PredictFlags>();
  app.add_option("model", flags->model, "a model file")->required()->type_name("MODEL");
  app.add_option("data", flags->data, "tables with the same columns; standard input if omitted or -")
      ->type_name("DATA");
  app.add_option("--output", flags->output,
                 "where the rows go (default: standard output); .gz and .zst are packed, .parquet, .arrow and .arrows "
                 "written as such")
      ->type_name("FILE");
  app.add_flag("--only", flags->only, "print only the new columns");
  app.add_option("--columns", flags->columns, "the input columns to keep (default: all)")
      ->type_name("NAME,...")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--threshold", flags->threshold, "binary: decision threshold on the positive class's probability")
      ->type_name("P");
  app.add_option("--top", flags->top,
                 "print the K most likely classes as top_1, p_top_1, ... instead of a column per class")
      ->type_name("K");
  CLI::Option* explain = app.add_flag(
      "--explain", flags->explain, "add what each column contributed to the answer: why this row has it (see below)");
  app.add_option("--explain-orders", flags->explain_orders,
                 fmt::format("random orders of the columns that contributions are averaged over (default: {}); four "
                             "times as many halve the standard errors",
                             kExplanationOrders))
      ->type_name("N")
      ->check(CLI::Range(kFewestOrders, kMostOrders))
      ->needs(explain);
  app.add_option("--round", flags->round, "round numbers to this many decimals, each independently")
      ->type_name("N")
      ->check(CLI::Range(0, 15));
  app.add_option(
         "--on-error", flags->on_error,
         "rows that cannot be scored: fail stops (default), skip drops them, blank keeps them with an empty prediction")
      ->type_name("WAY")
      ->check(CLI::IsMember({"fail", "skip", "blank"}));
  app.add_option("--rejects", flags->rejects, "write such rows to this file, as CSV: file, line, reason, row")
      ->type_name("FILE");
  app.add_option("--allow-rejects", flags->allow_rejects,
                 "exit with 0 if at most this many rows (or percent) were rejected, otherwise with 1")
      ->type_name("N|P%");
  app.add_option(
         "--output-format", flags->output_format,
         "csv, tsv, jsonl or arrow, which is a stream (default: by the file's extension, else as the input; csv for "
         "Parquet)")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"csv", "tsv", "jsonl", "arrow"}));
  CLI::Option* streams = app.add_flag("--streams", flags->streams,
                                      "answer each of the Arrow streams that follow on standard input by one on "
                                      "standard output, until the input ends (see below)");
  for (const char* other : {"data", "--output", "--output-format", "--rejects", "--allow-rejects"})
    streams->excludes(app.get_option(other));
  add_device(app, flags->device);
  add_threads(app, flags->threads);
  add_input_flags(app, flags->input, {"csv", "tsv", "jsonl", "arrow"});
  add_missing_flag(app, flags->input);
  add_protection_flags(app, flags->protection);
  app.footer(
      "Rows come out in their order, every byte as it came in, then the columns prediction and, for classes, "
      "p_<class>. gzip and\n"
      "zstd are unpacked. Of JSON Lines an object a row, in which the predictions are added at the end. Of Arrow a "
      "batch "
      "for each that comes,\n"
      "whose columns keep their types. Text is read, scored and written on all cores, or on --threads N, to the same "
      "bytes.\n\n"
      "--explain adds raw_output (the log-odds of the positive or the predicted class, or the value), raw_reference "
      "(that of the\n"
      "reference row: medians and most frequent categories of the training rows; mdl inspect shows it), and of each "
      "column\n"
      "contribution_<column>, its Shapley value, with standard_error_<column>, which is 0 where it is exact. "
      "raw_reference and\n"
      "the contributions sum to raw_output, to the last bit unless --round rounds them.\n\n"
      "--streams is for programs that keep mdl running and send a table whenever they have one. The answer to a table "
      "that cannot\n"
      "be scored is an Arrow stream without columns, whose schema's metadata have the reason under mdl.error.\n\n"
      "Examples:\n"
      "  zcat new.csv.gz | mdl predict runs/credit/model.safetensors > scored.csv\n"
      "  mdl predict runs/credit/model.safetensors new.csv --columns id --on-error skip --rejects bad.csv --output "
      "scored.csv\n"
      "  mdl predict runs/credit/model.safetensors refused.csv --explain --columns id --round 3");
  return [flags] { return run_predict(*flags); };
}

}  // namespace mdl
