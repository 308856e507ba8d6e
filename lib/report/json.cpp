#include <nlohmann/json.hpp>

#include "report/report.h"

namespace mdl {
namespace {

using nlohmann::ordered_json;

ordered_json scores_json(const Scores& scores) {
  ordered_json out = ordered_json::object();
  for (const auto& [metric, value] : scores) out[name_of(metric)] = value;
  return out;
}

ordered_json intervals_json(const Intervals& intervals) {
  ordered_json out = ordered_json::object();
  for (const auto& [metric, interval] : intervals) out[name_of(metric)] = {{"low", interval.low}, {"high", interval.high}};
  return out;
}

ordered_json class_json(const std::string& label, const ClassScores& scores) {
  ordered_json out = {{"label", label}};
  if (scores.precision) out["precision"] = *scores.precision;
  if (scores.recall) out["recall"] = *scores.recall;
  if (scores.f1) out["f1"] = *scores.f1;
  out["support"] = scores.support;
  return out;
}

ordered_json gate_json(const GateResult& result) {
  ordered_json out = {{"metric", name_of(result.gate.metric)}, {"bound", result.gate.bound}};
  if (result.value) out["value"] = *result.value;
  out["verdict"] = name_of(result.verdict);
  return out;
}

}  // namespace

std::string json_report(const Report& report) {
  ordered_json out = {{"model", report.model}, {"data", report.data}, {"rows", report.rows}, {"task", name_of(report.task)}};
  out["metrics"] = scores_json(report.scores);
  if (report.task != Task::kRegression) {
    ordered_json& classes = out["classes"] = ordered_json::array();
    for (size_t i = 0; i < report.classes.size(); ++i) classes.push_back(class_json(report.classes[i], report.per_class[i]));
    if (report.task == Task::kBinary) out["positive"] = report.classes[report.positive];
    out["confusion_matrix"] = {{"labels", report.classes}, {"counts", report.confusion}};
  }
  out["baseline"] = scores_json(report.baseline);
  out["intervals"] = intervals_json(report.intervals);
  ordered_json& gates = out["gates"] = ordered_json::array();
  for (const GateResult& gate : report.gates) gates.push_back(gate_json(gate));
  ordered_json& versions = out["versions"] = ordered_json::object();
  for (const auto& [name, version] : report.versions) versions[name] = version;
  return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace mdl
