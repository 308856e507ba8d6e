// Expected scores: scikit-learn 1.9.1 on the same rows.
#include "metrics/classification.h"

#include <cmath>

#include "base/random.h"

#include "catch.h"
#include "metrics/intervals.h"

using namespace mdl;

namespace {

struct Row {
  int label, predicted;
  std::vector<double> probabilities;
};

ClassificationRows count(size_t classes, size_t positive, const std::vector<Row>& rows) {
  ClassificationRows counts(classes, positive);
  for (const Row& row : rows) counts.add(row.label, row.predicted, row.probabilities);
  return counts;
}

void check_scores(const Scores& found, const Scores& expected) {
  std::vector<std::string> found_names, expected_names;
  for (const auto& [metric, score] : found) found_names.emplace_back(name_of(metric));
  for (const auto& [metric, score] : expected) expected_names.emplace_back(name_of(metric));
  REQUIRE(found_names == expected_names);
  for (size_t i = 0; i < found.size(); ++i) {
    INFO(found_names[i]);
    CHECK(found[i].second == Approx(expected[i].second).epsilon(0).margin(1e-12));
  }
}

void check_class(const ClassScores& found, std::optional<double> precision, std::optional<double> recall,
                 std::optional<double> f1, int64_t support) {
  CHECK(found.precision == precision);
  CHECK(found.recall == recall);
  CHECK(found.f1 == f1);
  CHECK(found.support == support);
}

const std::vector<Row> kTwoClasses = {{0, 0, {.9, .1}}, {1, 1, {.2, .8}}, {1, 0, {.6, .4}}, {0, 1, {.4, .6}},
                                      {1, 1, {.4, .6}}, {0, 0, {.7, .3}}, {1, 1, {.1, .9}}, {0, 1, {.5, .5}}};
const std::vector<Row> kThreeClasses = {{0, 0, {.7, .2, .1}},  {1, 1, {.1, .8, .1}},   {2, 2, {.2, .2, .6}},
                                        {0, 1, {.3, .4, .3}},  {1, 0, {.5, .25, .25}}, {2, 2, {.1, .3, .6}},
                                        {2, 1, {.25, .5, .25}}};

Interval interval_of(const Intervals& intervals, Metric metric) {
  const auto found = std::ranges::find(intervals, metric, [](const auto& one) { return one.first; });
  REQUIRE(found != intervals.end());
  return found->second;
}

}  // namespace

TEST_CASE("two classes are scored by the positive one") {
  const ClassificationRows counts = count(2, 1, kTwoClasses);
  CHECK(counts.rows() == 8);
  CHECK(counts.unknown_rows() == 0);
  CHECK(counts.confusion() == std::vector<std::vector<int64_t>>{{2, 2}, {1, 3}});
  check_scores(counts.scores(), {{Metric::kAccuracy, 0.625},
                                 {Metric::kBalancedAccuracy, 0.625},
                                 {Metric::kPrecision, 0.6},
                                 {Metric::kRecall, 0.75},
                                 {Metric::kF1, 0.6666666666666666},
                                 {Metric::kPrecisionMacro, 0.6333333333333333},
                                 {Metric::kRecallMacro, 0.625},
                                 {Metric::kF1Macro, 0.6190476190476191},
                                 {Metric::kPrecisionWeighted, 0.6333333333333333},
                                 {Metric::kRecallWeighted, 0.625},
                                 {Metric::kF1Weighted, 0.6190476190476191},
                                 {Metric::kRocAuc, 0.84375},
                                 {Metric::kAveragePrecision, 0.8541666666666666},
                                 {Metric::kLogLoss, 0.47838672433035506},
                                 {Metric::kBrier, 0.16},
                                 {Metric::kEce, 0.25},
                                 {Metric::kMcc, 0.2581988897471611}});
}

