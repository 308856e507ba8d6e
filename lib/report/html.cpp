#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/progress.h"
#include "base/text.h"
#include "report/report.h"
#include "report/style.h"
#include "report/svg.h"
#include "report/words.h"

namespace mdl {
namespace {

constexpr size_t kMostClasses = 100;
constexpr size_t kWidestMatrix = 24;      // classes; beyond it the largest confusions say more
constexpr size_t kNarrowMatrix = 5;       // classes; fits half a page, with shares
constexpr size_t kMostConfusions = 20;
constexpr size_t kWidestName = 40;

std::string name_text(std::string_view name) { return escaped(label_text(name, kWidestName)); }

/// Opens a section with a table in it, up to its body.
std::string table_start(const char* heading, const std::vector<const char*>& columns) {
  std::string out = fmt::format("<section>\n<h2>{}</h2>\n<div class=\"wide\"><table>\n<thead><tr>", heading);
  for (const char* column : columns) out += fmt::format("<th scope=\"col\">{}</th>", column);
  return out + "</tr></thead>\n<tbody>\n";
}

/// `caption` is plain text.
std::string table_end(const std::string& caption) {
  return fmt::format("</tbody>\n<caption>{}</caption>\n</table></div>\n</section>\n", escaped(caption));
}

/// An entry of the key above a chart.
struct Key {
  const char* style;
  std::string text;
};

/// `heading` and `reading` (how to read the chart) are plain text.
std::string figure(const std::string& heading, const std::vector<Key>& keys, const Chart& chart, const std::string& reading) {
  std::string out = fmt::format("<figure>\n<h2>{}</h2>\n<p class=\"key\">", escaped(heading));
  for (const Key& key : keys) out += fmt::format("<span><i class=\"{}\"></i>{}</span>", key.style, escaped(key.text));
  return out + fmt::format("</p>\n{}<figcaption>{}</figcaption>\n</figure>\n", chart.svg(), escaped(reading));
}

/// What the loss curves run along: epochs, or optimizer steps where an epoch has several evaluations.
struct Progress {
  const char* unit;
  std::vector<double> at;   // of each evaluation
  size_t best;              // index of the lowest validation loss
  std::string best_text() const { return fmt::format("{} {}", unit, grouped(std::llround(at[best]))); }
  Axis axis() const { return whole_axis(std::llround(at.front()), std::llround(at.back()), unit); }
};

Progress progress(const std::vector<EpochRecord>& records) {
  const auto same_epoch = [](const EpochRecord& a, const EpochRecord& b) { return a.epoch == b.epoch; };
  const bool several = std::adjacent_find(records.begin(), records.end(), same_epoch) != records.end();
  Progress progress = {several ? "step" : "epoch", {}, 0};
  for (size_t i = 0; i < records.size(); ++i) {
    progress.at.push_back(static_cast<double>(several ? records[i].step : records[i].epoch));
    if (records[i].validation_loss < records[progress.best].validation_loss) progress.best = i;
  }
  return progress;
}

std::string loss_figure(const Report& report, const Progress& progress) {
  std::vector<PlotPoint> train, validation;
  double low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < report.epochs.size(); ++i) {
    const EpochRecord& record = report.epochs[i];
    train.push_back({progress.at[i], record.train_loss});
    validation.push_back({progress.at[i], record.validation_loss});
    low = std::min({low, record.train_loss, record.validation_loss});
    high = std::max({high, record.train_loss, record.validation_loss});
  }
  Chart chart(fmt::format("Training and validation loss over {}; the lowest validation loss is {} after {}", counted(report.epochs.back().epoch, "epoch"),
                          score_text(validation[progress.best].y), progress.best_text()),
              progress.axis(), round_axis(low, high, "loss"));
  chart.line(train, "two");
  chart.line(validation, "one");
  chart.dot(validation[progress.best], "mark");
  return figure("Loss", {{"two", "training"}, {"one", "validation"}, {"mark", "best, " + progress.best_text()}}, chart,
                fmt::format("Lower is better. Where validation loss rises while training loss still falls, the network has begun to memorise "
                            "its rows; the weights of the best {} are the ones kept.", progress.unit));
}

/// The main score at each evaluation.
std::string score_figure(const Report& report, const Progress& progress) {
  const Metric metric = main_metric(report.task);
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
  Chart chart(fmt::format("{} on the validation rows after each {}, from {} to {}", name_of(metric), progress.unit, score_text(points.front().y),
                          score_text(points.back().y)),
              progress.axis(), round_axis(low, high, name_of(metric)));
  if (near) chart.line({{points.front().x, baseline}, {points.back().x, baseline}}, "guide");
  chart.line(points, "one");
  chart.dot(points[progress.best], "mark");
  std::vector<Key> keys = {{"one", "validation"}, {"mark", "best, " + progress.best_text()}};
  if (near) keys.push_back({"guide", "baseline"});
  return figure(fmt::format("{} by {}", metric == Metric::kR2 ? "r2" : "Accuracy", progress.unit), keys, chart,
                fmt::format("Higher is better. The best {} is chosen by its loss, which is finer than this score, so that it need not be the peak here.",
                            progress.unit));
}

std::vector<PlotPoint> plot_points(const std::vector<CurvePoint>& curve) {
  std::vector<PlotPoint> points;
  for (const CurvePoint& point : curve) points.push_back({point.x, point.y});
  return points;
}

/// Rows of two classes by truth and prediction.
struct Outcomes {
  double true_positive, false_positive, false_negative, true_negative;
};

Outcomes outcomes(const Report& report) {
  const size_t positive = report.positive, negative = 1 - positive;
  const auto count = [&](size_t truth, size_t predicted) { return static_cast<double>(report.confusion[truth][predicted]); };
  return {count(positive, positive), count(negative, positive), count(positive, negative), count(negative, negative)};
}

std::string roc_figure(const Report& report, const Outcomes& at) {
  const std::vector<CurvePoint> curve = roc_curve(report.ranked);
  if (curve.empty()) return "";
  const std::string area = score_text(roc_auc(report.ranked));
  Chart chart("ROC curve, area " + area, round_axis(0, 1, "false positive rate"), round_axis(0, 1, "true positive rate"));
  chart.line({{0, 0}, {1, 1}}, "guide");
  chart.line(plot_points(curve), "one");
  chart.dot({at.false_positive / (at.false_positive + at.true_negative), at.true_positive / (at.true_positive + at.false_negative)}, "mark");
  return figure("ROC", {{"one", "model, area " + area}, {"mark", "threshold " + shortest(report.threshold)}, {"guide", "guessing"}}, chart,
                "Every threshold is a point: the share of positive rows it finds, against the share of negative rows it flags by mistake. "
                "The nearer to the upper left corner, the better.");
}

std::string precision_recall_figure(const Report& report, const Outcomes& at) {
  const std::vector<CurvePoint> curve = precision_recall_curve(report.ranked);
  if (curve.empty()) return "";
  const std::string average = score_text(average_precision(report.ranked));
  const double positives = at.true_positive + at.false_negative, share = positives / (positives + at.false_positive + at.true_negative);
  Chart chart("Precision-recall curve, average precision " + average, round_axis(0, 1, "recall"), round_axis(0, 1, "precision"));
  chart.line({{0, share}, {1, share}}, "guide");
  chart.line(plot_points(curve), "one");
  if (at.true_positive + at.false_positive > 0) {
    chart.dot({at.true_positive / positives, at.true_positive / (at.true_positive + at.false_positive)}, "mark");
  }
  return figure("Precision and recall",
                {{"one", "model, average " + average}, {"mark", "threshold " + shortest(report.threshold)}, {"guide", "guessing"}}, chart,
                "Finding more of the positive rows (to the right) costs precision: more of the rows called positive are not. "
                "The higher the line stays, the better.");
}

std::string calibration_figure(const Report& report) {
  std::vector<PlotPoint> points;
  for (const CalibrationBin& bin : calibration(report.ranked)) points.push_back({bin.mean_score, bin.share_positive});
  std::sort(points.begin(), points.end(), [](const PlotPoint& a, const PlotPoint& b) { return a.x < b.x; });
  if (points.empty()) return "";
  Chart chart("Calibration: share of positive rows against predicted probability, in groups of rows", round_axis(0, 1, "predicted probability"),
              round_axis(0, 1, "share of positive rows"));
  chart.line({{0, 0}, {1, 1}}, "guide");
  chart.line(points, "one");
  for (const PlotPoint& point : points) chart.dot(point, "one");
  return figure("Calibration", {{"one", counted(static_cast<int64_t>(points.size()), "group") + " of rows"}, {"guide", "perfect"}}, chart,
                "Of rows that are given 70 %, 70 % should be positive. Below the dashed line the model promises too much, above it too little.");
}

std::string distribution_figure(const Report& report) {
  constexpr size_t kBins = 20;
  std::vector<double> positive(kBins), negative(kBins);
  for (const RankedRow& row : report.ranked) {
    const size_t bin = std::min(kBins - 1, static_cast<size_t>(std::max(0.0, row.score) * kBins));
    ++(row.positive ? positive : negative)[bin];
  }
  const double highest = std::max(*std::max_element(positive.begin(), positive.end()), *std::max_element(negative.begin(), negative.end()));
  if (highest == 0) return "";
  Chart chart("Rows by predicted probability, for each true class", round_axis(0, 1, "predicted probability"), round_axis(0, highest, "rows"));
  for (size_t i = 0; i < kBins; ++i) {
    const double left = static_cast<double>(i) / kBins, middle = left + 0.5 / kBins, gap = 0.06 / kBins;
    if (negative[i] > 0) chart.bar(left + gap, middle, negative[i], "two");
    if (positive[i] > 0) chart.bar(middle, middle + 0.5 / kBins - gap, positive[i], "one");
  }
  const auto name = [&](size_t i) { return label_text(report.classes[i], kWidestName); };
  return figure("Predicted probabilities", {{"two box", name(1 - report.positive)}, {"one box", name(report.positive)}}, chart,
                "How many rows of each class were given each probability of being positive. The further apart the two, the easier the decision.");
}

std::string tiles(const Report& report) {
  using enum Metric;
  const std::vector<Metric> chosen = report.task == Task::kBinary      ? std::vector{kAccuracy, kRocAuc, kF1, kLogLoss}
                                     : report.task == Task::kMulticlass ? std::vector{kAccuracy, kBalancedAccuracy, kF1, kLogLoss}
                                                                        : std::vector{kR2, kRmse, kMae, kMedianAbsoluteError};
  std::string out = "<dl class=\"tiles\">\n";
  for (const Metric metric : chosen) {
    out += fmt::format("<div><dt>{}</dt><dd class=\"value\">{}</dd><dd class=\"base\">baseline {}</dd></div>\n", name_of(metric),
                       score_text(score_of(report.scores, metric)), score_text(score_of(report.baseline, metric)));
  }
  return out + "</dl>\n";
}

std::string gates_section(const Report& report) {
  if (report.gates.empty()) return "";
  std::string out = "<section>\n<h2>Gates</h2>\n<ul class=\"gates\">\n";
  for (const GateResult& gate : report.gates) {
    const std::string text = gate_text(gate);
    const size_t verdict = text.rfind(' ') + 1;
    out += fmt::format("<li class=\"{}\">{}<b>{}</b></li>\n", name_of(gate.verdict), escaped(text.substr(0, verdict)), text.substr(verdict));
  }
  return out + "</ul>\n</section>\n";
}

std::string scores_section(const Report& report) {
  const bool intervals = !report.intervals.empty();
  const std::string heading = interval_heading(report);
  std::vector<const char*> columns = {"score", "model", "baseline"};
  if (intervals) columns.insert(columns.begin() + 2, heading.c_str());
  std::string out = table_start("Scores", columns);
  for (const Metric metric : scored_metrics(report)) {
    const std::string interval = intervals ? fmt::format("<td class=\"range\">{}</td>", interval_text(report, metric)) : "";
    out += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td>{}<td class=\"base\">{}</td></tr>\n", name_of(metric),
                       score_text(score_of(report.scores, metric)), interval, score_text(score_of(report.baseline, metric)));
  }
  std::string caption = fmt::format("The baseline is {}.", printable(report.baseline_text));
  if (intervals) caption += " An interval is where the score on endlessly many rows of this kind would lie.";
  return out + table_end(caption);
}

