#include "metrics/classification.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>

#include "metrics/calibration.h"

namespace mdl {
namespace {

std::optional<double> ratio(double part, double whole) {
  if (whole == 0) return std::nullopt;
  return part / whole;
}

/// Matthews' correlation of K classes (J. Gorodkin, 2004), from what the rows of each class weigh by truth and by
/// prediction. Empty when all rows are of one class or predicted as one.
std::optional<double> correlation(long double rows, long double right, const std::vector<double>& labels,
                                  const std::vector<double>& predicted) {
  const auto dot = [](const auto& a, const auto& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0L, std::plus(),
                              [](long double x, long double y) { return x * y; });
  };
  const auto one_class = [](const auto& weights) {
    return std::count_if(weights.begin(), weights.end(), [](double w) { return w > 0; }) < 2;
  };
  if (one_class(labels) || one_class(predicted)) return std::nullopt;
  const long double of_truth = rows * rows - dot(labels, labels),
                    of_predicted = rows * rows - dot(predicted, predicted);
  const auto of_both = static_cast<double>(rows * right - dot(predicted, labels));
  return std::clamp(of_both / std::sqrt(static_cast<double>(of_truth)) / std::sqrt(static_cast<double>(of_predicted)),
                    -1.0, 1.0);
}

RowLosses losses_of(std::span<const double> probabilities, size_t label, size_t positive) {
  constexpr double kSmallest = std::numeric_limits<double>::epsilon();
  double brier = 0;
  for (size_t k = 0; k < probabilities.size(); ++k) {
    if (probabilities.size() == 2 && k != positive) continue;
    const double error = probabilities[k] - (label == k);
    brier += error * error;
  }
  return {-std::log(std::clamp(probabilities[label], kSmallest, 1 - kSmallest)), brier};
}

}  // namespace

void ClassificationSums::count(int label, int predicted, double rows) {
  weight += rows;
  const auto guess = static_cast<size_t>(predicted);
  mark(label);
  mark(predicted);
  if (label >= 0) {
    known += rows;
    labels[static_cast<size_t>(label)] += rows;
    predicted_as[guess] += rows;
    if (label == predicted) true_positives[guess] += rows;
    return;
  }
  const auto unknown = static_cast<size_t>(-1 - label);
  if (unknown >= unknown_labels.size()) unknown_labels.resize(unknown + 1);
  unknown_labels[unknown] += rows;
  unknown_predicted[guess] += rows;
}

void ClassificationSums::mark(int label) {
  const size_t place = label >= 0 ? static_cast<size_t>(label) : labels.size() + static_cast<size_t>(-1 - label);
  if (place >= occurs.size()) occurs.resize(place + 1);
  occurs[place] = true;
}

std::vector<double> ClassificationSums::predicted_weights() const {
  std::vector<double> weights = unknown_predicted;
  for (size_t k = 0; k < weights.size(); ++k) weights[k] += predicted_as[k];
  return weights;
}

std::vector<ClassScores> ClassificationSums::per_class() const {
  const std::vector<double> predicted = predicted_weights();
  std::vector<ClassScores> classes(labels.size());
  for (size_t k = 0; k < classes.size(); ++k) {
    const double right = true_positives[k];
    classes[k] = {ratio(right, predicted[k]), ratio(right, labels[k]), ratio(2 * right, labels[k] + predicted[k])};
  }
  return classes;
}

