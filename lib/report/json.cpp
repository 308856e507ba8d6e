#include <nlohmann/json.hpp>

#include "report/best_evaluation.h"
#include "report/formatting.h"
#include "report/report.h"

namespace mdl {
namespace {

using nlohmann::ordered_json;

ordered_json scores_json(const Scores& scores) {
  ordered_json out = ordered_json::object();
  for (const auto& [metric, value] : scores) out[name_of(metric)] = value;
  return out;
}

ordered_json interval_json(const Interval& interval) { return {{"low", interval.low}, {"high", interval.high}}; }

ordered_json intervals_json(const Intervals& intervals) {
  ordered_json out = ordered_json::object();
  for (const auto& [metric, interval] : intervals) out[name_of(metric)] = interval_json(interval);
  return out;
}

void put(ordered_json& out, const char* key, const std::optional<double>& value) {
  if (value) out[key] = *value;
}

ordered_json class_json(const std::string& label, const ClassScores& scores) {
  ordered_json out = {{"label", label}};
  put(out, "precision", scores.precision);
  put(out, "recall", scores.recall);
  put(out, "f1", scores.f1);
  out["support"] = scores.support;
  return out;
}

ordered_json gate_json(const GateResult& result) {
  ordered_json out = {{"metric", name_of(result.gate.metric)}};
  if (result.gate.drop) out["drop"] = true;
  if (!result.gate.group.empty()) {
    ordered_json& group = out["group"] = ordered_json::object();
    for (const auto& [column, value] : result.gate.group) group[column] = value;
  }
  out["bound"] = result.gate.bound;
  put(out, "value", result.value);
  if (result.interval) out["interval"] = interval_json(*result.interval);
  out["verdict"] = name_of(result.verdict);
  return out;
}

ordered_json slice_json(const Slice& slice) {
  ordered_json out = {{"columns", slice.columns}};
  ordered_json& groups = out["groups"] = ordered_json::array();
  for (const SliceGroup& group : slice.groups) {
    groups.push_back({{"values", group.values},
                      {"rows", group.rows},
                      {"small", group.small},
                      {"metrics", scores_json(group.scores)},
                      {"intervals", intervals_json(group.intervals)}});
  }
  ordered_json& gaps = out["gaps"] = ordered_json::array();
  for (const SliceGap& gap : slice.gaps) {
    ordered_json item = {{"metric", name_of(gap.metric)},
                         {"highest", slice.groups[gap.highest].values},
                         {"lowest", slice.groups[gap.lowest].values},
                         {"difference", gap.difference}};
    put(item, "ratio", gap.ratio);
    gaps.push_back(std::move(item));
  }
  put(out, "demographic_parity_difference", slice.demographic_parity_difference);
  put(out, "demographic_parity_ratio", slice.demographic_parity_ratio);
  put(out, "equalized_odds_difference", slice.equalized_odds_difference);
  return out;
}

ordered_json folds_json(const std::vector<FoldScores>& folds) {
  ordered_json out = ordered_json::array();
  for (const FoldScores& fold : folds) {
    ordered_json& one = out.emplace_back(ordered_json::object());
    if (!fold.times.empty()) one["times"] = fold.times;
    one["training_rows"] = fold.training_rows;
    one["rows"] = fold.rows;
    one["metrics"] = scores_json(fold.scores);
  }
  return out;
}

ordered_json comparison_json(const Comparison& other) {
  return {{"name", other.name},
          {"paired", other.paired},
          {"metrics", scores_json(other.scores)},
          {"differences", scores_json(other.differences)},
          {"intervals", intervals_json(other.intervals)}};
}

ordered_json calibration_json(const Reliability& found) {
  ordered_json out = {{"ece", found.ece},
                      {"reliability", found.reliability},
                      {"resolution", found.resolution},
                      {"uncertainty", found.uncertainty}};
  ordered_json& bins = out["bins"] = ordered_json::array();
  for (const CalibrationBin& bin : found.bins) {
    bins.push_back({{"mean_score", bin.mean_score},
                    {"share_positive", bin.share_positive},
                    {"rows", bin.rows},
                    {"weight", bin.weight}});
  }
  return out;
}

ordered_json quantiles_json(const QuantileCoverage& found) {
  ordered_json out = {{"covered", found.covered}, {"expected", found.expected()}, {"mean_width", found.width}};
  ordered_json& list = out["quantiles"] = ordered_json::array();
  for (const QuantileScore& one : found.quantiles)
    list.push_back({{"quantile", one.quantile}, {"below", one.below}, {"pinball", one.pinball}});
  return out;
}

ordered_json worst_json(const std::vector<WorstRow>& rows) {
  ordered_json out = ordered_json::array();
  for (const WorstRow& row : rows)
    out.push_back({{"line", row.line}, {"truth", row.label}, {"predicted", row.predicted}, {"loss", row.loss}});
  return out;
}

ordered_json drift_json(const Drift& drift, bool is_gate) {
  ordered_json out = {{"found", drift.found}, {"gate", is_gate}};
  ordered_json& columns = out["columns"] = ordered_json::array();
  for (const ColumnDrift& column : drift.columns) {
    columns.push_back({{"column", column.column},
                       {"kind", column.numeric ? "numeric" : "categorical"},
                       {"psi", column.psi},
                       {"psi_limit", column.psi_limit},
                       {"p_value", column.p_value},
                       {"drifted", column.drifted}});
  }
  return out;
}

ordered_json unseen_json(const std::vector<UnseenCells>& columns) {
  ordered_json out = ordered_json::array();
  for (const UnseenCells& one : with_unseen(columns)) {
    out.push_back(
        {{"column", one.column}, {"cells", one.cells}, {"unseen", one.unseen}, {"rare_training_rows", one.left_out}});
  }
  return out;
}

ordered_json importance_json(const Report& report) {
  ordered_json out = {{"metric", name_of(report.importance_metric)}};
  ordered_json& features = out["features"] = ordered_json::array();
  for (const Importance& one : report.importance) {
    ordered_json& feature = features.emplace_back(ordered_json{{"feature", one.feature}, {"drop", one.drop}});
    if (one.interval) feature["interval"] = interval_json(*one.interval);
  }
  return out;
}

}  // namespace

std::string json_report(const Report& report) {
  ordered_json out = {{"model", report.model}, {"data", report.data}};
  if (!report.data_sha256.empty()) out["data_sha256"] = report.data_sha256;
  if (!report.weight.empty()) out["weight"] = report.weight;
  out["rows"] = report.rows;
  out["skipped_unlabelled"] = report.skipped_unlabelled;
  out["task"] = name_of(report.task);
  if (!report.target.empty()) out["target"] = report.target;
  out["metrics"] = scores_json(report.scores);
  if (report.zero_targets > 0) out["zero_targets"] = report.zero_targets;
  if (report.tweedie_power) out["tweedie_power"] = *report.tweedie_power;
  if (report.quantiles) out["quantiles"] = quantiles_json(*report.quantiles);
  if (report.task != Task::kRegression) {
    ordered_json& classes = out["classes"] = ordered_json::array();
    for (size_t i = 0; i < report.classes.size(); ++i)
      classes.push_back(class_json(report.classes[i], report.per_class[i]));
    if (report.task == Task::kBinary) {
      out["positive"] = report.classes[report.positive];
      out["threshold"] = report.threshold;
    }
    out["unknown_labels"] = report.unknown_labels;
    out["unknown_label_rows"] = report.unknown_label_rows;
    if (report.unknown_labels_are_gate) out["unknown_labels_are_gate"] = true;
    if (!report.confusion.empty()) {
      out["confusion_matrix"] = {{"labels", report.classes}, {"counts", report.confusion}};
    } else {
      ordered_json& confusions = out["confusions"] = ordered_json::array();
      for (const Confusion& one : report.confusions) {
        confusions.push_back(
            {{"truth", report.classes[one.label]}, {"prediction", report.classes[one.predicted]}, {"rows", one.rows}});
      }
    }
  }
  out["baseline"] = scores_json(report.baseline);
  out["confidence"] = report.confidence;
  out["intervals"] = intervals_json(report.intervals);
  ordered_json& gates = out["gates"] = ordered_json::array();
  for (const GateResult& gate : report.gates) gates.push_back(gate_json(gate));
  ordered_json& slices = out["slices"] = ordered_json::array();
  for (const Slice& slice : report.slices) slices.push_back(slice_json(slice));
  if (!report.folds.empty()) out["folds"] = folds_json(report.folds);
  if (report.compared_to) out["compared_to"] = comparison_json(*report.compared_to);
  if (report.reliability) out["calibration"] = calibration_json(*report.reliability);
  if (ordered_json unseen = unseen_json(report.unseen); !unseen.empty()) out["unseen"] = std::move(unseen);
  if (!report.worst.empty()) out["worst_rows"] = worst_json(report.worst);
  if (report.drift) out["drift"] = drift_json(*report.drift, report.drift_is_gate);
  if (!report.importance.empty()) out["importance"] = importance_json(report);
  ordered_json& versions = out["versions"] = ordered_json::object();
  for (const auto& [name, version] : report.versions) versions[name] = version;
  return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string flat_scores(const Report& report) {
  ordered_json out = scores_json(report.scores);
  if (!report.epochs.empty()) {
    const EpochRecord& best = report.epochs[best_evaluation(report.epochs, report.epoch_metric)];
    out["validation_loss"] = best.validation_loss;
    out["epoch"] = best.epoch;
    out["seconds"] = report.epochs.back().seconds;
  }
  if (report.test) {
    for (const auto& [metric, value] : report.test->scores) out[std::string("test_") + name_of(metric)] = value;
  }
  return out.dump(2) + "\n";
}

}  // namespace mdl
