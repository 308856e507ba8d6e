#include "metrics/classification.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace mdl {
namespace {

std::optional<double> ratio(int64_t part, int64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

/// Empty when one of them is.
std::optional<double> mean(const std::vector<std::optional<double>>& values) {
  double sum = 0;
  for (const auto& value : values) {
    if (!value) return std::nullopt;
    sum += *value;
  }
  return sum / static_cast<double>(values.size());
}

/// Matthews' correlation of K classes (J. Gorodkin, 2004), from how often each class is true and predicted.
/// Empty when all rows are of one class or predicted as one.
std::optional<double> correlation(int64_t rows, int64_t right, const std::vector<int64_t>& truths, const std::vector<int64_t>& predicted) {
  const auto dot = [](const auto& a, const auto& b) { return std::inner_product(a.begin(), a.end(), b.begin(), int64_t{0}); };
  const int64_t of_truth = rows * rows - dot(truths, truths);
  const int64_t of_predicted = rows * rows - dot(predicted, predicted);
  if (of_truth == 0 || of_predicted == 0) return std::nullopt;
  const auto of_both = static_cast<double>(rows * right - dot(predicted, truths));
  return of_both / std::sqrt(static_cast<double>(of_truth)) / std::sqrt(static_cast<double>(of_predicted));
}

}  // namespace

ClassificationCounts::ClassificationCounts(size_t classes, size_t positive)
    : positive_(positive), unknown_predicted_(classes), confusion_(classes, std::vector<int64_t>(classes)) {}

void ClassificationCounts::add(int truth, int predicted, std::span<const double> probabilities) {
  constexpr double kSmallest = std::numeric_limits<double>::epsilon();
  ++rows_;
  const auto guess = static_cast<size_t>(predicted);
  if (truth < 0) {
    const auto label = static_cast<size_t>(-1 - truth);
    if (label >= unknown_truths_.size()) unknown_truths_.resize(label + 1);
    ++unknown_truths_[label];
    ++unknown_rows_;
    ++unknown_predicted_[guess];
    return;
  }
  const auto known = static_cast<size_t>(truth);
  ++confusion_[known][guess];
  truths_.push_back(truth);
  log_loss_sum_ -= std::log(std::clamp(probabilities[known], kSmallest, 1 - kSmallest));
  if (confusion_.size() == 2) {
    const double error = probabilities[positive_] - (known == positive_);
    brier_sum_ += error * error;
    probabilities_.push_back(probabilities[positive_]);
    return;
  }
  for (size_t k = 0; k < probabilities.size(); ++k) {
    const double error = probabilities[k] - (known == k);
    brier_sum_ += error * error;
  }
  probabilities_.insert(probabilities_.end(), probabilities.begin(), probabilities.end());
}

std::vector<int64_t> ClassificationCounts::predicted_counts() const {
  std::vector<int64_t> counts = unknown_predicted_;
  for (const auto& row : confusion_) {
    for (size_t k = 0; k < row.size(); ++k) counts[k] += row[k];
  }
  return counts;
}

std::vector<ClassScores> ClassificationCounts::per_class() const {
  const std::vector<int64_t> predicted = predicted_counts();
  std::vector<ClassScores> classes(confusion_.size());
  for (size_t k = 0; k < classes.size(); ++k) {
    const int64_t right = confusion_[k][k];
    const int64_t support = std::accumulate(confusion_[k].begin(), confusion_[k].end(), int64_t{0});
    classes[k] = {ratio(right, predicted[k]), ratio(right, support), ratio(2 * right, support + predicted[k]), support};
  }
  return classes;
}

Scores ClassificationCounts::scores() const {
  Scores scores;
  if (rows_ == 0) return scores;
  const auto put = [&](Metric metric, std::optional<double> score) {
    if (score) scores.emplace_back(metric, *score);
  };
  const std::vector<ClassScores> classes = per_class();
  const bool binary = classes.size() == 2;
  const auto rows = static_cast<double>(rows_);

  // A label that the model does not know is a class that occurs and is never right.
  const auto unknown_labels = static_cast<double>(
      std::count_if(unknown_truths_.begin(), unknown_truths_.end(), [](int64_t support) { return support > 0; }));
  int64_t right = 0;
  double occurring = unknown_labels, true_classes = unknown_labels;
  std::vector<int64_t> truths;
  struct Sums {
    double precision = 0, recall = 0, f1 = 0;
  } macro, weighted;
  for (size_t k = 0; k < classes.size(); ++k) {
    const ClassScores& each = classes[k];
    const auto support = static_cast<double>(each.support);
    right += confusion_[k][k];
    truths.push_back(each.support);
    occurring += each.f1.has_value();
    true_classes += each.support > 0;
    macro.precision += each.precision.value_or(0);
    macro.recall += each.recall.value_or(0);
    macro.f1 += each.f1.value_or(0);
    weighted.precision += support * each.precision.value_or(0);
    weighted.recall += support * each.recall.value_or(0);
    weighted.f1 += support * each.f1.value_or(0);
  }
  truths.insert(truths.end(), unknown_truths_.begin(), unknown_truths_.end());

  put(Metric::kAccuracy, ratio(right, rows_));
  put(Metric::kBalancedAccuracy, macro.recall / true_classes);
  put(Metric::kPrecision, binary ? classes[positive_].precision : macro.precision / occurring);
  put(Metric::kRecall, binary ? classes[positive_].recall : macro.recall / occurring);
  put(Metric::kF1, binary ? classes[positive_].f1 : macro.f1 / occurring);
  put(Metric::kPrecisionMacro, macro.precision / occurring);
  put(Metric::kRecallMacro, macro.recall / occurring);
  put(Metric::kF1Macro, macro.f1 / occurring);
  put(Metric::kPrecisionWeighted, weighted.precision / rows);
  put(Metric::kRecallWeighted, weighted.recall / rows);
  put(Metric::kF1Weighted, weighted.f1 / rows);
  if (unknown_rows_ == 0) {
    std::vector<std::optional<double>> areas, precisions;
    for (size_t k = 0; k < classes.size(); ++k) {
      if (binary && k != positive_) continue;
      const std::vector<RankedRow> sorted = ranked(k);
      areas.push_back(roc_auc(sorted));
      precisions.push_back(average_precision(sorted));
    }
    put(Metric::kRocAuc, mean(areas));
    put(Metric::kAveragePrecision, mean(precisions));
    put(Metric::kLogLoss, static_cast<double>(log_loss_sum_ / rows_));
    put(Metric::kBrier, static_cast<double>(brier_sum_ / rows_));
  }
  put(Metric::kMcc, correlation(rows_, right, truths, predicted_counts()));
  return scores;
}

std::vector<RankedRow> ClassificationCounts::ranked(size_t class_index) const {
  const bool binary = confusion_.size() == 2;
  const size_t width = binary ? 1 : confusion_.size();
  std::vector<RankedRow> rows(truths_.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const double stored = probabilities_[i * width + (binary ? 0 : class_index)];
    rows[i] = {binary && class_index != positive_ ? 1 - stored : stored, static_cast<size_t>(truths_[i]) == class_index};
  }
  sort_by_score(rows);
  return rows;
}

}  // namespace mdl
