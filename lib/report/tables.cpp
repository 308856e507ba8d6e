#include "report/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "metrics/threshold.h"
#include "report/formatting.h"

namespace mdl {
namespace {

std::string joined(const std::vector<std::string>& names, size_t width) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + label_text(name, width);
  return out;
}

ReportTable scores_table(const Report& report, const std::vector<Metric>& metrics, const char* heading) {
  const bool intervals = !report.intervals.empty();
  ReportTable table{.heading = heading, .columns = {"score", "model"}};
  if (intervals) table.columns.push_back(interval_heading(report));
  table.columns.emplace_back("baseline");
  for (const Metric metric : metrics) {
    std::vector<std::string>& row = table.rows.emplace_back();
    row = {name_of(metric), score_text(report.scores, metric)};
    if (intervals) row.push_back(interval_text(report, metric));
    row.push_back(score_text(report.baseline, metric));
  }
  return table;
}

/// A difference with its sign.
std::string signed_text(double value) { return (value > 0 ? "+" : "") + score_text(value); }

std::string more_text(size_t hidden, const char* what) {
  return fmt::format("and {} more, {}; the JSON report lists all.", grouped(static_cast<long long>(hidden)), what);
}

}  // namespace

std::optional<Interval> interval_of(const Intervals& intervals, Metric metric) {
  for (const auto& [candidate, interval] : intervals) {
    if (candidate == metric) return interval;
  }
  return std::nullopt;
}

std::vector<Metric> slice_metrics(const Report& report) {
  using enum Metric;
  switch (report.task) {
    case Task::kBinary: return headed(report, {kAccuracy, kPrecision, kRecall, kF1});
    case Task::kMulticlass: return headed(report, {kAccuracy, kBalancedAccuracy, kF1});
    case Task::kRegression: break;
  }
  // r2 of a group hangs on how much the target varies in it.
  return report.metric == kR2 ? std::vector{kMae, kRmse, kR2} : headed(report, {kMae, kRmse, kR2});
}

std::vector<const SliceGroup*> groups_in_order(const Slice& slice) {
  std::vector<const SliceGroup*> groups;
  for (const SliceGroup& group : slice.groups) groups.push_back(&group);
  if (!slice.in_order) std::ranges::stable_partition(groups, [](const SliceGroup* group) { return !group->small; });
  return groups;
}

ReportTable gates_table(const Report& report) {
  ReportTable table{.heading = "Gates", .columns = {"gate", "value", interval_heading(report), "verdict"}};
  for (const GateLine& gate : gate_lines(report)) {
    table.rows.push_back(
        {gate.name, gate.value, gate.interval.empty() ? "-" : gate.interval, verdict_text(gate.verdict)});
  }
  return table;
}

std::vector<ReportTable> scores_tables(const Report& report) {
  constexpr size_t kFew = 2;  // are not worth a table of their own
  std::vector<Metric> first = leading_metrics(report), others = further_metrics(report);
  if (others.size() <= kFew) {
    first.insert(first.end(), others.begin(), others.end());
    others.clear();
  }
  std::vector<ReportTable> tables = {scores_table(report, first, "Scores")};
  if (!others.empty()) tables.push_back(scores_table(report, others, "Further scores"));
  return tables;
}

ReportTable threshold_table(const Report& report) {
  if (report.task != Task::kBinary || report.ranked.empty()) return {};
  double positives = 0, all = 0;
  for (const RankedRow& row : report.ranked) {
    all += row.weight;
    positives += row.positive ? row.weight : 0;
  }
  if (positives == 0 || positives == all) return {};
  ReportTable table{.heading = "Thresholds",
                    .columns = {"choice", "threshold", "precision", "recall", "f1", "accuracy"}};
  if (report.cost) table.columns.emplace_back("cost");
  const auto add = [&](const std::string& name, double threshold) {
    double found = 0, wrong = 0;  // true positives, false positives
    for (const RankedRow& row : report.ranked) {
      if (row.score >= threshold) (row.positive ? found : wrong) += row.weight;
    }
    const double flagged = found + wrong, missed = positives - found;
    table.rows.push_back({name, score_text(threshold), flagged > 0 ? score_text(found / flagged) : "-",
                          score_text(found / positives), score_text(2 * found / (flagged + positives)),
                          score_text((all - wrong - missed) / all)});
    if (!report.cost) return;
    const double cost = report.cost->false_positive * wrong + report.cost->false_negative * missed;
    table.rows.back().push_back(cost == std::round(cost) ? grouped(std::llround(cost)) : score_text(cost));
  };
  add("the model's", report.threshold);
  add("highest f1", best_threshold(report.ranked, {.rule = Threshold::Rule::kF1}));
  add("highest balanced accuracy", best_threshold(report.ranked, {.rule = Threshold::Rule::kBalancedAccuracy}));
  if (report.cost) {
    add("lowest cost", best_threshold(report.ranked, *report.cost));
    table.notes.push_back(fmt::format("A false positive costs {}, a false negative {}.",
                                      shortest(report.cost->false_positive), shortest(report.cost->false_negative)));
  }
  table.notes.emplace_back(
      "The best thresholds are chosen on the rows that they are scored on; on other rows they do a little worse. "
      "train.threshold has training choose one, mdl threshold puts another into a model.");
  return table;
}

