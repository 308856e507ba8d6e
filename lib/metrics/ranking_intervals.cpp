#include "metrics/ranking_intervals.h"

#include <algorithm>

#include "metrics/influence.h"

namespace mdl {
namespace {

/// The mean over classes of an area: as it is, less its bias; with half a row of either kind more that is ranked at
/// random; and what each row, and those, do to it.
struct MeanArea {
  double area = 0, worse = 0;
  std::vector<double> of_row;
  Spread supposed, supposed_apart;  // apart: ranked at random by one of two models
};

struct MeanAreas {
  MeanArea roc_auc, average_precision;
};

/// Nothing where a class has too few rows to say how it is ranked.
std::optional<MeanAreas> areas_of(const ClassificationRows& counts, double one) {
  constexpr double kHalf = 0.5, kLeastRows = 3;
  MeanAreas out;
  std::vector<size_t> rows;  // that weigh anything, and whose label is known
  for (size_t i = 0; i < static_cast<size_t>(counts.rows()); ++i) {
    if (counts.weight(i) > 0 && counts.knows(i)) rows.push_back(i);
  }
  out.roc_auc.of_row.resize(rows.size());
  out.average_precision.of_row.resize(rows.size());
  const std::vector<size_t> classes = counts.area_classes();
  const double fraction = 1 / static_cast<double>(classes.size());
  for (const size_t k : classes) {
    const AreaInfluence area = area_influence(counts.against_rest(k));
    if (std::min(area.positives, area.negatives) < kLeastRows * one) return std::nullopt;
    double worse = area.roc_auc - 0.5;
    for (const double weight : {area.positives, area.negatives}) worse *= weight / (weight + kHalf * one);
    out.roc_auc.area += fraction * area.roc_auc;
    out.roc_auc.worse += fraction * (0.5 + worse);
    for (const double weight : {area.positives, area.negatives}) {
      out.roc_auc.supposed.suppose(fraction * one / weight * worse, kHalf);
      out.roc_auc.supposed_apart.suppose(fraction * one / weight * 0.5, kHalf);
    }
    const double random = area.positives / (area.positives + area.negatives),
                 unbiased = area.average_precision - area.bias;
    worse = (unbiased - random) * area.positives / (area.positives + one);
    out.average_precision.area += fraction * unbiased;
    out.average_precision.worse += fraction * (random + worse);
    out.average_precision.supposed.suppose(fraction * one / area.positives * worse, 1);
    out.average_precision.supposed_apart.suppose(fraction * one / area.positives * (1 - random), kHalf);
    for (size_t i = 0; i < rows.size(); ++i) {
      out.roc_auc.of_row[i] += fraction * area.of_roc_auc[rows[i]];
      out.average_precision.of_row[i] += fraction * area.of_average_precision[rows[i]];
    }
  }
  return out;
}

Interval interval_of(const MeanArea& area, double confidence) {
  Spread spread = area.supposed;
  for (const double influence : area.of_row) spread.add(influence);
  spread.repeat_largest();
  const double reach = spread.reach(confidence);
  return {area.worse - reach, area.area + reach};
}

Spread difference_of(const MeanArea& a, const MeanArea& b) {
  Spread spread = a.supposed_apart;
  spread.centre = a.area - b.area;
  for (size_t i = 0; i < a.of_row.size(); ++i) spread.add(a.of_row[i] - b.of_row[i]);
  spread.repeat_largest();
  return spread;
}

}  // namespace

void put_ranking_metrics(const ClassificationRows& counts, double one, double confidence, IntervalsOf& found) {
  if (!found.has(Metric::kRocAuc)) return;
  const std::optional<MeanAreas> areas = areas_of(counts, one);
  if (!areas) return;
  found.put(Metric::kRocAuc, interval_of(areas->roc_auc, confidence), 0, 1);
  found.put(Metric::kAveragePrecision, interval_of(areas->average_precision, confidence), 0, 1);
}

void put_ranking_differences(const ClassificationRows& a, const ClassificationRows& b, double one, double confidence,
                             IntervalsOf& found) {
  if (!found.has(Metric::kRocAuc)) return;
  const std::optional<MeanAreas> of_a = areas_of(a, one), of_b = areas_of(b, one);
  if (!of_a || !of_b) return;
  found.put(Metric::kRocAuc, difference_of(of_a->roc_auc, of_b->roc_auc), confidence, -1, 1);
  found.put(Metric::kAveragePrecision, difference_of(of_a->average_precision, of_b->average_precision), confidence, -1,
            1);
}

}  // namespace mdl