std::string matrix_section(const Report& report) {
  const size_t k = report.classes.size();
  std::string out = "<section>\n<h2>Confusion matrix</h2>\n<div class=\"wide\"><table class=\"matrix\">\n<thead><tr>";
  out += "<th>truth \xE2\x86\x93 prediction \xE2\x86\x92</th>";
  for (const std::string& name : report.classes) out += fmt::format("<th scope=\"col\">{}</th>", name_text(name));
  out += "</tr></thead>\n<tbody>\n";
  for (size_t i = 0; i < k; ++i) {
    out += fmt::format("<tr><th scope=\"row\">{}</th>", name_text(report.classes[i]));
    for (size_t j = 0; j < k; ++j) {
      const int64_t count = report.confusion[i][j], support = report.per_class[i].support;
      const double share = support == 0 ? 0 : static_cast<double>(count) / static_cast<double>(support);
      out += fmt::format("<td{} style=\"background:rgba({},{:.2f})\">{}", i == j ? " class=\"hit\"" : "", i == j ? "50,110,215" : "215,110,30",
                         count == 0 ? 0 : 0.05 + 0.5 * share, grouped(count));
      out += k <= kNarrowMatrix ? fmt::format("<small>{:.1f} %</small></td>", 100 * share) : "</td>";
    }
    out += "</tr>\n";
  }
  return out + table_end("Rows are the truth, columns the prediction; the diagonal is right. The stronger the colour, the larger the share of its row.");
}

