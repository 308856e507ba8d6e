#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "report/best_evaluation.h"
#include "report/formatting.h"
#include "report/html_parts.h"
#include "report/svg.h"

namespace mdl {
namespace {

constexpr size_t kWidestName = 40;

Axis axis_of(const TrainingCurve& progress) {
  return whole_axis(std::llround(progress.at.front()), std::llround(progress.at.back()), progress.unit);
}

std::string loss_figure(const Report& report, const TrainingCurve& progress) {
  constexpr double kFar = 3;
  const size_t count = report.epochs.size(), first = std::min(count - 1, std::max<size_t>(1, count / 10));
  std::vector<PlotPoint> train, validation;
  double low = INFINITY, high = -INFINITY, later = -INFINITY;  // later: the highest once the first steps are done
  for (size_t i = 0; i < count; ++i) {
    const EpochRecord& record = report.epochs[i];
    train.push_back({progress.at[i], record.train_loss});
    validation.push_back({progress.at[i], record.validation_loss});
    low = std::min({low, record.train_loss, record.validation_loss});
    high = std::max({high, record.train_loss, record.validation_loss});
    if (i >= first) later = std::max({later, record.train_loss, record.validation_loss});
  }
  std::string cut_off;
  if (high - low > kFar * (later - low) && later > low) {
    cut_off = fmt::format(" The first losses, up to {}, lie above the chart.", score_text(high));
    high = later;
  }
  Chart chart(fmt::format("Training and validation loss over {}; {} is {} after {}",
                          counted(report.epochs.back().epoch, "epoch"),
                          report.epoch_metric ? "that of the weights that are kept" : "the lowest validation loss",
                          score_text(validation[progress.best].y), progress.best_text()),
              axis_of(progress), round_axis(low, high, "loss"));
  chart.line(train, "two");
  chart.line(validation, "one");
  chart.dot(validation[progress.best], "mark");
  return figure(
      "Loss", {{"two", "training"}, {"one", "validation"}, {"mark", "best, " + progress.best_text()}}, chart,
      fmt::format("Lower is better. Where validation loss rises while training loss still falls, the network "
                  "has begun to memorise "
                  "its rows; the weights of the best {}{} are the ones kept.{}",
                  progress.unit, report.epoch_metric ? fmt::format(", by {},", name_of(*report.epoch_metric)) : "",
                  cut_off));
}

/// The main score at each evaluation.
std::string score_figure(const Report& report, const TrainingCurve& progress) {
  const Metric metric = report.metric;
  std::vector<PlotPoint> points;
  double low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < report.epochs.size(); ++i) {
    const std::optional<double> value = score_of(report.epochs[i].validation, metric);
    if (!value) return "";
    points.push_back({progress.at[i], *value});
    low = std::min(low, *value);
    high = std::max(high, *value);
  }
  // A baseline far below would press the curve flat.
  const double baseline = score_of(report.baseline, metric).value_or(-INFINITY);
  const bool near = baseline >= 2 * low - high && baseline <= high;
  if (near) low = std::min(low, baseline);
  Chart chart(fmt::format("{} on the validation rows after each {}, from {} to {}", name_of(metric), progress.unit,
                          score_text(points.front().y), score_text(points.back().y)),
              axis_of(progress), round_axis(low, high, name_of(metric)));
  if (near) chart.line({{points.front().x, baseline}, {points.back().x, baseline}}, "guide");
  chart.line(points, "one");
  chart.dot(points[progress.best], "mark");
  std::vector<Key> keys = {{"one", "validation"}, {"mark", "best, " + progress.best_text()}};
  if (near) keys.push_back({"guide", "baseline"});
  const bool higher = higher_is_better(metric);
  const char* peak = higher ? "peak" : "lowest point";
  return figure(fmt::format("{} by {}", metric == Metric::kAccuracy ? "Accuracy" : name_of(metric), progress.unit),
                keys, chart,
                fmt::format("{} is better. {}", higher ? "Higher" : "Lower",
                            report.epoch_metric
                                ? fmt::format("The weights of the best {}, the {} here, are kept.", progress.unit, peak)
                                : fmt::format("The best {} is chosen by its loss, which is finer than this score, so "
                                              "that it need not be the {} here.",
                                              progress.unit, peak)));
}

std::vector<PlotPoint> plot_points(const std::vector<CurvePoint>& curve) {
  std::vector<PlotPoint> points;
  for (const CurvePoint& point : curve) points.push_back({point.x, point.y});
  return points;
}

/// The weight of rows of two classes by truth and prediction, as the curves see them.
struct Outcomes {
  double true_positive = 0, false_positive = 0, false_negative = 0, true_negative = 0;
};

Outcomes outcomes(const Report& report) {
  Outcomes out;
  for (const RankedRow& row : report.ranked) {
    const bool flagged = row.score >= report.threshold;
    (row.positive ? flagged ? out.true_positive : out.false_negative
     : flagged    ? out.false_positive
                  : out.true_negative) += row.weight;
  }
  return out;
}

std::string roc_figure(const Report& report, const Outcomes& at) {
  const std::vector<CurvePoint> curve = roc_curve(report.ranked);
  if (curve.empty()) return "";
  const std::string area = score_text(roc_auc(report.ranked));
  Chart chart("ROC curve, area " + area, round_axis(0, 1, "false positive rate"),
              round_axis(0, 1, "true positive rate"));
  chart.line({{0, 0}, {1, 1}}, "guide");
  chart.line(plot_points(curve), "one");
  chart.dot({at.false_positive / (at.false_positive + at.true_negative),
             at.true_positive / (at.true_positive + at.false_negative)},
            "mark");
  return figure(
      "ROC",
      {{"one", "model, area " + area}, {"mark", "threshold " + shortest(report.threshold)}, {"guide", "guessing"}},
      chart,
      "Every threshold is a point: the fraction of positive rows it finds, against the fraction of negative rows it "
      "flags by "
      "mistake. "
      "The nearer to the upper left corner, the better.");
}

std::string precision_recall_figure(const Report& report, const Outcomes& at) {
  const std::vector<CurvePoint> curve = precision_recall_curve(report.ranked);
  if (curve.empty()) return "";
  const std::string average = score_text(average_precision(report.ranked));
  const double positives = at.true_positive + at.false_negative,
               fraction = positives / (positives + at.false_positive + at.true_negative);
  Chart chart("Precision-recall curve, average precision " + average, round_axis(0, 1, "recall"),
              round_axis(0, 1, "precision"));
  chart.line({{0, fraction}, {1, fraction}}, "guide");
  chart.line(plot_points(curve), "one");
  if (at.true_positive + at.false_positive > 0) {
    chart.dot({at.true_positive / positives, at.true_positive / (at.true_positive + at.false_positive)}, "mark");
  }
  return figure(
      "Precision and recall",
      {{"one", "model, average " + average},
       {"mark", "threshold " + shortest(report.threshold)},
       {"guide", "guessing"}},
      chart,
      "Finding more of the positive rows (to the right) costs precision: more of the rows called positive are not. "
      "The higher the line stays, the better.");
}

std::string threshold_figure(const Report& report) {
  std::vector<PlotPoint> precision, recall, f1;
  double positives = 0;
  for (const RankedRow& row : report.ranked) positives += row.positive ? row.weight : 0;
  if (positives == 0) return "";
  for_each_threshold(report.ranked, [&](double threshold, double true_positives, double false_positives) {
    if (true_positives + false_positives > 0)
      precision.push_back({threshold, true_positives / (true_positives + false_positives)});
    recall.push_back({threshold, true_positives / positives});
    f1.push_back({threshold, 2 * true_positives / (positives + true_positives + false_positives)});
  });
  Chart chart("Precision, recall and f1 by threshold", round_axis(0, 1, "threshold"), round_axis(0, 1, "score"));
  chart.line({{report.threshold, 0}, {report.threshold, 1}}, "guide");
  chart.line(precision, "one");
  chart.line(recall, "two");
  chart.line(f1, "three");
  return figure(
      "Scores by threshold",
      {{"one", "precision"}, {"two", "recall"}, {"three", "f1"}, {"guide", "threshold " + shortest(report.threshold)}},
      chart, "What the scores of the positive class would be if rows counted as positive from another probability on.");
}

std::string distribution_figure(const Report& report) {
  constexpr size_t kBins = 20;
  std::vector<double> positive(kBins), negative(kBins);
  for (const RankedRow& row : report.ranked) {
    const size_t bin = std::min(kBins - 1, static_cast<size_t>(std::max(0.0, row.score) * kBins));
    ++(row.positive ? positive : negative)[bin];
  }
  const double highest = std::max(*std::max_element(positive.begin(), positive.end()),
                                  *std::max_element(negative.begin(), negative.end()));
  if (highest == 0) return "";
  Chart chart("Rows by predicted probability, for each true class", round_axis(0, 1, "predicted probability"),
              round_axis(0, highest, "rows"));
  for (size_t i = 0; i < kBins; ++i) {
    const double left = static_cast<double>(i) / kBins, middle = left + 0.5 / kBins, gap = 0.06 / kBins;
    if (negative[i] > 0) chart.bar(left + gap, middle, negative[i], "two");
    if (positive[i] > 0) chart.bar(middle, middle + 0.5 / kBins - gap, positive[i], "one");
  }
  const auto name = [&](size_t i) { return label_text(report.classes[i], kWidestName); };
  return figure("Predicted probabilities", {{"two box", name(1 - report.positive)}, {"one box", name(report.positive)}},
                chart,
                "How many rows of each class were given each probability of being positive. The further apart the two, "
                "the easier the decision.");
}

}  // namespace