ReportTable comparison_table(const Report& report, bool scores) {
  if (!report.compared_to) return {};
  const Comparison& other = *report.compared_to;
  const Scores& own = report.networks_a_row ? report.as_found : report.scores;
  ReportTable table{.heading = fmt::format("Compared with {}", path_text(other.name, 60)), .columns = {"score"}};
  if (scores) table.columns.insert(table.columns.end(), {"model", "other"});
  table.columns.insert(table.columns.end(), {"difference", interval_heading(report)});
  std::vector<Metric> metrics = leading_metrics(report);
  for (const Metric metric : further_metrics(report)) metrics.push_back(metric);
  for (const Metric metric : metrics) {
    const auto difference = score_of(other.differences, metric);
    if (!difference) continue;
    std::vector<std::string>& row = table.rows.emplace_back();
    row.emplace_back(name_of(metric));
    if (scores) row.insert(row.end(), {score_text(own, metric), score_text(other.scores, metric)});
    row.insert(row.end(), {signed_text(*difference), interval_text(interval_of(other.intervals, metric))});
  }
  table.notes.push_back(
      other.paired
          ? "Both models were scored on the same rows; an interval without 0 in it tells them apart."
          : "Two reports' intervals are compared, which are wider than those of both models on the same rows.");
  if (!other.note.empty()) table.notes.push_back(other.note);
  return table;
}

ReportTable trials_table(const Report& report) {
  ReportTable table{.heading = "Trials", .columns = {"settings", "epochs", "lowest validation loss"}};
  for (const TrialResult& trial : report.trials) {
    table.rows.push_back({trial.settings + (trial.taken ? " (taken)" : ""), fmt::format("{}", trial.epochs),
                          score_text(trial.validation_loss)});
  }
  table.notes = {
      "Two networks each, on the rows of two folds; by the settings that were taken all networks were trained."};
  return table;
}

ReportTable test_table(const Report& report) {
  if (!report.test) return {};
  const TestScores& test = *report.test;
  ReportTable table{.heading = "Test scores",
                    .columns = {"score", "test", interval_heading(report), "validation"},
                    .notes = {fmt::format("On {} of {}, which had no part in training.", counted(test.rows, "row"),
                                          printable(test.data))}};
  for (const auto& [metric, value] : test.scores) {
    table.rows.push_back({name_of(metric), score_text(test.scores, metric),
                          interval_text(interval_of(test.intervals, metric)), score_text(report.scores, metric)});
  }
  table.notes.insert(table.notes.end(), test.notes.begin(), test.notes.end());
  return table;
}

ReportTable folds_table(const Report& report, size_t width, size_t scores) {
  if (report.folds.empty()) return {};
  const bool in_time = !report.folds.front().times.empty();
  ReportTable table{.heading = "Scores by fold", .columns = {"fold", "trained on", "rows"}};
  std::vector<Metric> metrics = slice_metrics(report);
  metrics.resize(std::min(metrics.size(), scores));
  for (const Metric metric : metrics) table.columns.emplace_back(name_of(metric));
  for (size_t i = 0; i < report.folds.size(); ++i) {
    const FoldScores& fold = report.folds[i];
    std::vector<std::string>& row = table.rows.emplace_back();
    row = {in_time ? label_text(fold.times, width) : fmt::format("{}", i + 1), grouped(fold.training_rows),
           grouped(fold.rows)};
    for (const Metric metric : metrics) row.push_back(score_text(fold.scores, metric));
  }
  table.notes.emplace_back(
      in_time ? "Each fold is scored by networks that were trained on the rows before it; the "
                "model is those of the last."
      : report.networks_a_row
          ? "Each fold is scored by the one network that was trained without it; all do better together."
          : "Each fold is scored by the networks that were trained without it.");
  return table;
}