std::string confusions_section(const Report& report) {
  std::string out = table_start("Largest confusions", {"truth", "prediction", "rows"});
  for (const Confusion& confusion : largest_confusions(report, kMostConfusions)) {
    out += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n", name_text(report.classes[confusion.truth]),
                       name_text(report.classes[confusion.predicted]), grouped(confusion.rows));
  }
  return out + table_end(fmt::format("The most frequent mistakes; a matrix of {} classes would not be readable.", report.classes.size()));
}

std::string classes_section(const Report& report) {
  std::string out = table_start("Classes", {"class", "precision", "recall", "f1", "support"});
  const std::vector<size_t> shown = classes_to_show(report, kMostClasses);
  for (const size_t i : shown) {
    const ClassScores& scores = report.per_class[i];
    out += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n", name_text(report.classes[i]),
                       score_text(scores.precision), score_text(scores.recall), score_text(scores.f1), grouped(scores.support));
  }
  std::string caption =
      "Precision: of the rows predicted to be of the class, the share that are. Recall: of the rows of the class, the share that is found.";
  if (shown.size() < report.per_class.size()) caption += fmt::format(" Shown are the {} largest of {} classes.", shown.size(), report.classes.size());
  return out + table_end(caption);
}

std::string header(const Report& report) {
  const bool training = !report.epochs.empty();
  std::string out = fmt::format("<header>\n<p class=\"kind\">{}</p>\n<h1>{}</h1>\n<p>{} \xC2\xB7 {} \xC2\xB7 {}</p>\n",
                                training ? "Training report" : "Evaluation report", escaped(printable(report.model)),
                                escaped(printable(report.data)), counted(report.rows, "row"), name_of(report.task));
  if (training) {
    out += fmt::format("<p>Trained for {} in {}; the model is that of {}.</p>\n", counted(report.epochs.back().epoch, "epoch"),
                       duration(report.epochs.back().seconds), progress(report.epochs).best_text());
  }
  for (const std::string& note : notes(report)) out += fmt::format("<p>{}</p>\n", escaped(note));
  return out + "</header>\n";
}