std::string figure(const std::string& heading, const std::vector<Key>& keys, const Chart& chart,
                   const std::string& reading) {
  std::string out = fmt::format("<figure>\n<h2>{}</h2>\n<p class=\"key\">", escaped(heading));
  for (const Key& key : keys) out += fmt::format("<span><i class=\"{}\"></i>{}</span>", key.style, escaped(key.text));
  return out + fmt::format("</p>\n{}<figcaption>{}</figcaption>\n</figure>\n", chart.svg(), escaped(reading));
}

std::string TrainingCurve::best_text() const { return fmt::format("{} {}", unit, grouped(std::llround(at[best]))); }

TrainingCurve training_curve(const Report& report) {
  const std::vector<EpochRecord>& records = report.epochs;
  const auto same_epoch = [](const EpochRecord& a, const EpochRecord& b) { return a.epoch == b.epoch; };
  const bool several = std::adjacent_find(records.begin(), records.end(), same_epoch) != records.end();
  TrainingCurve progress = {several ? "step" : "epoch", {}, best_evaluation(records, report.epoch_metric)};
  for (const EpochRecord& record : records)
    progress.at.push_back(static_cast<double>(several ? record.step : record.epoch));
  return progress;
}

std::string training_figures(const Report& report) {
  const TrainingCurve along = training_curve(report);
  return loss_figure(report, along) + score_figure(report, along);
}