TEST_CASE("the first class can be the positive one") {
  const std::vector<Row> rows = {
      {0, 0, {.9, .1}}, {1, 1, {.6, .4}}, {1, 1, {.2, .8}}, {0, 1, {.3, .7}}, {0, 0, {.5, .5}}};
  check_scores(count(2, 0, rows).scores(), {{Metric::kAccuracy, 0.8},
                                            {Metric::kBalancedAccuracy, 0.8333333333333333},
                                            {Metric::kPrecision, 1.0},
                                            {Metric::kRecall, 0.6666666666666666},
                                            {Metric::kF1, 0.8},
                                            {Metric::kPrecisionMacro, 0.8333333333333333},
                                            {Metric::kRecallMacro, 0.8333333333333333},
                                            {Metric::kF1Macro, 0.8},
                                            {Metric::kPrecisionWeighted, 0.8666666666666666},
                                            {Metric::kRecallWeighted, 0.8},
                                            {Metric::kF1Weighted, 0.8},
                                            {Metric::kRocAuc, 0.6666666666666666},
                                            {Metric::kAveragePrecision, 0.8055555555555556},
                                            {Metric::kLogLoss, 0.6283829567464145},
                                            {Metric::kBrier, 0.22999999999999998},
                                            {Metric::kEce, 0.42},
                                            {Metric::kMcc, 0.6666666666666666}});
}

TEST_CASE("more than two classes are scored by macro averages, areas one against the rest") {
  check_scores(count(3, 1, kThreeClasses).scores(), {{Metric::kAccuracy, 0.5714285714285714},
                                                     {Metric::kBalancedAccuracy, 0.5555555555555555},
                                                     {Metric::kPrecision, 0.611111111111111},
                                                     {Metric::kRecall, 0.5555555555555555},
                                                     {Metric::kF1, 0.5666666666666668},
                                                     {Metric::kPrecisionMacro, 0.611111111111111},
                                                     {Metric::kRecallMacro, 0.5555555555555555},
                                                     {Metric::kF1Macro, 0.5666666666666668},
                                                     {Metric::kPrecisionWeighted, 0.6666666666666666},
                                                     {Metric::kRecallWeighted, 0.5714285714285714},
                                                     {Metric::kF1Weighted, 0.6},
                                                     {Metric::kRocAuc, 0.825},
                                                     {Metric::kAveragePrecision, 0.8},
                                                     {Metric::kLogLoss, 0.7968616099072344},
                                                     {Metric::kBrier, 0.4557142857142856},
                                                     {Metric::kEce, 0.38571428571428573},
                                                     {Metric::kMcc, 0.375}});
}

TEST_CASE("a class that does not occur is in no average and leaves the areas undefined") {
  const ClassificationRows counts = count(
      3, 1, {{0, 0, {.7, .2, .1}}, {1, 1, {.1, .8, .1}}, {0, 1, {.2, .5, .3}}, {1, 1, {.3, .4, .3}}});
  check_scores(counts.scores(), {{Metric::kAccuracy, 0.75},
                                 {Metric::kBalancedAccuracy, 0.75},
                                 {Metric::kPrecision, 0.8333333333333333},
                                 {Metric::kRecall, 0.75},
                                 {Metric::kF1, 0.7333333333333334},
                                 {Metric::kPrecisionMacro, 0.8333333333333333},
                                 {Metric::kRecallMacro, 0.75},
                                 {Metric::kF1Macro, 0.7333333333333334},
                                 {Metric::kPrecisionWeighted, 0.8333333333333333},
                                 {Metric::kRecallWeighted, 0.75},
                                 {Metric::kF1Weighted, 0.7333333333333334},
                                 {Metric::kLogLoss, 0.7763867848902994},
                                 {Metric::kBrier, 0.43},
                                 {Metric::kEce, 0.4},
                                 {Metric::kMcc, 0.5773502691896258}});
  check_class(counts.per_class()[2], {}, {}, {}, 0);
}

TEST_CASE("a class that is predicted without being true counts in the averages with recall 0") {
  const ClassificationRows counts = count(
      3, 1, {{0, 0, {.7, .2, .1}}, {1, 1, {.1, .8, .1}}, {0, 2, {.2, .3, .5}}, {1, 1, {.3, .4, .3}}});
  check_scores(counts.scores(), {{Metric::kAccuracy, 0.75},
                                 {Metric::kBalancedAccuracy, 0.75},
                                 {Metric::kPrecision, 0.6666666666666666},
                                 {Metric::kRecall, 0.5},
                                 {Metric::kF1, 0.5555555555555555},
                                 {Metric::kPrecisionMacro, 0.6666666666666666},
                                 {Metric::kRecallMacro, 0.5},
                                 {Metric::kF1Macro, 0.5555555555555555},
                                 {Metric::kPrecisionWeighted, 1.0},
                                 {Metric::kRecallWeighted, 0.75},
                                 {Metric::kF1Weighted, 0.8333333333333333},
                                 {Metric::kLogLoss, 0.7763867848902994},
                                 {Metric::kBrier, 0.43},
                                 {Metric::kEce, 0.4},
                                 {Metric::kMcc, 0.6708203932499369}});
  check_class(counts.per_class()[2], 0.0, {}, 0.0, 0);
}

