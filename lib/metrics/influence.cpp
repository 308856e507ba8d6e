#include "metrics/influence.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mdl {

void LabelInfluence::count(int truth, int predicted, double weight) {
  weight_ += weight;
  predicted_[static_cast<size_t>(predicted)] += weight;
  if (truth == predicted) right_of_[static_cast<size_t>(truth)] += weight;
  if (truth >= 0) {
    truths_[static_cast<size_t>(truth)] += weight;
    return;
  }
  const auto label = static_cast<size_t>(-1 - truth);
  if (label >= unknown_.size()) unknown_.resize(label + 1);
  unknown_[label] += weight;
}

const LabelInfluence::Values& LabelInfluence::scores() {
  const size_t k_count = truths_.size();
  const auto at = [&](Metric metric) -> double& { return scores_[static_cast<size_t>(metric)]; };
  double chance = 0;
  of_truths_ = of_predicted_ = weight_ * weight_;
  for (size_t k = 0; k < k_count; ++k) {
    right_ += right_of_[k];
    true_classes_ += truths_[k] > 0;
    chance += truths_[k] * predicted_[k];
    of_truths_ -= truths_[k] * truths_[k];
    of_predicted_ -= predicted_[k] * predicted_[k];
    at(Metric::kPrecisionMacro) += precision(k);
    at(Metric::kRecallMacro) += recall(k);
    at(Metric::kF1Macro) += f1(k);
    at(Metric::kPrecisionWeighted) += truths_[k] / weight_ * precision(k);
    at(Metric::kF1Weighted) += truths_[k] / weight_ * f1(k);
  }
  for (const double unknown : unknown_) {
    true_classes_ += unknown > 0;
    of_truths_ -= unknown * unknown;
  }
  at(Metric::kAccuracy) = at(Metric::kRecallWeighted) = right_ / weight_;
  at(Metric::kBalancedAccuracy) = at(Metric::kRecallMacro) / true_classes_;
  for (const Metric macro : {Metric::kPrecisionMacro, Metric::kRecallMacro, Metric::kF1Macro}) at(macro) /= static_cast<double>(k_count + unknown_.size());
  const bool binary = k_count == 2;
  at(Metric::kPrecision) = binary ? precision(positive_) : at(Metric::kPrecisionMacro);
  at(Metric::kRecall) = binary ? recall(positive_) : at(Metric::kRecallMacro);
  at(Metric::kF1) = binary ? f1(positive_) : at(Metric::kF1Macro);
  const double scale = std::sqrt(of_truths_) * std::sqrt(of_predicted_);
  if (scale > 0) at(Metric::kMcc) = (weight_ * right_ - chance) / scale;
  return scores_;
}

LabelInfluence::Values LabelInfluence::of(int truth, int predicted) const {
  Values out{};
  const auto at = [&](Metric metric) -> double& { return out[static_cast<size_t>(metric)]; };
  const auto score = [&](Metric metric) { return scores_[static_cast<size_t>(metric)]; };
  const bool known = truth >= 0, right = truth == predicted;
  const size_t guess = static_cast<size_t>(predicted), label = known ? static_cast<size_t>(truth) : guess;
  const double own = known ? truths_[label] : unknown_[static_cast<size_t>(-1 - truth)];
  const double of_precision = (right - precision(guess)) / predicted_[guess];
  const double of_recall = known ? (right - recall(label)) / own : 0;
  const double of_guess = (2 * right - f1(guess) * (1 + right)) / (truths_[guess] + predicted_[guess]);   // f1 of the predicted class
  const double of_label = known && !right ? -f1(label) / (own + predicted_[label]) : 0;                   // and of another true one
  const auto classes = static_cast<double>(truths_.size() + unknown_.size());
  at(Metric::kAccuracy) = at(Metric::kRecallWeighted) = (right - score(Metric::kAccuracy)) / weight_;
  at(Metric::kBalancedAccuracy) = of_recall / true_classes_;
  at(Metric::kPrecisionMacro) = of_precision / classes;
  at(Metric::kRecallMacro) = of_recall / classes;
  at(Metric::kF1Macro) = (of_guess + of_label) / classes;
  at(Metric::kPrecisionWeighted) = ((known ? precision(label) : 0) - score(Metric::kPrecisionWeighted) + truths_[guess] * of_precision) / weight_;
  at(Metric::kF1Weighted) = ((known ? f1(label) : 0) - score(Metric::kF1Weighted) + truths_[guess] * of_guess + truths_[label] * of_label) / weight_;
  const bool binary = truths_.size() == 2, guessed = guess == positive_, true_positive = known && label == positive_;
  at(Metric::kPrecision) = binary ? guessed * of_precision : at(Metric::kPrecisionMacro);
  at(Metric::kRecall) = binary ? true_positive * of_recall : at(Metric::kRecallMacro);
  at(Metric::kF1) = binary ? guessed * of_guess + true_positive * of_label : at(Metric::kF1Macro);
  const double scale = std::sqrt(of_truths_) * std::sqrt(of_predicted_);
  if (scale > 0) {
    const double alike = right_ + right * weight_ - truths_[guess] - (known ? predicted_[label] : 0);
    at(Metric::kMcc) = alike / scale - score(Metric::kMcc) * ((weight_ - own) / of_truths_ + (weight_ - predicted_[guess]) / of_predicted_);
  }
  return out;
}

