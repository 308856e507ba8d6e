// Expected thresholds: the best by scikit-learn 1.9.1 (f1_score, balanced_accuracy_score, confusion_matrix) of all that
// differ.
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
}
