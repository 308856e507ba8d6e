#include "evaluate/compare.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "io/signed_files.h"
#include "metrics/intervals.h"
#include "report/formatting.h"
#include "table/null_values.h"
#include "table/value.h"

namespace mdl {
namespace {

using nlohmann::json;

constexpr size_t kLargestReport = 64 << 20;
constexpr int kDeepest = 16;

std::string names_of(const std::vector<std::string>& labels) {
  std::vector<std::string> quoted;
  for (const std::string& label : labels) quoted.push_back(quote(label));
  return join_names(quoted);
}

/// Whether the slice's column `c` has the value `wanted`, in any spelling, in this group.
bool is_of(const Slice& slice, size_t c, const SliceGroup& group, const std::string& wanted) {
  std::set<std::string> values;
  for (const SliceGroup& one : slice.groups) {
    if (one.values[c] != kMissingGroup) values.insert(one.values[c]);
  }
  const ValueIndex index({values.begin(), values.end()});
  return group.values[c] == wanted || same_interval(group.values[c], wanted) ||
         (index.find(wanted) >= 0 && index.find(wanted) == index.find(group.values[c]));
}

/// A group of a slice by the columns, in any order, that a gate names.
const SliceGroup& find_group(const Report& report, const Gate& gate, const NullValues& missing) {
  const Slice* last = nullptr;
  std::vector<std::string> looked_for;
  for (const Slice& slice : report.slices) {
    std::vector<std::string> wanted;
    for (const std::string& column : slice.columns) {
      const auto named = std::find_if(gate.group.begin(), gate.group.end(),
                                      [&](const auto& one) { return one.first == column; });
      if (named != gate.group.end())
        wanted.emplace_back(missing.contain(named->second) ? kMissingGroup : named->second);
    }
    if (wanted.size() != slice.columns.size() || wanted.size() != gate.group.size()) continue;
    for (const SliceGroup& group : slice.groups) {
      bool same = true;
      for (size_t c = 0; c < wanted.size(); ++c) same = same && is_of(slice, c, group, wanted[c]);
      if (same) return group;
    }
    last = &slice;  // of several by these columns that which a gate has made
    looked_for = std::move(wanted);
  }
  if (last == nullptr) fail("{}: has no slices by the columns that a gate names", input_name(report.data));
  std::vector<std::string> known;
  for (const SliceGroup& group : last->groups) known.push_back(quote(fmt::format("{}", fmt::join(group.values, ", "))));
  fail("{}: no row has {} in {}; the slices are {}", input_name(report.data),
       quote(fmt::format("{}", fmt::join(looked_for, ", "))), join_names(last->columns), join_names(known));
}

std::optional<Interval> interval_of(const Intervals& intervals, Metric metric) {
  for (const auto& [candidate, interval] : intervals) {
    if (candidate == metric) return interval;
  }
  return std::nullopt;
}

/// What a report's scores are of.
Target target_of(const json& report) {
  Target target{.name = report.value("target", std::string()), .task = Task::kRegression};
  for (const Task task : {Task::kBinary, Task::kMulticlass}) {
    if (report.at("task").get<std::string>() == name_of(task)) target.task = task;
  }
  if (target.task == Task::kRegression) {
    if (report.contains("tweedie_power")) {
      target.objective.loss = LossKind::kTweedie;
      target.objective.tweedie_power = report.at("tweedie_power").get<double>();
    } else if (report.contains("quantiles")) {
      target.objective = {.loss = LossKind::kQuantile, .quantiles = {}};
      for (const json& one : report.at("quantiles").at("quantiles"))
        target.objective.quantiles.push_back(one.at("quantile").get<double>());
    }
    return target;
  }
  for (const json& one : report.at("classes")) target.classes.push_back(one.at("label").get<std::string>());
  if (target.task == Task::kBinary)
    target.positive = target.classes.at(0) == report.at("positive").get<std::string>() ? 0 : 1;
  return target;
}

Comparison compare(const Report& report, const json& other, const std::string& path) {
  if (!other.contains("data_sha256"))
    fail("{}: does not say which data it was computed on; give the model instead", path);
  if (const auto hash = other.at("data_sha256").get<std::string>(); hash != report.data_sha256) {
    constexpr size_t kShown = 12;
    fail(
        "{}: was computed on other data (SHA-256 {}..., here {}...); give the model instead, to evaluate it on these "
        "rows",
        path, quote(hash.substr(0, kShown)), quote(report.data_sha256.substr(0, kShown)));
  }
  // Both by their form as a report, which shows bytes that are no UTF-8 otherwise.
  const Target here = target_of(parse_json(json_report(report), kDeepest, "it")), there = target_of(other);
  expect_comparable(here, there);
  const Objective &own = here.objective, &others = there.objective;
  if (own.loss == LossKind::kTweedie && others.loss == LossKind::kTweedie &&
      own.tweedie_power != others.tweedie_power) {
    fail("{}: its tweedie_deviance has power {}, here {}; give the model instead", path, shortest(others.tweedie_power),
         shortest(own.tweedie_power));
  }
  if (const auto rows = other.at("rows").get<int64_t>(); rows != report.rows) {
    fail("{}: is about {}, here are {}; give the model instead", path, counted(rows, "row"),
         counted(report.rows, "row"));
  }
  if (other.value("confidence", report.confidence) != report.confidence) {
    fail("{}: its intervals have a confidence of {}, here {}", path, shortest(other.at("confidence").get<double>()),
         shortest(report.confidence));
  }
  if (other.value("weight", std::string()) != report.weight) fail("{}: its sample weights differ", path);
  Comparison comparison{.name = path};
  Intervals intervals;
  for (const auto& [name, score] : other.at("metrics").items()) {
    if (const auto metric = find_metric(name)) comparison.scores.emplace_back(*metric, score.get<double>());
  }
  std::sort(comparison.scores.begin(), comparison.scores.end());
  const json found = other.value("intervals", json::object());
  for (const auto& [name, interval] : found.items()) {
    if (const auto metric = find_metric(name))
      intervals.push_back({*metric, {interval.at("low").get<double>(), interval.at("high").get<double>()}});
  }
  comparison.differences = differences(report.scores, comparison.scores);
  for (const auto& [metric, difference] : comparison.differences) {
    const auto here = interval_of(report.intervals, metric), there = interval_of(intervals, metric);
    if (!here || !there) continue;
    const double score = *score_of(report.scores, metric), other_score = *score_of(comparison.scores, metric);
    comparison.intervals.emplace_back(metric, unpaired_difference(score, *here, other_score, *there));
  }
  return comparison;
}

json report_in(const std::string& path) {
  const std::string text = read_trusted(path, kLargestReport);
  try {
    json document = parse_json(text, kDeepest, "it");
    if (document.is_object()) return document;
  } catch (const Error& why) {
    fail("{}: is not a report of mdl evaluate --format json: {}", path, why.what());
  }
  fail("{}: is not a report of mdl evaluate --format json", path);
}

}  // namespace

void expect_comparable(const Target& target, const Target& baseline) {
  const bool same_name = target.name == baseline.name || target.name.empty() || baseline.name.empty();
  if (!same_name || target.task != baseline.task) {
    fail("the baseline predicts column {} ({}), the model column {} ({}); they cannot be compared",
         quote(baseline.name), name_of(baseline.task), quote(target.name), name_of(target.task));
  }
  if (target.objective.has_quantiles() && baseline.objective.has_quantiles() &&
      target.objective.quantiles != baseline.objective.quantiles)
    fail("the baseline predicts other quantiles than the model; they cannot be compared");
  const bool as_many = target.classes.size() == baseline.classes.size();
  std::set<int> shared;
  for (size_t i = 0; as_many && i < baseline.classes.size(); ++i) shared.insert(target.class_of(baseline.classes[i]));
  shared.erase(-1);
  if (!as_many || shared.size() != target.classes.size()) {
    fail("the baseline's classes are {}, the model's {}; they cannot be compared", names_of(baseline.classes),
         names_of(target.classes));
  }
  if (target.task == Task::kBinary &&
      target.class_of(baseline.classes[baseline.positive]) != static_cast<int>(target.positive)) {
    fail(
        "the baseline's positive class is {}, the model's is {}; they cannot be compared: retrain one of them with the "
        "other's data.positive",
        quote(baseline.classes[baseline.positive]), quote(target.classes[target.positive]));
  }
}

Comparison compare_with_report(const Report& report, const std::string& path) {
  const json other = report_in(path);
  try {
    return compare(report, other, path);
  } catch (const json::exception&) {
    fail("{}: is not a report of mdl evaluate --format json", path);
  }
}

void judge_gates(Report& report, const std::vector<Gate>& gates, const std::vector<std::string>& missing,
                 bool by_intervals) {
  const NullValues missing_spellings(missing);
  for (const Gate& gate : gates) {
    const Scores* scores = &report.scores;
    const Intervals* intervals = &report.intervals;
    if (gate.drop) {
      scores = &report.compared_to->differences;
      intervals = &report.compared_to->intervals;
    } else if (!gate.group.empty()) {
      const SliceGroup& group = find_group(report, gate, missing_spellings);
      scores = &group.scores;
      intervals = &group.intervals;
    }
    report.gates.push_back(judge(gate, *scores, by_intervals ? intervals : nullptr));
  }
}

}  // namespace mdl