AreaInfluence area_influence(const std::vector<RankedRow>& rows) {
  std::vector<uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return rows[a].score > rows[b].score; });
  AreaInfluence out{.of_roc_auc = std::vector<double>(rows.size()), .of_average_precision = std::vector<double>(rows.size())};
  for (const RankedRow& row : rows) (row.positive ? out.positives : out.negatives) += row.weight;

  // Rows of one score are a group. Down the ranking: what stands above each.
  struct Group {
    size_t begin, end;
    double hits, false_alarms;   // of the group
    double hits_to, false_alarms_to;   // down to its end
  };
  std::vector<Group> groups;
  double hits = 0, false_alarms = 0;
  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    Group group{begin, begin, 0, 0, 0, 0};
    for (end = begin; end < order.size() && rows[order[end]].score == rows[order[begin]].score; ++end) {
      (rows[order[end]].positive ? group.hits : group.false_alarms) += rows[order[end]].weight;
    }
    group.end = end;
    group.hits_to = hits += group.hits;
    group.false_alarms_to = false_alarms += group.false_alarms;
    if (hits + false_alarms == 0) continue;
    out.average_precision += group.hits / out.positives * (hits / (hits + false_alarms));
    out.roc_auc += group.hits / out.positives * (out.negatives - false_alarms + group.false_alarms / 2) / out.negatives;
    groups.push_back(group);
  }

  // Up the ranking: by how much a row more of either kind changes the precisions below it, and how that changes in turn.
  double of_hit = 0, of_false_alarm = 0, second_of_hit = 0, second_of_false_alarm = 0;
  for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
    const double here = group->hits_to + group->false_alarms_to, precision = group->hits_to / here, share = group->hits / out.positives;
    of_hit += share * (1 - precision) / here;
    of_false_alarm += share * precision / here;
    second_of_hit += share * (1 - precision) / (here * here);
    second_of_false_alarm += share * precision / (here * here);
    const double beyond = precision - out.average_precision;
    for (size_t i = group->begin; i < group->end; ++i) {
      const RankedRow& row = rows[order[i]];
      const double weight = row.weight;
      double second = 0;
      if (row.positive) {
        const double below = out.negatives - group->false_alarms_to + group->false_alarms / 2;
        out.of_roc_auc[order[i]] = weight * (below / out.negatives - out.roc_auc) / out.positives;
        out.of_average_precision[order[i]] = weight * (beyond / out.positives + of_hit);
        second = 2 * ((1 - precision) / here - beyond / out.positives - of_hit) / out.positives - 2 * second_of_hit;
      } else {
        const double above = group->hits_to - group->hits / 2;
        out.of_roc_auc[order[i]] = weight * (above / out.positives - out.roc_auc) / out.negatives;
        out.of_average_precision[order[i]] = -weight * of_false_alarm;
        second = 2 * second_of_false_alarm;
      }
      out.bias += weight * weight * second / 2;
    }
  }
  return out;
}

}  // namespace mdl
