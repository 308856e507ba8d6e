#include <fmt/format.h>

#include "base/text.h"
#include "cli/compute.h"
#include "cli/threshold.h"
#include "modelfile/model.h"
#include "predict/rejects.h"
#include "predict/stream.h"

namespace mdl {
namespace {

/// What is wrong with the flags, as a sentence; nothing if all is well.
std::string read_flags(const PredictFlags& flags, const Target& target, PredictOptions& options, std::optional<Allowance>& allowed) {
  if (!flags.data.empty()) options.inputs = flags.data;
  options.output = flags.output;
  options.only = flags.only;
  options.round = flags.round;
  options.rejects = flags.rejects;
  options.input_format = parse_table_format(flags.input_format);
  options.output_format = parse_table_format(flags.output_format);
  options.on_error = flags.on_error == "skip" ? OnError::kSkip : flags.on_error == "blank" ? OnError::kBlank : OnError::kFail;
  if (!flags.delimiter.empty() && !(options.delimiter = parse_delimiter(flags.delimiter))) {
    return "--delimiter: expected tab or one character that is no letter, digit or quote, found " + quote(flags.delimiter);
  }
  for (const std::string& list : flags.columns) {
    for (size_t begin = 0; begin <= list.size();) {
      const size_t end = std::min(list.find(',', begin), list.size());
      options.columns.push_back(list.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  if (!options.columns.empty() && flags.only) return "--only prints no input columns, and --columns names some; leave one of them out";
  if (flags.top) {
    const auto classes = static_cast<int64_t>(target.classes.size());
    if (classes == 0) return "--top is for classes; the model's task is regression";
    if (*flags.top < 1 || *flags.top > classes) return fmt::format("--top {}: expected 1 to {}, as many as there are classes", *flags.top, classes);
    options.top = static_cast<size_t>(*flags.top);
  }
  const bool stops = options.on_error == OnError::kFail;
  if (stops && !flags.rejects.empty()) return "--rejects needs --on-error skip or blank; otherwise the first such row ends the run";
  if (stops && !flags.allow_rejects.empty()) return "--allow-rejects needs --on-error skip or blank; otherwise the first such row ends the run";
  if (!flags.rejects.empty() && flags.rejects == flags.output) return "--rejects and --output name the same file";
  if (!flags.allow_rejects.empty() && !(allowed = parse_allowance(flags.allow_rejects))) {
    return "--allow-rejects: expected a number of rows or a share like 0.1%, found " + quote(flags.allow_rejects);
  }
  return "";
}

}  // namespace

int run_predict(const PredictFlags& flags) {
  Model model = load_model(flags.model);
  if (flags.threshold && !set_threshold(model, *flags.threshold, "predict")) return 2;
  PredictOptions options;
  std::optional<Allowance> allowed;
  const std::string wrong = read_flags(flags, model.target, options, allowed);
  if (!wrong.empty()) {
    fmt::print(stderr, "mdl predict: {}\n", wrong);
    return 2;
  }

  Predictor predictor = predictor_for(model, flags.device);
  const PredictOutcome outcome = predict_stream(model, predictor, options);
  if (outcome.rejected == 0) return 0;
  fmt::print(stderr, "mdl: {} of {} row{} could not be scored; the first: {}\n", grouped(outcome.rejected), grouped(outcome.rows),
             outcome.rows == 1 ? "" : "s", outcome.first_problem);
  return allowed && allowed->covers(outcome.rejected, outcome.rows) ? 0 : 1;
}

}  // namespace mdl