TEST_CASE("each class has its own precision, recall, f1 and support") {
  const std::vector<ClassScores> classes = count(3, 1, kThreeClasses).per_class();
  REQUIRE(classes.size() == 3);
  check_class(classes[0], 0.5, 0.5, 0.5, 2);
  check_class(classes[1], 1.0 / 3, 0.5, 0.4, 2);
  check_class(classes[2], 1.0, 2.0 / 3, 0.8, 3);
}

TEST_CASE("a positive class that is never predicted has no precision, and the rows no correlation") {
  const ClassificationRows counts = count(2, 1, {{0, 0, {.9, .1}}, {1, 0, {.6, .4}}, {0, 0, {.8, .2}}});
  check_scores(counts.scores(), {{Metric::kAccuracy, 0.6666666666666666},
                                 {Metric::kBalancedAccuracy, 0.5},
                                 {Metric::kRecall, 0.0},
                                 {Metric::kF1, 0.0},
                                 {Metric::kPrecisionMacro, 0.3333333333333333},
                                 {Metric::kRecallMacro, 0.5},
                                 {Metric::kF1Macro, 0.4},
                                 {Metric::kPrecisionWeighted, 0.4444444444444444},
                                 {Metric::kRecallWeighted, 0.6666666666666666},
                                 {Metric::kF1Weighted, 0.5333333333333333},
                                 {Metric::kRocAuc, 1.0},
                                 {Metric::kAveragePrecision, 1.0},
                                 {Metric::kLogLoss, 0.414931599615397},
                                 {Metric::kBrier, 0.13666666666666666},
                                 {Metric::kEce, 0.3}});
}

TEST_CASE("rows of the negative class alone leave all scores of the positive one undefined") {
  const ClassificationRows counts = count(2, 1, {{0, 0, {.9, .1}}, {0, 0, {.6, .4}}, {0, 0, {.8, .2}}});
  check_scores(counts.scores(), {{Metric::kAccuracy, 1.0},
                                 {Metric::kBalancedAccuracy, 1.0},
                                 {Metric::kPrecisionMacro, 1.0},
                                 {Metric::kRecallMacro, 1.0},
                                 {Metric::kF1Macro, 1.0},
                                 {Metric::kPrecisionWeighted, 1.0},
                                 {Metric::kRecallWeighted, 1.0},
                                 {Metric::kF1Weighted, 1.0},
                                 {Metric::kLogLoss, 0.2797765635793423},
                                 {Metric::kBrier, 0.07},
                                 {Metric::kEce, 0.23333333333333334}});
}

TEST_CASE("rows of the positive class alone have an average precision and no area") {
  const ClassificationRows counts = count(2, 1, {{1, 1, {.2, .8}}, {1, 1, {.4, .6}}, {1, 0, {.9, .1}}});
  check_scores(counts.scores(), {{Metric::kAccuracy, 0.6666666666666666},
                                 {Metric::kBalancedAccuracy, 0.6666666666666666},
                                 {Metric::kPrecision, 1.0},
                                 {Metric::kRecall, 0.6666666666666666},
                                 {Metric::kF1, 0.8},
                                 {Metric::kPrecisionMacro, 0.5},
                                 {Metric::kRecallMacro, 0.3333333333333333},
                                 {Metric::kF1Macro, 0.4},
                                 {Metric::kPrecisionWeighted, 1.0},
                                 {Metric::kRecallWeighted, 0.6666666666666666},
                                 {Metric::kF1Weighted, 0.8},
                                 {Metric::kAveragePrecision, 1.0},
                                 {Metric::kLogLoss, 1.0121847560247488},
                                 {Metric::kBrier, 0.33666666666666667},
                                 {Metric::kEce, 0.5}});
}

