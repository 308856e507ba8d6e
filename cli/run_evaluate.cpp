#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/files.h"
#include "cli/compute.h"
#include "cli/threshold.h"
#include "evaluate/compare.h"
#include "evaluate/evaluate.h"
#include "metrics/gates_file.h"
#include "modelfile/model.h"
#include "report/formats.h"
#include "report/words.h"

namespace mdl {
namespace {

int wrong(const std::string& what) {
  fmt::print(stderr, "mdl evaluate: {}\n", what);
  return 2;
}

std::vector<std::string> split_columns(const std::string& text) {
  std::vector<std::string> columns = {""};
  for (const char c : text) {
    if (c == ',') {
      columns.emplace_back();
    } else {
      columns.back() += c;
    }
  }
  return columns;
}

/// The slices asked for, and those that gates are about.
std::vector<std::vector<std::string>> slices_of(const EvaluateFlags& flags, const std::vector<Gate>& gates) {
  std::vector<std::vector<std::string>> slices, sorted;
  const auto add = [&](const std::vector<std::string>& columns) {
    std::vector<std::string> key = columns;
    std::sort(key.begin(), key.end());
    if (std::find(sorted.begin(), sorted.end(), key) != sorted.end()) return;
    sorted.push_back(key);
    slices.push_back(columns);
  };
  for (const std::string& text : flags.slices) add(split_columns(text));
  for (const Gate& gate : gates) {
    std::vector<std::string> columns;
    for (const auto& [column, value] : gate.group) columns.push_back(column);
    if (!columns.empty()) add(columns);
  }
  return slices;
}

}  // namespace

int run_evaluate(const EvaluateFlags& flags) {
  for (const std::string& path : flags.reports) {
    if (format_of_file(path) == nullptr) return wrong("--report " + unknown_ending(path));
  }
  Model model = load_model(flags.model);
  if (flags.threshold && !set_threshold(model, *flags.threshold, "evaluate")) return 2;

  std::vector<Gate> gates;
  std::optional<double> confidence = flags.confidence;
  for (const bool drop : {false, true}) {
    for (const std::string& text : drop ? flags.max_drop : flags.fail_under) {
      const std::string problem = parse_gate(text, model.target.task, gates.emplace_back(), drop);
      if (!problem.empty()) return wrong(fmt::format("{} {}", drop ? "--max-drop" : "--fail-under", problem));
    }
  }
  if (!flags.gates.empty()) {
    const GatesFile file = read_gates(flags.gates, model.target.task);
    gates.insert(gates.end(), file.gates.begin(), file.gates.end());
    if (!confidence) confidence = file.confidence;
  }
  const bool drops = std::any_of(gates.begin(), gates.end(), [](const Gate& gate) { return gate.drop; });
  if (drops && flags.baseline.empty()) return wrong("a drop needs --baseline, the model or report to compare with");
  if (confidence && !(*confidence >= kLeastConfidence && *confidence <= kMostConfidence)) {
    return wrong(fmt::format("--confidence {}: expected a number from {} to {}", *confidence, kLeastConfidence, kMostConfidence));
  }
  if (confidence && !flags.intervals) return wrong("--confidence decides by intervals; leave --intervals none out");

  const bool drift = flags.drift || flags.fail_on_drift;
  if (drift && !model.encoder.has_histograms()) {
    fail("{}: does not hold how its training rows were spread, which drift is measured by; a model trained by this version of mdl does",
         flags.model);
  }

  const bool against_report = flags.baseline.ends_with(".json");
  std::optional<Model> baseline;
  if (!flags.baseline.empty() && !against_report) baseline = load_model(flags.baseline);
  Predictor predictor = predictor_for(model, flags.device);
  std::optional<Predictor> baseline_predictor;
  if (baseline) baseline_predictor.emplace(predictor_for(*baseline, flags.device));
  Report report = evaluate_file(model, predictor, flags.data,
                                {.skip_unlabelled = flags.skip_unlabelled,
                                 .weight = flags.weight,
                                 .slices = slices_of(flags, gates),
                                 .worst = flags.worst,
                                 .intervals = flags.intervals,
                                 .confidence = confidence.value_or(0.95),
                                 .drift = drift,
                                 .baseline = baseline ? &*baseline : nullptr,
                                 .baseline_predictor = baseline ? &*baseline_predictor : nullptr});
  report.model = flags.model;
  report.data = flags.data;
  if (against_report) report.compared_to = compare_with_report(report, flags.baseline);
  if (baseline) report.compared_to->name = flags.baseline;
  judge_gates(report, gates, confidence.has_value());
  report.drift_is_gate = flags.fail_on_drift;

  // The report is written before the verdict leaves the program.
  for (const std::string& path : flags.reports) write_file(path, format_of_file(path)->write(report));
  OutputFile output(flags.output);
  output.write(find_format(flags.format)->write(report));
  output.commit();
  const Verdict verdict = verdict_of(report);
  return verdict == Verdict::kFail ? 3 : verdict == Verdict::kUndecided ? 4 : 0;
}

}  // namespace mdl
