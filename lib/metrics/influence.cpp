#include "metrics/influence.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mdl {

void LabelInfluence::count(int label, int predicted, double weight) {
  weight_ += weight;
  predicted_[static_cast<size_t>(predicted)] += weight;
  if (label == predicted) right_of_[static_cast<size_t>(label)] += weight;
  if (label >= 0) {
    labels_[static_cast<size_t>(label)] += weight;
    return;
  }
  const auto unknown = static_cast<size_t>(-1 - label);
  if (unknown >= unknown_.size()) unknown_.resize(unknown + 1);
  unknown_[unknown] += weight;
}

const LabelInfluence::Values& LabelInfluence::scores() {
  const size_t k_count = labels_.size();
  const auto at = [&](Metric metric) -> double& { return scores_[static_cast<size_t>(metric)]; };
  double chance = 0;
  of_truths_ = of_predicted_ = weight_ * weight_;
  for (size_t k = 0; k < k_count; ++k) {
    right_ += right_of_[k];
    true_classes_ += labels_[k] > 0;
    chance += labels_[k] * predicted_[k];
    of_truths_ -= labels_[k] * labels_[k];
    of_predicted_ -= predicted_[k] * predicted_[k];
    at(Metric::kPrecisionMacro) += precision(k);
    at(Metric::kRecallMacro) += recall(k);
    at(Metric::kF1Macro) += f1(k);
    at(Metric::kPrecisionWeighted) += labels_[k] / weight_ * precision(k);
    at(Metric::kF1Weighted) += labels_[k] / weight_ * f1(k);
  }
  for (const double unknown : unknown_) {
    true_classes_ += unknown > 0;
    of_truths_ -= unknown * unknown;
  }
  at(Metric::kAccuracy) = at(Metric::kRecallWeighted) = right_ / weight_;
  at(Metric::kBalancedAccuracy) = at(Metric::kRecallMacro) / true_classes_;
  for (const Metric macro : {Metric::kPrecisionMacro, Metric::kRecallMacro, Metric::kF1Macro})
    at(macro) /= static_cast<double>(k_count + unknown_.size());
  const bool binary = k_count == 2;
  at(Metric::kPrecision) = binary ? precision(positive_) : at(Metric::kPrecisionMacro);
  at(Metric::kRecall) = binary ? recall(positive_) : at(Metric::kRecallMacro);
  at(Metric::kF1) = binary ? f1(positive_) : at(Metric::kF1Macro);
  const double scale = std::sqrt(of_truths_) * std::sqrt(of_predicted_);
  if (scale > 0) at(Metric::kMcc) = (weight_ * right_ - chance) / scale;
  return scores_;
}

LabelInfluence::Values LabelInfluence::of(int label, int predicted) const {
  Values out{};
  const auto at = [&](Metric metric) -> double& { return out[static_cast<size_t>(metric)]; };
  const auto score = [&](Metric metric) { return scores_[static_cast<size_t>(metric)]; };
  const bool known = label >= 0, right = label == predicted;
  const size_t guess = static_cast<size_t>(predicted), own_class = known ? static_cast<size_t>(label) : guess;
  const double own = known ? labels_[own_class] : unknown_[static_cast<size_t>(-1 - label)];
  const double of_precision = (right - precision(guess)) / predicted_[guess];
  const double of_recall = known ? (right - recall(own_class)) / own : 0;
  const double of_guess = (2 * right - f1(guess) * (1 + right)) / (labels_[guess] + predicted_[guess]);  // f1 of the
                                                                                                         // predicted
                                                                                                         // class
  const double of_label = known && !right ? -f1(own_class) / (own + predicted_[own_class]) : 0;  // and of another true
                                                                                                 // one
  const auto classes = static_cast<double>(labels_.size() + unknown_.size());
  at(Metric::kAccuracy) = at(Metric::kRecallWeighted) = (right - score(Metric::kAccuracy)) / weight_;
  at(Metric::kBalancedAccuracy) = of_recall / true_classes_;
  at(Metric::kPrecisionMacro) = of_precision / classes;
  at(Metric::kRecallMacro) = of_recall / classes;
  at(Metric::kF1Macro) = (of_guess + of_label) / classes;
  at(Metric::kPrecisionWeighted) =
      ((known ? precision(own_class) : 0) - score(Metric::kPrecisionWeighted) + labels_[guess] * of_precision) /
      weight_;
  at(Metric::kF1Weighted) = ((known ? f1(own_class) : 0) - score(Metric::kF1Weighted) + labels_[guess] * of_guess +
                             labels_[own_class] * of_label) /
                            weight_;
  const bool binary = labels_.size() == 2, guessed = guess == positive_,
             true_positive = known && own_class == positive_;
  at(Metric::kPrecision) = binary ? guessed * of_precision : at(Metric::kPrecisionMacro);
  at(Metric::kRecall) = binary ? true_positive * of_recall : at(Metric::kRecallMacro);
  at(Metric::kF1) = binary ? guessed * of_guess + true_positive * of_label : at(Metric::kF1Macro);
  const double scale = std::sqrt(of_truths_) * std::sqrt(of_predicted_);
  if (scale > 0) {
    const double alike = right_ + right * weight_ - labels_[guess] - (known ? predicted_[own_class] : 0);
    at(Metric::kMcc) = alike / scale - score(Metric::kMcc) * ((weight_ - own) / of_truths_ +
                                                              (weight_ - predicted_[guess]) / of_predicted_);
  }
  return out;
}