TEST_CASE("a probability of 0 for the truth costs a finite log loss") {
  const Scores scores = count(2, 1, {{0, 0, {1, 0}}, {1, 1, {0, 1}}, {1, 0, {1, 0}}}).scores();
  CHECK(score_of(scores, Metric::kLogLoss) == Approx(12.014551129705717).epsilon(0).margin(1e-12));
  CHECK(score_of(scores, Metric::kRocAuc) == Approx(0.75).epsilon(0).margin(1e-12));
  CHECK(score_of(scores, Metric::kAveragePrecision) == Approx(0.8333333333333333).epsilon(0).margin(1e-12));
}

TEST_CASE("a label that the model does not know is wrong, and scores of probabilities are of the other rows") {
  const ClassificationRows counts = count(
      2, 1, {{0, 0, {.9, .1}}, {1, 1, {.2, .8}}, {-1, 1, {.4, .6}}, {1, 0, {.7, .3}}, {-1, 1, {.1, .9}}});
  const Scores known = count(2, 1, {{0, 0, {.9, .1}}, {1, 1, {.2, .8}}, {1, 0, {.7, .3}}}).scores();
  CHECK(counts.rows() == 5);
  CHECK(counts.unknown_rows() == 2);
  CHECK(counts.confusion() == std::vector<std::vector<int64_t>>{{1, 0}, {1, 1}});
  check_scores(counts.scores(), {{Metric::kAccuracy, 0.4},
                                 {Metric::kBalancedAccuracy, 0.5},
                                 {Metric::kPrecision, 0.3333333333333333},
                                 {Metric::kRecall, 0.5},
                                 {Metric::kF1, 0.4},
                                 {Metric::kPrecisionMacro, 0.27777777777777773},
                                 {Metric::kRecallMacro, 0.5},
                                 {Metric::kF1Macro, 0.35555555555555557},
                                 {Metric::kPrecisionWeighted, 0.2333333333333333},
                                 {Metric::kRecallWeighted, 0.4},
                                 {Metric::kF1Weighted, 0.29333333333333333},
                                 {Metric::kRocAuc, *score_of(known, Metric::kRocAuc)},
                                 {Metric::kAveragePrecision, *score_of(known, Metric::kAveragePrecision)},
                                 {Metric::kLogLoss, *score_of(known, Metric::kLogLoss)},
                                 {Metric::kBrier, *score_of(known, Metric::kBrier)},
                                 {Metric::kEce, *score_of(known, Metric::kEce)},
                                 {Metric::kMcc, 0.14433756729740646}});
  check_class(counts.per_class()[1], 1.0 / 3, 0.5, 0.4, 2);
}

TEST_CASE("scores of probabilities are those of the rows with a known label, weighted, of more classes, constant") {
  constexpr Metric kOfProbabilities[] = {Metric::kRocAuc, Metric::kAveragePrecision, Metric::kLogLoss, Metric::kBrier,
                                         Metric::kEce};
  ClassificationRows two(2, 0), two_known(2, 0), three(3, 0), three_known(3, 0);
  const Random random(1, Purpose::kSample);
  for (size_t i = 0; i < 60; ++i) {
    const double p = random.uniform(2 * i), weight = 0.5 + random.uniform(2 * i + 1);
    const bool unknown = i % 7 == 3;
    const std::vector<double> of_two = {p, 1 - p}, of_three = {p / 2, p / 2, 1 - p};
    const auto add = [&](ClassificationRows& rows, int label, const std::vector<double>& probabilities) {
      rows.add(label, p > 0.5 ? 0 : 1, probabilities, weight);
    };
    add(two, unknown ? -1 : static_cast<int>(i % 2), of_two);
    add(three, unknown ? -1 - static_cast<int>(i % 2) : static_cast<int>(i % 3), of_three);
    if (unknown) continue;
    add(two_known, static_cast<int>(i % 2), of_two);
    add(three_known, static_cast<int>(i % 3), of_three);
  }
  const std::vector<double> shares = {0.25, 0.25, 0.5};
  for (const Metric metric : kOfProbabilities) {
    CAPTURE(name_of(metric));
    REQUIRE(score_of(two.scores(), metric));
    CHECK(score_of(two.scores(), metric) == score_of(two_known.scores(), metric));
    CHECK(score_of(three.scores(), metric) == score_of(three_known.scores(), metric));
    CHECK(score_of(three.constant_scores(2, shares), metric) ==
          score_of(three_known.constant_scores(2, shares), metric));
  }
  CHECK(score_of(two.scores(), Metric::kAccuracy) < score_of(two_known.scores(), Metric::kAccuracy));
  // The intervals see no row without a label, but for what a row weighs.
  const Intervals intervals = intervals_of(two, 0.95), of_known = intervals_of(two_known, 0.95);
  CHECK(interval_of(intervals, Metric::kLogLoss).low == interval_of(of_known, Metric::kLogLoss).low);
  CHECK(interval_of(intervals, Metric::kLogLoss).high == interval_of(of_known, Metric::kLogLoss).high);
  CHECK(interval_of(intervals, Metric::kRocAuc).low == Approx(interval_of(of_known, Metric::kRocAuc).low).margin(0.01));
}

