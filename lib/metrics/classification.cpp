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

/// Matthews' correlation of K classes (J. Gorodkin, 2004), from how often each class is true and predicted.
/// Empty when all rows are of one class or predicted as one.
std::optional<double> correlation(int64_t rows, int64_t right, const std::vector<int64_t>& truths, const std::vector<int64_t>& predicted) {
  const auto dot = [](const auto& a, const auto& b) { return std::inner_product(a.begin(), a.end(), b.begin(), int64_t{0}); };
  const int64_t of_truth = rows * rows - dot(truths, truths);
  const int64_t of_predicted = rows * rows - dot(predicted, predicted);
  if (of_truth == 0 || of_predicted == 0) return std::nullopt;
  const auto of_both = static_cast<double>(rows * right - dot(predicted, truths));
  return std::clamp(of_both / std::sqrt(static_cast<double>(of_truth)) / std::sqrt(static_cast<double>(of_predicted)), -1.0, 1.0);
}

}  // namespace

void ClassificationSums::count(int truth, int predicted, int64_t times) {
  rows += times;
  const auto guess = static_cast<size_t>(predicted);
  if (truth >= 0) {
    confusion[static_cast<size_t>(truth)][guess] += times;
    return;
  }
  const auto label = static_cast<size_t>(-1 - truth);
  if (label >= unknown_truths.size()) unknown_truths.resize(label + 1);
  unknown_truths[label] += times;
  unknown_predicted[guess] += times;
}

int64_t ClassificationSums::unknown_rows() const { return std::accumulate(unknown_truths.begin(), unknown_truths.end(), int64_t{0}); }

std::vector<int64_t> ClassificationSums::predicted_counts() const {
  std::vector<int64_t> counts = unknown_predicted;
  for (const auto& row : confusion) {
    for (size_t k = 0; k < row.size(); ++k) counts[k] += row[k];
  }
  return counts;
}

std::vector<ClassScores> ClassificationSums::per_class() const {
  const std::vector<int64_t> predicted = predicted_counts();
  std::vector<ClassScores> classes(confusion.size());
  for (size_t k = 0; k < classes.size(); ++k) {
    const int64_t right = confusion[k][k];
    const int64_t support = std::accumulate(confusion[k].begin(), confusion[k].end(), int64_t{0});
    classes[k] = {ratio(right, predicted[k]), ratio(right, support), ratio(2 * right, support + predicted[k]), support};
  }
  return classes;
}

Scores ClassificationSums::scores(size_t positive, const Areas& areas) const {
  Scores scores;
  if (rows == 0) return scores;
  const auto put = [&](Metric metric, std::optional<double> score) {
    if (score) scores.emplace_back(metric, *score);
  };
  const std::vector<ClassScores> classes = per_class();
  const bool binary = classes.size() == 2;
  const auto n = static_cast<double>(rows);

  // A label that the model does not know is a class that occurs and is never right.
  const auto unknown_labels = static_cast<double>(
      std::count_if(unknown_truths.begin(), unknown_truths.end(), [](int64_t support) { return support > 0; }));
  int64_t right = 0;
  double occurring = unknown_labels, true_classes = unknown_labels;
  std::vector<int64_t> truths;
  struct Sums {
    double precision = 0, recall = 0, f1 = 0;
  } macro, weighted;
  for (size_t k = 0; k < classes.size(); ++k) {
    const ClassScores& each = classes[k];
    const auto support = static_cast<double>(each.support);
    right += confusion[k][k];
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
  truths.insert(truths.end(), unknown_truths.begin(), unknown_truths.end());

  put(Metric::kAccuracy, ratio(right, rows));
  put(Metric::kBalancedAccuracy, macro.recall / true_classes);
  put(Metric::kPrecision, binary ? classes[positive].precision : macro.precision / occurring);
  put(Metric::kRecall, binary ? classes[positive].recall : macro.recall / occurring);
  put(Metric::kF1, binary ? classes[positive].f1 : macro.f1 / occurring);
  put(Metric::kPrecisionMacro, macro.precision / occurring);
  put(Metric::kRecallMacro, macro.recall / occurring);
  put(Metric::kF1Macro, macro.f1 / occurring);
  put(Metric::kPrecisionWeighted, weighted.precision / n);
  put(Metric::kRecallWeighted, weighted.recall / n);
  put(Metric::kF1Weighted, weighted.f1 / n);
  if (unknown_rows() == 0) {
    put(Metric::kRocAuc, areas.roc_auc);
    put(Metric::kAveragePrecision, areas.average_precision);
    put(Metric::kLogLoss, static_cast<double>(log_loss / rows));
    put(Metric::kBrier, static_cast<double>(brier / rows));
  }
  put(Metric::kMcc, correlation(rows, right, truths, predicted_counts()));
  return scores;
}

void ClassificationCounts::add(int truth, int predicted, std::span<const double> probabilities) {
  sums_.count(truth, predicted, 1);
  truths_.push_back(truth);
  predicted_.push_back(predicted);
  probabilities_.insert(probabilities_.end(), probabilities.begin(), probabilities.end());
  if (truth < 0) return;
  const RowLosses row = losses(truths_.size() - 1);
  sums_.log_loss += row.log_loss;
  sums_.brier += row.brier;
}

RowLosses ClassificationCounts::losses(size_t row) const {
  constexpr double kSmallest = std::numeric_limits<double>::epsilon();
  const std::span probabilities = std::span(probabilities_).subspan(row * classes_, classes_);
  const auto truth = static_cast<size_t>(truths_[row]);
  double brier = 0;
  for (size_t k = 0; k < classes_; ++k) {
    if (classes_ == 2 && k != positive_) continue;
    const double error = probabilities[k] - (truth == k);
    brier += error * error;
  }
  return {-std::log(std::clamp(probabilities[truth], kSmallest, 1 - kSmallest)), brier};
}

Scores ClassificationCounts::scores() const {
  std::vector<Areas> areas;
  for (const size_t k : area_classes()) areas.push_back(areas_of(ranked(k)));
  return sums_.scores(positive_, mean_of(areas));
}

std::vector<size_t> ClassificationCounts::area_classes() const {
  if (classes_ == 2) return {positive_};
  std::vector<size_t> all(classes_);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

std::vector<RankedRow> ClassificationCounts::against_rest(size_t class_index) const {
  std::vector<RankedRow> rows;
  for (size_t i = 0; i < truths_.size(); ++i) {
    if (truths_[i] >= 0) rows.push_back({probabilities_[i * classes_ + class_index], static_cast<size_t>(truths_[i]) == class_index});
  }
  return rows;
}

std::vector<RankedRow> ClassificationCounts::ranked(size_t class_index) const {
  std::vector<RankedRow> rows = against_rest(class_index);
  sort_by_score(rows);
  return rows;
}

}  // namespace mdl