std::string calibration_figure(const Report& report) {
  const bool binary = report.task == Task::kBinary;
  std::vector<PlotPoint> points;
  const std::vector<CalibrationBin> bins = report.reliability ? report.reliability->bins : calibration(report.ranked);
  for (const CalibrationBin& bin : bins) points.push_back({bin.mean_score, bin.share_positive});
  if (points.empty()) return "";
  const std::string fraction = binary ? "fraction of positive rows" : "fraction of rows predicted correctly";
  Chart chart(fmt::format("Calibration: {} against predicted probability, in groups of rows", fraction),
              round_axis(0, 1, "predicted probability"), round_axis(0, 1, fraction));
  chart.line({{0, 0}, {1, 1}}, "guide");
  chart.line(points, "one");
  for (const PlotPoint& point : points) chart.dot(point, "one");
  return figure("Calibration",
                {{"one", counted(static_cast<int64_t>(points.size()), "group") + " of rows"}, {"guide", "perfect"}},
                chart,
                fmt::format("Of rows that are given 70 %, 70 % should be {}. Below the dashed line the model promises "
                            "too much, above it too little.",
                            binary ? "positive" : "right"));
}

std::string curve_figures(const Report& report) {
  const Outcomes at = outcomes(report);
  return roc_figure(report, at) + precision_recall_figure(report, at) + threshold_figure(report) +
         distribution_figure(report);
}

}  // namespace mdl