TEST_CASE("where no label is known, nothing is said of probabilities") {
  ClassificationRows counts(2, 1);
  for (int i = 0; i < 5; ++i) counts.add(-1, 1, std::vector<double>{.2, .8});
  CHECK(score_of(counts.scores(), Metric::kAccuracy) == 0);
  for (const auto& [metric, value] : counts.scores()) CHECK(std::isfinite(value));
  CHECK_FALSE(score_of(counts.scores(), Metric::kLogLoss));
  CHECK_FALSE(score_of(counts.scores(), Metric::kEce));
  CHECK_FALSE(score_of(counts.constant_scores(1, std::vector<double>{.5, .5}), Metric::kBrier));
  for (const auto& [metric, interval] : intervals_of(counts, 0.95)) CHECK(metric != Metric::kLogLoss);
}

TEST_CASE("each label that the model does not know is a class of its own in the averages") {
  const Scores scores =
      count(2, 1, {{0, 0, {.9, .1}}, {1, 1, {.2, .8}}, {-1, 1, {.4, .6}}, {1, 0, {.7, .3}}, {-2, 1, {.1, .9}}})
          .scores();
  CHECK(score_of(scores, Metric::kBalancedAccuracy) == Approx(0.375).epsilon(0).margin(1e-12));
  CHECK(score_of(scores, Metric::kPrecisionMacro) == Approx(0.20833333333333331).epsilon(0).margin(1e-12));
  CHECK(score_of(scores, Metric::kRecallMacro) == Approx(0.375).epsilon(0).margin(1e-12));
  CHECK(score_of(scores, Metric::kF1Macro) == Approx(0.26666666666666666).epsilon(0).margin(1e-12));
  CHECK(score_of(scores, Metric::kMcc) == Approx(0.13608276348795434).epsilon(0).margin(1e-12));
}

TEST_CASE("without rows there are no scores") {
  CHECK(ClassificationRows(2, 1).scores().empty());
  CHECK(ClassificationRows(3, 1).scores().empty());
  check_class(ClassificationRows(2, 1).per_class()[0], {}, {}, {}, 0);
}

TEST_CASE("rows are ranked by the probability of any class, those with an unknown label left out") {
  const ClassificationRows two = count(2, 1, {{0, 0, {.75, .25}}, {1, 1, {.25, .75}}, {-1, 1, {.5, .5}}});
  REQUIRE(two.ranked(1).size() == 2);
  CHECK(two.ranked(1)[0].score == 0.75);
  CHECK(two.ranked(1)[0].positive);
  CHECK(two.ranked(1)[1].score == 0.25);
  CHECK_FALSE(two.ranked(1)[1].positive);
  REQUIRE(two.ranked(0).size() == 2);
  CHECK(two.ranked(0)[0].score == 0.75);
  CHECK(two.ranked(0)[0].positive);

  const ClassificationRows three = count(3, 1, {{0, 0, {.75, .25, 0}}, {2, 2, {.25, .125, .625}}});
  REQUIRE(three.ranked(2).size() == 2);
  CHECK(three.ranked(2)[0].score == 0.625);
  CHECK(three.ranked(2)[0].positive);
  CHECK(three.ranked(2)[1].score == 0);
  CHECK_FALSE(three.ranked(2)[1].positive);
}