AreaInfluence area_influence(const std::vector<RankedRow>& rows) {
  std::vector<uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return rows[a].score > rows[b].score; });
  AreaInfluence out{.of_roc_auc = std::vector<double>(rows.size()),
                    .of_average_precision = std::vector<double>(rows.size())};
  for (const RankedRow& row : rows) (row.positive ? out.positives : out.negatives) += row.weight;

  // Rows of one score are a group. Down the ranking: what stands above each.
  struct Group {
    size_t begin, end;
    double true_positives, false_positives;        // of the group
    double true_positives_to, false_positives_to;  // down to its end
  };
  std::vector<Group> groups;
  double true_positives = 0, false_positives = 0;
  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    Group group{begin, begin, 0, 0, 0, 0};
    for (end = begin; end < order.size() && rows[order[end]].score == rows[order[begin]].score; ++end) {
      (rows[order[end]].positive ? group.true_positives : group.false_positives) += rows[order[end]].weight;
    }
    group.end = end;
    group.true_positives_to = true_positives += group.true_positives;
    group.false_positives_to = false_positives += group.false_positives;
    if (true_positives + false_positives == 0) continue;
    out.average_precision += group.true_positives / out.positives *
                             (true_positives / (true_positives + false_positives));
    out.roc_auc += group.true_positives / out.positives *
                   (out.negatives - false_positives + group.false_positives / 2) / out.negatives;
    groups.push_back(group);
  }

  // Up the ranking: by how much a row more of either kind changes the precisions below it, and how that changes in
  // turn.
  double of_true_positive = 0, of_false_positive = 0, second_of_true_positive = 0, second_of_false_positive = 0;
  for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
    const double here = group->true_positives_to + group->false_positives_to,
                 precision = group->true_positives_to / here, fraction = group->true_positives / out.positives;
    of_true_positive += fraction * (1 - precision) / here;
    of_false_positive += fraction * precision / here;
    second_of_true_positive += fraction * (1 - precision) / (here * here);
    second_of_false_positive += fraction * precision / (here * here);
    const double beyond = precision - out.average_precision;
    for (size_t i = group->begin; i < group->end; ++i) {
      const RankedRow& row = rows[order[i]];
      const double weight = row.weight;
      double second = 0;
      if (row.positive) {
        const double below = out.negatives - group->false_positives_to + group->false_positives / 2;
        out.of_roc_auc[order[i]] = weight * (below / out.negatives - out.roc_auc) / out.positives;
        out.of_average_precision[order[i]] = weight * (beyond / out.positives + of_true_positive);
        second = 2 * ((1 - precision) / here - beyond / out.positives - of_true_positive) / out.positives -
                 2 * second_of_true_positive;
      } else {
        const double above = group->true_positives_to - group->true_positives / 2;
        out.of_roc_auc[order[i]] = weight * (above / out.positives - out.roc_auc) / out.negatives;
        out.of_average_precision[order[i]] = -weight * of_false_positive;
        second = 2 * second_of_false_positive;
      }
      out.bias += weight * weight * second / 2;
    }
  }
  return out;
}

}  // namespace mdl
