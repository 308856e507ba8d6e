// Expected thresholds: the best by scikit-learn 1.9.1 (f1_score, balanced_accuracy_score, confusion_matrix,
// precision_score, recall_score) of all that differ.
#include "metrics/threshold.h"

#include "catch.h"

using namespace mdl;

namespace {

using Rule = Threshold::Rule;

const std::vector<RankedRow> kRows = {{.9, true},  {.8, true}, {.8, false}, {.6, true}, {.5, false},
                                      {.5, false}, {.5, true}, {.3, false}, {.2, true}, {.1, false}};

std::vector<RankedRow> weighted(const std::vector<float>& weights) {
  std::vector<RankedRow> rows = kRows;
  for (size_t i = 0; i < rows.size(); ++i) rows[i].weight = weights[i];
  return rows;
}

}  // namespace

TEST_CASE("a fixed threshold is the one given") { CHECK(best_threshold(kRows, {.value = 0.3}) == 0.3); }

TEST_CASE("the best threshold by a score is one of the rows' probabilities") {
  CHECK(best_threshold(kRows, {Rule::kF1}) == 0.2);
  CHECK(best_threshold(kRows, {Rule::kBalancedAccuracy}) == 0.6);
}

TEST_CASE("the best threshold by costs weighs one error against the other") {
  CHECK(best_threshold(kRows, {.rule = Rule::kCost, .false_positive = 1, .false_negative = 5}) == 0.2);
  CHECK(best_threshold(kRows, {.rule = Rule::kCost, .false_positive = 5, .false_negative = 1}) == 0.9);
  CHECK(best_threshold(kRows, {.rule = Rule::kCost, .false_positive = 1, .false_negative = 1}) == 0.6);
}

TEST_CASE("row weights count in the choice of a threshold") {
  const std::vector<RankedRow> rows = weighted({1, 2, .5, 1, 3, 1, 1, .25, 4, 1});
  CHECK(best_threshold(rows, {Rule::kF1}) == 0.2);
  CHECK(best_threshold(rows, {Rule::kBalancedAccuracy}) == 0.6);
  CHECK(best_threshold(rows, {.rule = Rule::kCost, .false_positive = 5, .false_negative = 1}) == 0.6);
}

TEST_CASE("of thresholds as good as each other the one nearest to 0.5 is taken") {
  CHECK(best_threshold({{.9, true}, {.6, true}, {.4, false}, {.1, false}}, {Rule::kF1}) == 0.6);
  CHECK(best_threshold({{.9, true}, {.7, false}, {.45, true}, {.1, false}}, {Rule::kBalancedAccuracy}) == 0.45);
}

TEST_CASE("where no row is worth calling positive the threshold is 1") {
  CHECK(best_threshold({{.9, false}, {.2, false}}, {.rule = Rule::kCost}) == 1);
}

TEST_CASE("where one class is absent no score tells thresholds apart") {
  CHECK(best_threshold({{.9, true}, {.8, true}}, {Rule::kF1}) == 0.5);
  CHECK(best_threshold({{.9, false}, {.8, false}}, {Rule::kBalancedAccuracy}) == 0.5);
  CHECK(best_threshold({}, {Rule::kF1}) == 0.5);
  CHECK(best_threshold({{.9, false}, {.8, false}}, {Rule::kRecall, 0.8}) == 0.5);
  CHECK(best_threshold({{.9, true}, {.8, true}}, {Rule::kPrecision, 0.8}) == 0.5);
}

TEST_CASE("the highest threshold with a recall, and the lowest with a precision") {
  CHECK(best_threshold(kRows, {Rule::kRecall, 0.8}) == 0.5);  // recalls 1/5, 2/5, 3/5, 4/5, 4/5, 1, 1
  CHECK(best_threshold(kRows, {Rule::kRecall, 0.61}) == 0.5);
  CHECK(best_threshold(kRows, {Rule::kRecall, 0.6}) == 0.6);
  CHECK(best_threshold(kRows, {Rule::kRecall, 1}) == 0.2);
  CHECK(best_threshold(kRows, {Rule::kRecall, 0.01}) == 0.9);
  CHECK(best_threshold(kRows, {Rule::kPrecision, 1}) == 0.9);  // precisions 1, 2/3, 3/4, 4/7, 1/2, 5/9, 1/2
  CHECK(best_threshold(kRows, {Rule::kPrecision, 0.7}) == 0.6);
  CHECK(best_threshold(kRows, {Rule::kPrecision, 0.55}) == 0.2);
  CHECK(best_threshold(kRows, {Rule::kPrecision, 0.1}) == 0.1);
}

TEST_CASE("row weights count in recall and precision") {
  const std::vector<RankedRow> rows = weighted({1, 2, .5, 1, 3, 1, 1, .25, 4, 1});
  CHECK(best_threshold(rows, {Rule::kRecall, 0.5}) == 0.5);  // recalls 1/9, 3/9, 4/9, 5/9, 5/9, 1, 1
  CHECK(best_threshold(rows, {Rule::kRecall, 0.6}) == 0.2);
  CHECK(best_threshold(rows, {Rule::kPrecision, 0.85}) == 0.6);  // precisions 1, .857, .889, .526, .513, .655, .610
  CHECK(best_threshold(rows, {Rule::kPrecision, 0.65}) == 0.2);
}

TEST_CASE("where no threshold has the precision the highest one is taken, and it is told") {
  const std::vector<RankedRow> rows = {{.9, false}, {.8, true}, {.7, false}, {.6, true}, {.2, false}};
  const Threshold rule{Rule::kPrecision, 0.9};
  CHECK(best_threshold(rows, rule) == 0.6);  // precisions 0, 1/2, 1/3, 1/2, 2/5
  CHECK(unmet(rule, {{Metric::kPrecision, 0.5}}) ==
        "no threshold has a precision of 0.9 on these rows; the highest, 0.5000, is taken");
  CHECK(unmet(rule, {}) == "no threshold has a precision of 0.9 on these rows; the highest, 0.0000, is taken");
  CHECK(unmet(rule, {{Metric::kPrecision, 0.9}}).empty());
  CHECK(unmet({Rule::kRecall, 0.9}, {{Metric::kRecall, 0.95}}).empty());
  CHECK(unmet({Rule::kF1}, {{Metric::kF1, 0.1}}).empty());
}