TEST_CASE("rows count by their weights") {
  const std::vector<float> two = {1, 2.5, .5, 3, 0, 1, 1.25, 2}, three = {.5, 2, 1, 0, 1.5, 3, .25};
  ClassificationRows counts(2, 1);
  for (size_t i = 0; i < two.size(); ++i)
    counts.add(kTwoClasses[i].label, kTwoClasses[i].predicted, kTwoClasses[i].probabilities, two[i]);
  check_scores(counts.scores(), {{Metric::kAccuracy, 0.5111111111111111},
                                 {Metric::kBalancedAccuracy, 0.5840336134453781},
                                 {Metric::kPrecision, 0.42857142857142855},
                                 {Metric::kRecall, 0.8823529411764706},
                                 {Metric::kF1, 0.5769230769230769},
                                 {Metric::kPrecisionMacro, 0.6142857142857143},
                                 {Metric::kRecallMacro, 0.5840336134453781},
                                 {Metric::kF1Macro, 0.4989878542510121},
                                 {Metric::kPrecisionWeighted, 0.6596825396825398},
                                 {Metric::kRecallWeighted, 0.5111111111111111},
                                 {Metric::kF1Weighted, 0.4799370220422852},
                                 {Metric::kRocAuc, 0.9159663865546218},
                                 {Metric::kAveragePrecision, 0.9364069952305245},
                                 {Metric::kLogLoss, 0.5106583915674489},
                                 {Metric::kBrier, 0.1753333333333333},
                                 {Metric::kEce, 0.3666666666666667},
                                 {Metric::kMcc, 0.1959983830200101}});
  CHECK(counts.rows() == 8);
  CHECK(counts.confusion() == std::vector<std::vector<int64_t>>{{2, 2}, {1, 3}});
  CHECK(counts.per_class()[1].recall == Approx(0.8823529411764706).epsilon(0).margin(1e-12));
  CHECK(counts.per_class()[1].support == 4);

  ClassificationRows more(3, 1);
  for (size_t i = 0; i < three.size(); ++i)
    more.add(kThreeClasses[i].label, kThreeClasses[i].predicted, kThreeClasses[i].probabilities, three[i]);
  const Scores scores = more.scores();
  CHECK(score_of(scores, Metric::kBalancedAccuracy) == Approx(0.8375350140056023).epsilon(0).margin(1e-12));
  CHECK(score_of(scores, Metric::kF1Macro) == Approx(0.688449714536671).epsilon(0).margin(1e-12));
  CHECK(score_of(scores, Metric::kF1Weighted) == Approx(0.8189084521100332).epsilon(0).margin(1e-12));
  CHECK(score_of(scores, Metric::kRocAuc) == Approx(0.8985791685095089).epsilon(0).margin(1e-12));
  CHECK(score_of(scores, Metric::kAveragePrecision) == Approx(0.9261018417028647).epsilon(0).margin(1e-12));
  CHECK(score_of(scores, Metric::kLogLoss) == Approx(0.6174475395904917).epsilon(0).margin(1e-12));
  CHECK(score_of(scores, Metric::kBrier) == Approx(0.3322727272727273).epsilon(0).margin(1e-12));
  CHECK(score_of(scores, Metric::kMcc) == Approx(0.6910558150648063).epsilon(0).margin(1e-12));
}

TEST_CASE("weights of 1 are no weights, and only the last row may have another") {
  ClassificationRows counts(2, 1);
  for (const Row& row : kTwoClasses) counts.add(row.label, row.predicted, row.probabilities, 1);
  CHECK_FALSE(counts.weighted());
  counts.add(1, 1, std::vector<double>{.5, .5}, 4);
  CHECK(counts.weighted());
  CHECK(counts.weight(0) == 1);
  CHECK(score_of(counts.scores(), Metric::kAccuracy) == 0.75);
}

TEST_CASE("a row of weight 0 with an unknown label leaves all scores defined") {
  ClassificationRows counts(2, 1);
  for (const Row& row : kTwoClasses) counts.add(row.label, row.predicted, row.probabilities);
  counts.add(-1, 1, std::vector<double>{.1, .9}, 0);
  const Scores scores = counts.scores();
  CHECK(score_of(scores, Metric::kRocAuc) == 0.84375);
  CHECK(score_of(scores, Metric::kLogLoss) == Approx(0.47838672433035506).epsilon(0).margin(1e-12));
}

TEST_CASE("weights are doubles") {
  ClassificationRows counts(2, 1);
  counts.add(1, 1, std::vector<double>{.25, .75}, 1 + 1e-12);
  counts.add(0, 1, std::vector<double>{.25, .75}, 1e-12);
  CHECK(counts.weight(0) == 1 + 1e-12);
  CHECK(score_of(counts.scores(), Metric::kAccuracy) == Approx(1 - 1e-12).epsilon(0).margin(1e-15));
  CHECK(score_of(counts.scores(), Metric::kRocAuc) == 0.5);
}