ReportTable slice_table(const Report& report, const Slice& slice, size_t width, size_t intervals, size_t scores) {
  ReportTable table{.heading = "By " + joined(slice.columns, width), .columns = {"group", "rows"}};
  std::vector<Metric> metrics = slice_metrics(report);
  metrics.resize(std::min(metrics.size(), scores));
  for (size_t i = 0; i < metrics.size(); ++i) {
    table.columns.push_back(name_of(metrics[i]) +
                            (i < intervals && !report.intervals.empty() ? ", " + interval_heading(report) : ""));
  }
  size_t small = 0;
  for (const SliceGroup* group : groups_in_order(slice)) {
    small += group->small ? 1 : 0;
    std::vector<std::string> cells = {joined(group->values, width), grouped(group->rows) + (group->small ? "*" : "")};
    for (size_t i = 0; i < metrics.size(); ++i) {
      const auto interval = i < intervals ? interval_of(group->intervals, metrics[i]) : std::nullopt;
      cells.push_back(score_text(group->scores, metrics[i]) + (interval ? " " + interval_text(*interval) : ""));
    }
    table.rows.push_back(std::move(cells));
  }
  if (small > 0) table.notes.push_back(fmt::format("* fewer than {} rows: too few to compare.", kSmallGroup));
  return table;
}

ReportTable gaps_table(const Report& report, const Slice& slice, size_t width) {
  ReportTable table{.heading = fmt::format("Largest gaps by {}", joined(slice.columns, width)),
                    .columns = {"score", "highest", "lowest", "difference", "ratio"},
                    .names = 3};
  const std::vector<Metric> metrics = slice_metrics(report);
  for (const SliceGap& gap : slice.gaps) {
    if (std::find(metrics.begin(), metrics.end(), gap.metric) == metrics.end()) continue;
    table.rows.push_back({name_of(gap.metric), joined(slice.groups[gap.highest].values, width),
                          joined(slice.groups[gap.lowest].values, width), score_text(gap.difference),
                          score_text(gap.ratio)});
  }
  if (slice.demographic_parity_difference) {
    table.notes.push_back(fmt::format("Demographic parity: selection rates differ by {}, ratio {}.",
                                      score_text(*slice.demographic_parity_difference),
                                      score_text(slice.demographic_parity_ratio)));
  }
  if (slice.equalized_odds_difference) {
    table.notes.push_back(fmt::format("Equalized odds: true or false positive rates differ by up to {}.",
                                      score_text(*slice.equalized_odds_difference)));
  }
  return table;
}

ReportTable reliability_table(const Report& report) {
  if (!report.reliability || report.reliability->bins.empty()) return {};
  const Reliability& found = *report.reliability;
  const bool binary = report.task == Task::kBinary;
  ReportTable table{
      .heading = binary ? "Calibration: the probability of the positive class against the fraction of rows of it"
                        : "Calibration: the probability of the predicted class against the fraction of rows of it",
      .columns = {"predicted", "true", "difference", "rows"},
      .names = 0};
  for (const CalibrationBin& bin : found.bins) {
    table.rows.push_back({score_text(bin.mean_score), score_text(bin.share_positive),
                          signed_text(bin.share_positive - bin.mean_score), grouped(static_cast<long long>(bin.rows))});
  }
  table.notes.push_back(
      fmt::format("ece {}; the Brier score of these groups is reliability {} - resolution {} + uncertainty {}.",
                  score_text(found.ece), score_text(found.reliability), score_text(found.resolution),
                  score_text(found.uncertainty)));
  return table;
}