Scores ClassificationSums::scores(size_t positive, const RankingMetrics& areas, std::optional<double> ece) const {
  Scores scores;
  if (weight == 0) return scores;
  const auto put = [&](Metric metric, std::optional<double> score) {
    if (score) scores.emplace_back(metric, *score);
  };
  const std::vector<ClassScores> classes = per_class();
  const bool binary = classes.size() == 2;
  const auto n = static_cast<double>(weight);

  // A label that the model does not know is a class that occurs and is never right.
  const auto unknown_classes = static_cast<double>(
      std::count_if(unknown_labels.begin(), unknown_labels.end(), [](double support) { return support > 0; }));
  double right = 0;
  const auto occurring = static_cast<double>(std::count(occurs.begin(), occurs.end(), true));
  double true_classes = unknown_classes;
  std::vector<double> supports = labels;
  struct Sums {
    double precision = 0, recall = 0, f1 = 0;
  } macro, weighted;
  for (size_t k = 0; k < classes.size(); ++k) {
    const ClassScores& each = classes[k];
    const double support = supports[k];
    right += true_positives[k];
    true_classes += support > 0;
    macro.precision += each.precision.value_or(0);
    macro.recall += each.recall.value_or(0);
    macro.f1 += each.f1.value_or(0);
    weighted.precision += support * each.precision.value_or(0);
    weighted.recall += support * each.recall.value_or(0);
    weighted.f1 += support * each.f1.value_or(0);
  }
  supports.insert(supports.end(), unknown_labels.begin(), unknown_labels.end());

  put(Metric::kAccuracy, right / n);
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
  if (known > 0) {
    put(Metric::kRocAuc, areas.roc_auc);
    put(Metric::kAveragePrecision, areas.average_precision);
    put(Metric::kLogLoss, static_cast<double>(log_loss / known));
    put(Metric::kBrier, static_cast<double>(brier / known));
    put(Metric::kEce, ece);
  }
  put(Metric::kMcc, correlation(weight, right, supports, predicted_weights()));
  return scores;
}

void ClassificationRows::add(int label, int predicted, std::span<const double> probabilities, double weight) {
  if (weight != 1 && weights_.empty()) weights_.assign(labels_.size(), 1);
  if (weight != 1 || !weights_.empty()) weights_.push_back(weight);
  sums_.count(label, predicted, weight);
  labels_.push_back(label);
  predicted_.push_back(static_cast<uint16_t>(predicted));
  probabilities_.insert(probabilities_.end(), probabilities.begin(), probabilities.end());
  if (label < 0) return;
  const RowLosses row = losses_of(probabilities, static_cast<size_t>(label), positive_);
  sums_.log_loss += static_cast<long double>(weight) * row.log_loss;
  sums_.brier += static_cast<long double>(weight) * row.brier;
}

void ClassificationRows::append(const ClassificationRows& from, size_t row) {
  std::vector<double> probabilities(classes_);
  for (size_t k = 0; k < classes_; ++k) probabilities[k] = from.probability(row, k);
  add(from.label(row), from.predicted(row), probabilities, from.weight(row));
}

int64_t ClassificationRows::unknown_rows() const {
  return std::count_if(labels_.begin(), labels_.end(), [](int32_t label) { return label < 0; });
}

std::vector<std::vector<int64_t>> ClassificationRows::confusion() const {
  std::vector<std::vector<int64_t>> counts(classes_, std::vector<int64_t>(classes_));
  for (size_t i = 0; i < labels_.size(); ++i) {
    if (labels_[i] >= 0) ++counts[static_cast<size_t>(labels_[i])][predicted_[i]];
  }
  return counts;
}

std::vector<Confusion> ClassificationRows::largest_confusions(size_t most) const {
  std::map<std::pair<size_t, size_t>, int64_t> wrong;
  for (size_t i = 0; i < labels_.size(); ++i) {
    if (labels_[i] >= 0 && labels_[i] != predicted_[i]) ++wrong[{static_cast<size_t>(labels_[i]), predicted_[i]}];
  }
  std::vector<Confusion> all;
  for (const auto& [labels, rows] : wrong) all.push_back({labels.first, labels.second, rows});
  std::stable_sort(all.begin(), all.end(), [](const Confusion& a, const Confusion& b) { return a.rows > b.rows; });
  all.resize(std::min(all.size(), most));
  return all;
}

std::vector<ClassScores> ClassificationRows::per_class() const {
  std::vector<ClassScores> classes = sums_.per_class();
  for (const int32_t label : labels_) {
    if (label >= 0) ++classes[static_cast<size_t>(label)].support;
  }
  return classes;
}