TEST_CASE("a class whose rows all weigh 0 occurs, and counts 0 in macro averages") {
  struct Labels {
    std::vector<int> labels, predicted;
    std::vector<double> weights;
  };
  const auto scores = [](size_t classes, const Labels& rows) {
    ClassificationRows counts(classes, 1);
    const std::vector<double> probabilities(classes, 1 / static_cast<double>(classes));
    for (size_t i = 0; i < rows.labels.size(); ++i)
      counts.add(rows.labels[i], rows.predicted[i], probabilities, rows.weights[i]);
    Scores found = counts.scores();
    std::erase_if(found, [](const auto& one) {
      return one.first > Metric::kF1Weighted || one.first == Metric::kRecall || one.first == Metric::kF1;
    });
    return found;
  };
  const std::vector<int> labels = {0, 1, 2, 0, 1, 2, 2, 0};
  const std::vector<double> weights = {.1, .2, 0, .7, .25, 0, 0, 1};
  check_scores(scores(3, {labels, {0, 1, 2, 1, 0, 2, 1, 0}, weights}),
               {{Metric::kAccuracy, 0.5777777777777778},
                {Metric::kBalancedAccuracy, 0.5277777777777778},
                {Metric::kPrecision, 0.34567901234567905},
                {Metric::kPrecisionMacro, 0.34567901234567905},
                {Metric::kRecallMacro, 0.3518518518518519},
                {Metric::kF1Macro, 0.3315696649029983},
                {Metric::kPrecisionWeighted, 0.6962962962962963},
                {Metric::kRecallWeighted, 0.5777777777777778},
                {Metric::kF1Weighted, 0.617989417989418}});
  // It is predicted for a row that weighs.
  check_scores(scores(3, {labels, {0, 1, 2, 1, 0, 2, 1, 2}, weights}),
               {{Metric::kAccuracy, 0.13333333333333336},
                {Metric::kBalancedAccuracy, 0.25},
                {Metric::kPrecision, 0.16931216931216933},
                {Metric::kPrecisionMacro, 0.16931216931216933},
                {Metric::kRecallMacro, 0.16666666666666666},
                {Metric::kF1Macro, 0.12977318403674995},
                {Metric::kPrecisionWeighted, 0.27301587301587305},
                {Metric::kRecallWeighted, 0.13333333333333336},
                {Metric::kF1Weighted, 0.13367786391042205}});
  check_scores(scores(2, {{0, 0, 1, 1}, {0, 1, 1, 0}, {0, 0, .3, .7}}), {{Metric::kAccuracy, 0.3},
                                                                         {Metric::kBalancedAccuracy, 0.3},
                                                                         {Metric::kPrecision, 1.0},
                                                                         {Metric::kPrecisionMacro, 0.5},
                                                                         {Metric::kRecallMacro, 0.15},
                                                                         {Metric::kF1Macro, 0.23076923076923075},
                                                                         {Metric::kPrecisionWeighted, 1.0},
                                                                         {Metric::kRecallWeighted, 0.3},
                                                                         {Metric::kF1Weighted, 0.4615384615384615}});
  // A label that the model does not know.
  check_scores(scores(2, {{0, -1, 1, 1}, {0, 1, 1, 0}, {.5, 0, .3, .7}}),
               {{Metric::kAccuracy, 0.5333333333333333},
                {Metric::kBalancedAccuracy, 0.65},
                {Metric::kPrecision, 1.0},
                {Metric::kPrecisionMacro, 0.47222222222222227},
                {Metric::kRecallMacro, 0.43333333333333335},
                {Metric::kF1Macro, 0.3499245852187029},
                {Metric::kPrecisionWeighted, 0.8055555555555555},
                {Metric::kRecallWeighted, 0.5333333333333333},
                {Metric::kF1Weighted, 0.5037707390648567}});
}

TEST_CASE("a model that always predicts the same class is scored over the same classes") {
  ClassificationRows counts(3, 1), constant(3, 1);
  const std::vector<double> probabilities = {.5, .25, .25};
  for (const int label : {0, 1, 2, 0, -2}) {
    const double weight = label == 2 || label == -2 ? 0 : 1;
    counts.add(label, 1, probabilities, weight);
    constant.add(label, 0, probabilities, weight);
  }
  check_scores(counts.constant_scores(0, probabilities), constant.scores());
}