ReportTable quantiles_table(const Report& report) {
  if (!report.quantiles) return {};
  const QuantileCoverage& found = *report.quantiles;
  ReportTable table{.heading = "Quantiles", .columns = {"quantile", "rows at or below", "pinball"}};
  for (const QuantileScore& one : found.quantiles)
    table.rows.push_back({shortest(one.quantile), score_text(one.below), score_text(one.pinball)});
  if (found.quantiles.size() > 1) {
    table.notes.push_back(
        fmt::format("{:.1f} % of the rows lie from the lowest to the highest quantile, {} %"
                    " are expected to; the mean width is {}.",
                    100 * found.covered, shortest(std::round(1e4 * found.expected()) / 100), score_text(found.width)));
  }
  return table;
}

ReportTable importance_table(const Report& report, size_t width, size_t most) {
  ReportTable table{.heading = fmt::format("Importance: how much worse {} becomes when a column is shuffled",
                                           name_of(report.importance_metric)),
                    .columns = {"feature", "drop", interval_heading(report)}};
  const size_t shown = std::min(most, report.importance.size());
  for (size_t i = 0; i < shown; ++i) {
    const Importance& one = report.importance[i];
    table.rows.push_back({label_text(one.feature, width), score_text(one.drop), interval_text(one.interval)});
  }
  if (shown < report.importance.size())
    table.notes.push_back(more_text(report.importance.size() - shown, "less important"));
  return table;
}

ReportTable drift_table(const Report& report, size_t width, size_t most) {
  if (!report.drift) return {};
  const std::vector<ColumnDrift>& columns = report.drift->columns;
  const auto drifted = std::ranges::count_if(columns, &ColumnDrift::drifted);
  ReportTable table{
      .heading = fmt::format("Drift from the training rows: {} of {} drifted", drifted == 0 ? "none" : grouped(drifted),
                             counted(static_cast<int64_t>(columns.size()), "column")),
      .columns = {"column", "kind", "drifted", "psi", "psi limit", "p-value"},
      .words = 2};
  const size_t shown = std::min(most, columns.size());
  for (size_t i = 0; i < shown; ++i) {
    const ColumnDrift& column = columns[i];
    table.rows.push_back({label_text(column.column, width), column.numeric ? "numeric" : "categorical",
                          column.drifted ? kDrifted : "no", score_text(column.psi), score_text(column.psi_limit),
                          score_text(column.p_value)});
  }
  if (shown < columns.size()) table.notes.push_back(more_text(columns.size() - shown, "less drifted"));
  return table;
}

ReportTable unseen_table(const Report& report, size_t width, size_t most) {
  const std::vector<UnseenCells> columns = with_unseen(report.unseen);
  ReportTable table{.heading = "Categories not seen in training",
                    .columns = {"column", "cells", "unseen", "rare in training"}};
  bool rare = false;
  for (size_t i = 0; i < std::min(most, columns.size()); ++i) {
    const UnseenCells& one = columns[i];
    rare = rare || one.left_out > 0;
    table.rows.push_back({label_text(one.column, width), grouped(one.cells), grouped(one.unseen),
                          one.left_out == 0 ? "-" : grouped(one.left_out)});
  }
  if (rare)
    table.notes.push_back(
        "Categories that were too rare in training to be kept (in this many of its rows) cannot be told from new "
        "ones.");
  if (most < columns.size()) table.notes.push_back(more_text(columns.size() - most, "with fewer"));
  return table;
}

ReportTable worst_table(const Report& report, size_t width) {
  const bool regression = report.task == Task::kRegression;
  ReportTable table{.heading = "Largest errors",
                    .columns = {"line", "true", "predicted", regression ? "error" : "loss"},
                    .names = 0,
                    .words = 3};
  const auto cell = [&](const std::string& text) { return label_text(text, width); };
  for (const WorstRow& row : report.worst) {
    table.rows.push_back({std::to_string(row.line), cell(row.label), cell(row.predicted), score_text(row.loss)});
  }
  return table;
}

ReportTable worst_cells_table(const Report& report, size_t width) {
  ReportTable table = worst_table(report, width);
  if (table.rows.empty()) return table;
  for (const std::string& column : report.worst_columns) table.columns.push_back(label_text(column, width));
  table.words = table.columns.size();
  for (size_t i = 0; i < report.worst.size(); ++i) {
    for (const std::string& cell : report.worst[i].cells)
      table.rows[i].push_back(cell.empty() ? "" : label_text(cell, width));
  }
  if (report.worst_hidden) table.notes.emplace_back("Their cells are not shown, as the data is encrypted.");
  return table;
}

}  // namespace mdl