std::string pair(const std::string& content) { return content.empty() ? "" : "<section class=\"pair\">\n" + content + "</section>\n"; }

}  // namespace

std::string html_report(const Report& report) {
  const bool classes = report.task != Task::kRegression;
  const size_t k = report.classes.size();
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<title>{}: {} {}</title>\n<style>{}</style>\n</head>\n<body>\n",
      escaped(printable(report.model)), name_of(main_metric(report.task)), score_text(score_of(report.scores, main_metric(report.task))), kStyle);
  out += header(report) + "<main>\n" + tiles(report) + gates_section(report);
  if (!report.epochs.empty()) {
    const Progress along = progress(report.epochs);
    out += pair(loss_figure(report, along) + score_figure(report, along));
  }
  out += pair("<div>\n" + scores_section(report) + (k > kWidestMatrix ? confusions_section(report) : "") + "</div>\n" +
              (classes ? "<div>\n" + (k <= kNarrowMatrix ? matrix_section(report) : "") + classes_section(report) + "</div>\n" : ""));
  if (k > kNarrowMatrix && k <= kWidestMatrix) out += matrix_section(report);
  if (report.task == Task::kBinary) {
    const Outcomes at = outcomes(report);
    out += pair(roc_figure(report, at) + precision_recall_figure(report, at)) + pair(calibration_figure(report) + distribution_figure(report));
  }
  out += "</main>\n<footer>";
  for (const auto& [name, version] : report.versions) out += fmt::format("<span>{} {}</span> ", escaped(name), escaped(version));
  return out + "</footer>\n</body>\n</html>\n";
}

}  // namespace mdl