TEST_CASE("all predictions equal rank no row above another") {
  const std::vector<Row> rows = {
      {0, 1, {.4, .6}}, {1, 1, {.4, .6}}, {1, 1, {.4, .6}}, {0, 1, {.4, .6}}, {1, 1, {.4, .6}}};
  check_scores(count(2, 1, rows).scores(), {{Metric::kAccuracy, 0.6},
                                            {Metric::kBalancedAccuracy, 0.5},
                                            {Metric::kPrecision, 0.6},
                                            {Metric::kRecall, 1.0},
                                            {Metric::kF1, 0.75},
                                            {Metric::kPrecisionMacro, 0.3},
                                            {Metric::kRecallMacro, 0.5},
                                            {Metric::kF1Macro, 0.375},
                                            {Metric::kPrecisionWeighted, 0.36},
                                            {Metric::kRecallWeighted, 0.6},
                                            {Metric::kF1Weighted, 0.45},
                                            {Metric::kRocAuc, 0.5},
                                            {Metric::kAveragePrecision, 0.6},
                                            {Metric::kLogLoss, 0.6730116670092563},
                                            {Metric::kBrier, 0.24},
                                            {Metric::kEce, 0.0}});
}

TEST_CASE("one row has the scores that one class allows") {
  const Scores scores = count(2, 1, {{1, 1, {.2, .8}}}).scores();
  CHECK(score_of(scores, Metric::kAccuracy) == 1.0);
  CHECK_FALSE(score_of(scores, Metric::kRocAuc));
  CHECK(score_of(scores, Metric::kAveragePrecision) == 1.0);
  CHECK(score_of(scores, Metric::kLogLoss) == Approx(0.2231435513142097).epsilon(0).margin(1e-12));
  CHECK(score_of(scores, Metric::kEce) == Approx(0.2).epsilon(0).margin(1e-12));
  CHECK_FALSE(score_of(scores, Metric::kMcc));
}

TEST_CASE("a model that always says the same is scored without its rows") {
  const std::vector<double> fractions = {.3, .45, .25};
  std::vector<Row> constant = kThreeClasses;
  for (Row& row : constant) row = {row.label, 1, fractions};
  check_scores(count(3, 1, kThreeClasses).constant_scores(1, fractions), count(3, 1, constant).scores());
  constant = kTwoClasses;
  constant.push_back({-1, 0, {.5, .5}});
  const ClassificationRows counts = count(2, 1, constant);
  for (Row& row : constant) row = {row.label, 1, {.4, .6}};
  check_scores(counts.constant_scores(1, std::vector<double>{.4, .6}), count(2, 1, constant).scores());
}

TEST_CASE("probabilities come back as they were, though all but the largest are kept as floats") {
  const std::vector<Row> rows = {
      {0, 1, {.3, .4, .3}}, {2, 0, {1 - 0.1 - 1e-7, 1e-7, .1}}, {1, 1, {0.33333332, 0.33333334, 0.33333334}}};
  const ClassificationRows counts = count(3, 1, rows);
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t k = 0; k < 3; ++k) CHECK(counts.probability(i, k) == rows[i].probabilities[k]);
  }
}

TEST_CASE("counts of many classes need memory by the class, not by the pair") {
  constexpr size_t kClasses = 10'000;
  ClassificationRows counts(kClasses, 1);
  std::vector<double> probabilities(kClasses, 0.5 / (kClasses - 1));
  probabilities[7] = 0.5;
  for (const int label : {7, 7, 3, 9'999, 3}) counts.add(label, 7, probabilities);
  CHECK(counts.sums().true_positives[7] == 2);
  CHECK(counts.sums().labels[3] == 2);
  CHECK(counts.sums().predicted_weights()[7] == 5);
  const std::vector<Confusion> wrong = counts.largest_confusions(5);
  REQUIRE(wrong.size() == 2);
  CHECK((wrong[0].label == 3 && wrong[0].predicted == 7 && wrong[0].rows == 2));
  CHECK((wrong[1].label == 9'999 && wrong[1].predicted == 7 && wrong[1].rows == 1));
  CHECK(counts.largest_confusions(1).size() == 1);
}
