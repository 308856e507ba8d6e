// Expected scores: scikit-learn 1.9.1 on the same rows.
#include "metrics/regression.h"

#include <cmath>

#include "catch.h"

using namespace mdl;

namespace {

struct Row {
  double label, predicted;
};

Scores scores_of(const std::vector<Row>& rows) {
  RegressionRows counts;
  for (const Row& row : rows) counts.add(row.label, row.predicted);
  return counts.scores();
}

void check_scores(const Scores& found, const Scores& expected) {
  REQUIRE(found.size() == expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    INFO(name_of(expected[i].first));
    CHECK(found[i].first == expected[i].first);
    CHECK(found[i].second == Approx(expected[i].second).epsilon(1e-12).margin(1e-12));
  }
}

}  // namespace

TEST_CASE("a regression is scored by its errors") {
  check_scores(scores_of({{3, 2.5}, {-.5, 0}, {2, 2}, {7, 8}}), {{Metric::kRmse, 0.6123724356957945},
                                                                 {Metric::kMae, 0.5},
                                                                 {Metric::kR2, 0.9486081370449679},
                                                                 {Metric::kMape, 0.3273809523809524},
                                                                 {Metric::kMedianAbsoluteError, 0.5}});
  check_scores(scores_of({{1, 1.5}, {2, 2.25}, {3, 2}, {4, 4}, {10, 7}}), {{Metric::kRmse, 1.4361406616345072},
                                                                           {Metric::kMae, 0.95},
                                                                           {Metric::kR2, 0.79375},
                                                                           {Metric::kMape, 0.25166666666666665},
                                                                           {Metric::kMedianAbsoluteError, 0.5}});
}

TEST_CASE("a model worse than the mean has a negative r2") {
  check_scores(scores_of({{1, 3}, {2, 2}, {3, 1}}), {{Metric::kRmse, 1.632993161855452},
                                                     {Metric::kMae, 1.3333333333333333},
                                                     {Metric::kR2, -3.0},
                                                     {Metric::kMape, 0.8888888888888888},
                                                     {Metric::kMedianAbsoluteError, 2.0}});
}

TEST_CASE("a truth of 0 makes the relative error very large, not infinite") {
  check_scores(scores_of({{1, 1.2}, {0, .1}, {2.4, 2.4}, {7, 8}}), {{Metric::kRmse, 0.51234753829798},
                                                                    {Metric::kMae, 0.325},
                                                                    {Metric::kR2, 0.9634401114206128},
                                                                    {Metric::kMape, 112589990684262.48},
                                                                    {Metric::kMedianAbsoluteError, 0.15}});
}

TEST_CASE("large truths that differ little keep their r2") {
  const Scores scores = scores_of({{1000000.1, 1000000.1}, {1000000.2, 1000000.3}, {1000000.4, 1000000.3}});
  CHECK(score_of(scores, Metric::kR2) == Approx(0.5714285712860221).epsilon(0).margin(1e-9));
}

TEST_CASE("the mean of the rows has an r2 of 0, whatever is lost in rounding") {
  for (const double scale : {1.0, 1e-9, 1e12}) {
    RegressionRows rows;
    double sum = 0;
    for (int i = 1; i <= 1000; ++i) {
      const double label = scale * std::sqrt(i);
      rows.add(label, 0);
      sum += label;
    }
    CHECK(score_of(rows.constant_scores(sum / 1000), Metric::kR2) == 0.0);
    CHECK(*score_of(rows.constant_scores(sum / 1000 * 1.0001), Metric::kR2) < 0);
  }
}

TEST_CASE("r2 is undefined where all truths are equal") {
  check_scores(scores_of({{5, 5}}),
               {{Metric::kRmse, 0}, {Metric::kMae, 0}, {Metric::kMape, 0}, {Metric::kMedianAbsoluteError, 0}});
  check_scores(scores_of({{.1, .2}, {.1, .1}, {.1, .1}}), {{Metric::kRmse, 0.05773502691896258},
                                                           {Metric::kMae, 0.03333333333333333},
                                                           {Metric::kMape, 0.3333333333333333},
                                                           {Metric::kMedianAbsoluteError, 0.0}});
}

TEST_CASE("a score beyond the range of a double is undefined") {
  const Scores scores = scores_of({{0, 1e300}, {1, 1}});
  CHECK(score_of(scores, Metric::kMae) == 5e299);
  CHECK_FALSE(score_of(scores, Metric::kMape));
}

TEST_CASE("without rows a regression has no scores") {
  CHECK(RegressionRows().scores().empty());
  CHECK(RegressionRows().rows() == 0);
}

TEST_CASE("a sum over a million rows loses no digits") {
  RegressionRows counts;
  for (int i = 0; i < 1'000'000; ++i) counts.add(1234.567, 0);
  CHECK(counts.rows() == 1'000'000);
  CHECK(score_of(counts.scores(), Metric::kMae) == Approx(1234.567).epsilon(0).margin(1e-9));
  CHECK(score_of(counts.scores(), Metric::kRmse) == Approx(1234.567).epsilon(0).margin(1e-9));
}

TEST_CASE("rows of a regression count by their weights") {
  const std::vector<Row> rows = {{1, 1.5}, {2, 2.25}, {3, 2}, {4, 4}, {10, 7}};
  const auto scores = [&](const std::vector<float>& weights) {
    RegressionRows counts;
    for (size_t i = 0; i < rows.size(); ++i) counts.add(rows[i].label, rows[i].predicted, weights[i]);
    return counts.scores();
  };
  check_scores(scores({1, 2, .5, 0, 3}), {{Metric::kRmse, 2.0708600963033543},
                                          {Metric::kMae, 1.6153846153846154},
                                          {Metric::kR2, 0.7431785967399007},
                                          {Metric::kMape, 0.27948717948717944},
                                          {Metric::kMedianAbsoluteError, 1.0}});
  check_scores(scores({1, 1, 2, 4, 2}), {{Metric::kRmse, 1.4252192813739224},
                                         {Metric::kMae, 0.875},
                                         {Metric::kR2, 0.7596153846153846},
                                         {Metric::kMape, 0.18916666666666665},
                                         {Metric::kMedianAbsoluteError, 0.375}});
}

TEST_CASE("where half of the weight lies is decided by doubles") {
  const std::vector<Row> rows = {{1, 1.5}, {2, 2.25}, {3, 2}, {4, 4}, {10, 7}, {6, 8.125}};
  const auto median = [&](const std::vector<double>& weights) {
    RegressionRows counts;
    for (size_t i = 0; i < rows.size(); ++i) counts.add(rows[i].label, rows[i].predicted, weights[i]);
    return score_of(counts.scores(), Metric::kMedianAbsoluteError);
  };
  CHECK(median({.1, .2, .3, .1, .4, .1}) == 1);
  CHECK(median({.1, .2, .3, .4, .5, .5}) == 1.5625);  // half lies at 1, and the next is 2.125; as floats the weights
                                                      // say 1
  CHECK(median({1 / 3., 0, 1 / 3., 1 / 3., 1 / 3., 2 / 3.}) == 1.5625);
  CHECK(median({1e-9, 3e-9, 1e-9, 2e-9, 1e-9, 0}) == .25);
}

TEST_CASE("a model that predicts one value is scored on the same truths") {
  RegressionRows counts, constant;
  for (const Row& row : std::vector<Row>{{1, 1.5}, {2, 2.25}, {3, 2}, {10, 7}}) {
    counts.add(row.label, row.predicted);
    constant.add(row.label, 4);
  }
  check_scores(counts.constant_scores(4), constant.scores());
}