RowLosses ClassificationRows::losses(size_t row, size_t label) const {
  std::vector<double> probabilities(classes_);
  for (size_t k = 0; k < classes_; ++k) probabilities[k] = probability(row, k);
  return losses_of(probabilities, label, positive_);
}

RankedRow ClassificationRows::certainty(size_t row) const {
  if (classes_ == 2) return {probability(row, positive_), labels_[row] == static_cast<int>(positive_), weight(row)};
  return {probability(row, predicted_[row]), labels_[row] == predicted_[row], weight(row)};
}

std::vector<RankedRow> ClassificationRows::certainties() const {
  std::vector<RankedRow> rows;
  rows.reserve(labels_.size());
  for (size_t i = 0; i < labels_.size(); ++i) {
    if (labels_[i] >= 0 && weight(i) > 0) rows.push_back(certainty(i));
  }
  sort_by_score(rows);
  return rows;
}

Scores ClassificationRows::scores() const {
  const std::vector<RankedRow> certain = certainties();
  std::vector<RankingMetrics> areas;
  if (classes_ == 2) {
    areas.push_back(areas_of(certain));
  } else {
    for (const size_t k : area_classes()) areas.push_back(areas_of(ranked(k)));
  }
  return sums_.scores(positive_, mean_of(areas), reliability_of(certain).ece);
}

Scores ClassificationRows::constant_scores(int label, std::span<const double> probabilities) const {
  ClassificationSums sums(classes_);
  sums.unknown_labels = sums_.unknown_labels;
  sums.unknown_predicted[static_cast<size_t>(label)] = std::accumulate(sums_.unknown_predicted.begin(),
                                                                       sums_.unknown_predicted.end(), 0.0);
  sums.weight = sums_.weight;
  sums.known = sums_.known;
  for (const int label : labels_) sums.mark(label);
  if (!labels_.empty()) sums.mark(label);
  const std::vector<double>& labels = sums_.labels;
  sums.labels = labels;
  sums.true_positives[static_cast<size_t>(label)] = labels[static_cast<size_t>(label)];
  std::vector<RankingMetrics> areas;
  for (size_t k = 0; k < classes_; ++k) {
    sums.predicted_as[static_cast<size_t>(label)] += labels[k];
    const RowLosses row = losses_of(probabilities, k, positive_);
    sums.log_loss += static_cast<long double>(labels[k]) * row.log_loss;
    sums.brier += static_cast<long double>(labels[k]) * row.brier;
  }
  // All rows are ties.
  const auto n = static_cast<double>(sums.known);
  for (const size_t k : area_classes()) {
    RankingMetrics& each = areas.emplace_back();
    if (labels[k] > 0 && labels[k] < n) each.roc_auc = 0.5;
    if (labels[k] > 0) each.average_precision = labels[k] / n;
  }
  const size_t certain = classes_ == 2 ? positive_ : static_cast<size_t>(label);
  return sums.scores(positive_, mean_of(areas), std::abs(probabilities[certain] - labels[certain] / n));
}

std::vector<size_t> ClassificationRows::area_classes() const {
  if (classes_ == 2) return {positive_};
  std::vector<size_t> all(classes_);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

std::vector<RankedRow> ClassificationRows::against_rest(size_t class_index) const {
  std::vector<RankedRow> rows;
  rows.reserve(labels_.size());
  for (size_t i = 0; i < labels_.size(); ++i) {
    rows.push_back(
        {probability(i, class_index), labels_[i] == static_cast<int>(class_index), labels_[i] < 0 ? 0 : weight(i)});
  }
  return rows;
}

std::vector<RankedRow> ClassificationRows::ranked(size_t class_index) const {
  std::vector<RankedRow> rows = against_rest(class_index);
  std::erase_if(rows, [](const RankedRow& row) { return row.weight == 0; });
  sort_by_score(rows);
  return rows;
}

}  // namespace mdl
