#include "evaluate/compare.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "table/missing.h"
#include "table/value.h"

namespace mdl {
namespace {

using nlohmann::json;

constexpr size_t kLargestReport = 64 << 20;

/// Whether the slice's column `c` has the value `wanted`, in any spelling, in this group.
bool is_of(const Slice& slice, size_t c, const SliceGroup& group, const std::string& wanted) {
  std::set<std::string> values;
  for (const SliceGroup& one : slice.groups) {
    if (one.values[c] != kMissingGroup) values.insert(one.values[c]);
  }
  const ValueIndex index({values.begin(), values.end()});
  return group.values[c] == wanted || (index.find(wanted) >= 0 && index.find(wanted) == index.find(group.values[c]));
}

/// A group of a slice by the columns, in any order, that a gate names.
const SliceGroup& find_group(const Report& report, const Gate& gate, const MissingSpellings& missing) {
  for (const Slice& slice : report.slices) {
    std::vector<std::string> wanted;
    for (const std::string& column : slice.columns) {
      const auto named = std::find_if(gate.group.begin(), gate.group.end(), [&](const auto& one) { return one.first == column; });
      if (named != gate.group.end()) wanted.emplace_back(missing.contain(named->second) ? kMissingGroup : named->second);
    }
    if (wanted.size() != slice.columns.size() || wanted.size() != gate.group.size()) continue;
    for (const SliceGroup& group : slice.groups) {
      bool same = true;
      for (size_t c = 0; c < wanted.size(); ++c) same = same && is_of(slice, c, group, wanted[c]);
      if (same) return group;
    }
    std::vector<std::string> known;
    for (const SliceGroup& group : slice.groups) known.push_back(quote(fmt::format("{}", fmt::join(group.values, ", "))));
    fail("{}: no row has {} in {}; the groups are {}", input_name(report.data), quote(fmt::format("{}", fmt::join(wanted, ", "))),
         join_names(slice.columns), join_names(known));
  }
  fail("{}: has no groups by the columns that a gate names", input_name(report.data));
}

std::optional<Interval> interval_of(const Intervals& intervals, Metric metric) {
  for (const auto& [candidate, interval] : intervals) {
    if (candidate == metric) return interval;
  }
  return std::nullopt;
}

Comparison compare(const Report& report, const json& other, const std::string& path) {
  if (!other.contains("data_sha256")) fail("{}: does not say which data it is about; give the model instead", path);
  if (const auto hash = other.at("data_sha256").get<std::string>(); hash != report.data_sha256) {
    constexpr size_t kShown = 12;
    fail("{}: is about other data (its SHA-256 begins with {}, here with {}); give the model instead, which is then scored on the rows here", path,
         quote(hash.substr(0, kShown)), quote(report.data_sha256.substr(0, kShown)));
  }
  const auto task = other.at("task").get<std::string>();
  if (task != name_of(report.task)) fail("{}: its task is {}, not {}", path, quote(task), name_of(report.task));
  if (other.value("confidence", report.confidence) != report.confidence) {
    fail("{}: its intervals have confidence {}, here {}", path, shortest(other.at("confidence").get<double>()), shortest(report.confidence));
  }
  if (other.value("weight", std::string()) != report.weight) fail("{}: its rows are weighted otherwise", path);
  Comparison comparison{.name = path};
  Intervals intervals;
  for (const auto& [name, score] : other.at("metrics").items()) {
    if (const auto metric = find_metric(name)) comparison.scores.emplace_back(*metric, score.get<double>());
  }
  std::sort(comparison.scores.begin(), comparison.scores.end());
  const json found = other.value("intervals", json::object());
  for (const auto& [name, interval] : found.items()) {
    if (const auto metric = find_metric(name)) intervals.push_back({*metric, {interval.at("low").get<double>(), interval.at("high").get<double>()}});
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

}  // namespace

Comparison compare_with_report(const Report& report, const std::string& path) {
  const json other = json::parse(read_file(path, kLargestReport), nullptr, false);
  if (!other.is_object()) fail("{}: is not a report of mdl evaluate --format json", path);
  try {
    return compare(report, other, path);
  } catch (const json::exception&) {
    fail("{}: is not a report of mdl evaluate --format json", path);
  }
}

void judge_gates(Report& report, const std::vector<Gate>& gates, const std::vector<std::string>& missing, bool by_intervals) {
  const MissingSpellings missing_spellings(missing);
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
