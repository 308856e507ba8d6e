#include "metrics/classification_intervals.h"

#include <array>
#include <map>
#include <tuple>

#include "metrics/influence.h"

namespace mdl {
namespace {

constexpr Metric kLabelMetrics[] = {Metric::kAccuracy,
                                    Metric::kBalancedAccuracy,
                                    Metric::kPrecision,
                                    Metric::kRecall,
                                    Metric::kF1,
                                    Metric::kPrecisionMacro,
                                    Metric::kRecallMacro,
                                    Metric::kF1Macro,
                                    Metric::kPrecisionWeighted,
                                    Metric::kRecallWeighted,
                                    Metric::kF1Weighted,
                                    Metric::kMcc};
constexpr double kPseudo = 2;  // right rows, and as many wrong ones

double at(const LabelInfluence::Values& values, Metric metric) { return values[static_cast<size_t>(metric)]; }

/// Rows with the same labels, and sums of their weights' powers.
struct Cell {
  double rows = 0, weight = 0, squares = 0, fourth = 0;
};

void add(Spread& spread, const Cell& cell, double influence) {
  const double square = influence * influence;
  spread.rows += cell.rows;
  spread.second += cell.squares * square;
  spread.fourth += cell.fourth * square * square;
}

/// So many rows of one weight.
template <class Key>
void grow(std::map<Key, Cell>& cells, const Key& key, double weight, double rows) {
  const double square = weight * weight;
  Cell& cell = cells[key];
  cell.rows += weight > 0 ? rows : 0;
  cell.weight += rows * weight;
  cell.squares += rows * square;
  cell.fourth += rows * square * square;
}

int other_class(size_t k, size_t classes) { return static_cast<int>((k + 1) % classes); }

}  // namespace

void put_labels(const ClassificationRows& counts, double one, double confidence, IntervalsOf& found) {
  std::map<std::pair<int, int>, Cell> cells;
  for (size_t i = 0; i < static_cast<size_t>(counts.rows()); ++i)
    grow(cells, std::pair(counts.label(i), counts.predicted(i)), counts.weight(i), 1);
  const size_t classes = counts.classes();
  const double more = kPseudo / static_cast<double>(classes);
  LabelInfluence influence(classes, counts.positive());
  for (const auto& [key, cell] : cells) influence.count(key.first, key.second, cell.weight);
  for (size_t k = 0; k < classes; ++k) {
    influence.count(static_cast<int>(k), static_cast<int>(k), more * one);
    influence.count(static_cast<int>(k), other_class(k, classes), more * one);
  }
  const LabelInfluence::Values& centres = influence.scores();
  std::array<Spread, static_cast<size_t>(Metric::kMcc) + 1> spreads;
  for (const Metric metric : kLabelMetrics) spreads[static_cast<size_t>(metric)].centre = at(centres, metric);
  for (const auto& [key, cell] : cells) {
    const LabelInfluence::Values of = influence.of(key.first, key.second);
    for (const Metric metric : kLabelMetrics) add(spreads[static_cast<size_t>(metric)], cell, at(of, metric));
  }
  for (size_t k = 0; k < classes; ++k) {
    for (const int predicted : {static_cast<int>(k), other_class(k, classes)}) {
      const LabelInfluence::Values of = influence.of(static_cast<int>(k), predicted);
      for (const Metric metric : kLabelMetrics)
        spreads[static_cast<size_t>(metric)].suppose(one * at(of, metric), more);
    }
  }
  for (const Metric metric : kLabelMetrics)
    found.put(metric, spreads[static_cast<size_t>(metric)], confidence, metric == Metric::kMcc ? -1 : 0, 1);
  if (counts.weighted()) return;
  double right = 0;
  for (size_t k = 0; k < classes; ++k) right += cells[{static_cast<int>(k), static_cast<int>(k)}].weight;
  const Interval accuracy = proportion(right, static_cast<double>(counts.rows()), confidence);
  found.put(Metric::kAccuracy, accuracy, 0, 1);
  found.put(Metric::kRecallWeighted, accuracy, 0, 1);
  if (classes != 2) return;
  const int p = static_cast<int>(counts.positive());
  const double true_positives = cells[{p, p}].weight, missed = counts.sums().labels[counts.positive()] - true_positives;
  const double false_positives = counts.sums().predicted_weights()[counts.positive()] - true_positives;
  if (true_positives + false_positives > 0)
    found.put(Metric::kPrecision, proportion(true_positives, true_positives + false_positives, confidence), 0, 1);
  if (true_positives + missed > 0)
    found.put(Metric::kRecall, proportion(true_positives, true_positives + missed, confidence), 0, 1);
  if (true_positives + missed + false_positives > 0) {
    // f1 is 2 j / (1 + j) of the share j of hits among these rows.
    const Interval fraction = proportion(true_positives, true_positives + missed + false_positives, confidence);
    found.put(Metric::kF1, {2 * fraction.low / (1 + fraction.low), 2 * fraction.high / (1 + fraction.high)}, 0, 1);
  }
}

void put_label_differences(const ClassificationRows& a, const ClassificationRows& b, double one, double confidence,
                           IntervalsOf& found) {
  std::map<std::tuple<int, int, int>, Cell> cells;
  for (size_t i = 0; i < static_cast<size_t>(a.rows()); ++i)
    grow(cells, std::tuple(a.label(i), a.predicted(i), b.predicted(i)), a.weight(i), 1);
  const size_t classes = a.classes();
  const double more = 0.5 / static_cast<double>(classes);
  for (size_t k = 0; k < classes; ++k) {
    const int right = static_cast<int>(k), wrong = other_class(k, classes);
    grow(cells, std::tuple(right, right, wrong), one, more);
    grow(cells, std::tuple(right, wrong, right), one, more);
  }
  LabelInfluence of_a(classes, a.positive()), of_b(classes, b.positive());
  for (const auto& [key, cell] : cells) {
    of_a.count(std::get<0>(key), std::get<1>(key), cell.weight);
    of_b.count(std::get<0>(key), std::get<2>(key), cell.weight);
  }
  std::array<Spread, static_cast<size_t>(Metric::kMcc) + 1> spreads;
  const LabelInfluence::Values centre_a = of_a.scores(), centre_b = of_b.scores();
  for (const Metric metric : kLabelMetrics)
    spreads[static_cast<size_t>(metric)].centre = at(centre_a, metric) - at(centre_b, metric);
  for (const auto& [key, cell] : cells) {
    const LabelInfluence::Values here = of_a.of(std::get<0>(key), std::get<1>(key)),
                                 there = of_b.of(std::get<0>(key), std::get<2>(key));
    for (const Metric metric : kLabelMetrics)
      add(spreads[static_cast<size_t>(metric)], cell, at(here, metric) - at(there, metric));
  }
  for (const Metric metric : kLabelMetrics) found.put(metric, spreads[static_cast<size_t>(metric)], confidence, -2, 2);
}

}  // namespace mdl
