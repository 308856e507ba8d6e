// Expected values: statsmodels 0.15.0 (proportion_confint with method="wilson"); scikit-learn 1.9.1 with the drawn counts as
// sample_weight, and numpy.percentile of its scores.
#include "metrics/bootstrap.h"

#include <cmath>
#include <map>
#include <numeric>

#include "catch.h"

using namespace mdl;

namespace {

struct Row {
  int truth, predicted;
  std::vector<double> probabilities;
};

ClassificationCounts count(size_t classes, size_t positive, const std::vector<Row>& rows) {
  ClassificationCounts counts(classes, positive);
  for (const Row& row : rows) counts.add(row.truth, row.predicted, row.probabilities);
  return counts;
}

const std::vector<Row> kTwoClasses = {{0, 0, {.9, .1}}, {1, 1, {.2, .8}}, {1, 0, {.6, .4}}, {0, 1, {.4, .6}},
                                      {1, 1, {.4, .6}}, {0, 0, {.7, .3}}, {1, 1, {.1, .9}}, {0, 1, {.5, .5}}};

void check_interval(const Interval& found, const Interval& expected) {
  CHECK(found.low == Approx(expected.low).epsilon(0).margin(1e-12));
  CHECK(found.high == Approx(expected.high).epsilon(0).margin(1e-12));
}

void check_intervals(const Intervals& found, const Intervals& expected) {
  std::vector<std::string> found_names, expected_names;
  for (const auto& [metric, interval] : found) found_names.emplace_back(name_of(metric));
  for (const auto& [metric, interval] : expected) expected_names.emplace_back(name_of(metric));
  REQUIRE(found_names == expected_names);
  for (size_t i = 0; i < found.size(); ++i) {
    INFO(found_names[i]);
    check_interval(found[i].second, expected[i].second);
  }
}

bool same(const Intervals& a, const Intervals& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.low == y.second.low && x.second.high == y.second.high;
  });
}

}  // namespace

TEST_CASE("a proportion has Wilson's interval") {
  check_interval(wilson(0, 10, 0.95), {0, 0.2775327998628892});
  check_interval(wilson(10, 10, 0.95), {0.7224672001371107, 1});
  check_interval(wilson(7, 10, 0.95), {0.39677814746114537, 0.8922087325936989});
  check_interval(wilson(7, 10, 0.99), {0.32002467920110245, 0.9204336834769341});
  check_interval(wilson(1, 1, 0.5), {0.6873152559174167, 1});
  check_interval(wilson(123, 4567, 0.95), {0.022620022313028027, 0.032039816815401245});
  check_interval(wilson(999'000, 1'000'000, 0.999), {0.9988904538709253, 0.9990987403350367});
}

TEST_CASE("proportions of two classes have Wilson's interval, other scores the percentiles of resamples") {
  check_intervals(bootstrap(count(2, 1, kTwoClasses), {.seed = 0}), {{Metric::kAccuracy, {0.3057423946026273, 0.8631557141764027}},
                                                           {Metric::kBalancedAccuracy, {0.25, 0.9285714285714286}},
                                                           {Metric::kPrecision, {0.23072428127601285, 0.8823792257673521}},
                                                           {Metric::kRecall, {0.3006418425824019, 0.9544127391902995}},
                                                           {Metric::kF1, {0.2222222222222222, 0.9333333333333333}},
                                                           {Metric::kPrecisionMacro, {0.21428571428571427, 0.9285714285714286}},
                                                           {Metric::kRecallMacro, {0.25, 0.9285714285714286}},
                                                           {Metric::kF1Macro, {0.25, 0.873015873015873}},
                                                           {Metric::kPrecisionWeighted, {0.25, 1}},
                                                           {Metric::kRecallWeighted, {0.25, 0.875}},
                                                           {Metric::kF1Weighted, {0.25, 0.8910256410256411}},
                                                           {Metric::kRocAuc, {0.43552083333333347, 1}},
                                                           {Metric::kAveragePrecision, {0.45, 1}},
                                                           {Metric::kLogLoss, {0.2711082147549136, 0.7003881133628445}},
                                                           {Metric::kBrier, {0.07, 0.2575}},
                                                           {Metric::kEce, {0.0375, 0.3625}},
                                                           {Metric::kMcc, {-0.4666666666666667, 0.7745966692414834}}});
}

TEST_CASE("of more than two classes only accuracy is a proportion") {
  const ClassificationCounts counts = count(3, 1, {{0, 0, {.7, .2, .1}},    {1, 1, {.1, .8, .1}}, {2, 2, {.2, .2, .6}},  {0, 1, {.3, .4, .3}},
                                                   {1, 0, {.5, .25, .25}}, {2, 2, {.1, .3, .6}}, {2, 1, {.25, .5, .25}}});
  check_intervals(bootstrap(counts, {.seed = 0}), {{Metric::kAccuracy, {0.2504583645276572, 0.8417801447485304}},
                                         {Metric::kBalancedAccuracy, {0.16666666666666666, 0.9166666666666667}},
                                         {Metric::kPrecision, {0.19444444444444442, 0.9166666666666666}},
                                         {Metric::kRecall, {0.16607142857142962, 0.9166666666666666}},
                                         {Metric::kF1, {0.16666666666666666, 0.8857142857142857}},
                                         {Metric::kPrecisionMacro, {0.19444444444444442, 0.9166666666666666}},
                                         {Metric::kRecallMacro, {0.16607142857142962, 0.9166666666666666}},
                                         {Metric::kF1Macro, {0.16666666666666666, 0.8857142857142857}},
                                         {Metric::kPrecisionWeighted, {0.24970238095238148, 1}},
                                         {Metric::kRecallWeighted, {0.2857142857142857, 0.8571428571428571}},
                                         {Metric::kF1Weighted, {0.22448979591836735, 0.9184240362811789}},
                                         {Metric::kRocAuc, {0.4611111111111111, 1}},
                                         {Metric::kAveragePrecision, {0.49047619047619045, 1}},
                                         {Metric::kLogLoss, {0.4644591667941731, 1.1361604361616335}},
                                         {Metric::kBrier, {0.22, 0.6935714285714286}},
                                         {Metric::kEce, {0.3142857142857143, 0.4571428571428572}},
                                         {Metric::kMcc, {-0.26319142509165167, 0.8125}}});
}

TEST_CASE("a regression has the percentiles of resamples") {
  RegressionCounts counts;
  counts.add(1, 1.5);
  counts.add(2, 2.25);
  counts.add(3, 2);
  counts.add(4, 4);
  counts.add(10, 7);
  check_intervals(bootstrap(counts, {.seed = 0}), {{Metric::kRmse, {0.27386127875258304, 2.3664319132398464}},
                                         {Metric::kMae, {0.2, 2.0}},
                                         {Metric::kR2, {-0.328125, 0.9479166666666666}},
                                         {Metric::kMape, {0.1, 0.3933333333333333}},
                                         {Metric::kMedianAbsoluteError, {0, 3}}});
}

TEST_CASE("a score that is undefined on most resamples has no interval") {
  // Both rare classes are drawn in 830 of 2,000 resamples.
  const ClassificationCounts counts = count(3, 1, {{0, 0, {.7, .2, .1}}, {0, 0, {.6, .3, .1}}, {0, 1, {.4, .5, .1}},
                                                   {1, 1, {.3, .6, .1}}, {2, 2, {.1, .2, .7}}, {0, 0, {.5, .2, .3}}});
  CHECK(score_of(counts.scores(), Metric::kRocAuc) == 1.0);
  std::map<Metric, Interval> found;
  for (const auto& [metric, interval] : bootstrap(counts, {.seed = 0})) found[metric] = interval;
  CHECK(found.count(Metric::kRocAuc) == 0);
  CHECK(found.count(Metric::kAveragePrecision) == 0);
  check_interval(found.at(Metric::kLogLoss), {0.4080585038811519, 0.7371414381990228});
  check_interval(found.at(Metric::kMcc), {0.4472135954999579, 1});
}

TEST_CASE("an unknown label is drawn with the others, and what it leaves undefined has no interval") {
  const ClassificationCounts counts = count(2, 1, {{0, 0, {.9, .1}}, {1, 1, {.2, .8}}, {-1, 1, {.4, .6}}, {1, 0, {.7, .3}}, {-1, 1, {.1, .9}}});
  check_intervals(bootstrap(counts, {.seed = 0}), {{Metric::kAccuracy, {0.11762077423264786, 0.769275718723987}},
                                         {Metric::kBalancedAccuracy, {0, 0.8333333333333333}},
                                         {Metric::kPrecision, {0.061491944720396215, 0.7923403991979523}},
                                         {Metric::kRecall, {0.09453120573423071, 0.9054687942657693}},
                                         {Metric::kF1, {0, 0.8571428571428571}},
                                         {Metric::kPrecisionMacro, {0, 0.8333333333333333}},
                                         {Metric::kRecallMacro, {0, 0.8333333333333333}},
                                         {Metric::kF1Macro, {0, 0.8}},
                                         {Metric::kPrecisionWeighted, {0, 1}},
                                         {Metric::kRecallWeighted, {0, 0.8}},
                                         {Metric::kF1Weighted, {0, 0.8}},
                                         {Metric::kMcc, {-0.5, 0.7216878364870323}}});
}

TEST_CASE("intervals depend on rows, seed and confidence alone") {
  const ClassificationCounts counts = count(2, 1, kTwoClasses);
  CHECK(same(bootstrap(counts, {.seed = 1}), bootstrap(count(2, 1, kTwoClasses), {.seed = 1})));
  CHECK_FALSE(same(bootstrap(counts, {.seed = 1}), bootstrap(counts, {.seed = 2})));
  std::map<Metric, Interval> narrow;
  for (const auto& [metric, interval] : bootstrap(counts, {.confidence = 0.9})) narrow[metric] = interval;
  check_interval(narrow.at(Metric::kAccuracy), {0.3479914384047325, 0.8388276622393266});
  check_interval(narrow.at(Metric::kLogLoss), {0.29700477435848877, 0.658329083785193});
}

TEST_CASE("rows with weights have the percentiles of weighted scores, proportions too") {
  const std::vector<float> weights = {1, 2.5, .5, 3, .25, 1, 1.25, 2};
  ClassificationCounts counts(2, 1);
  for (size_t i = 0; i < weights.size(); ++i) counts.add(kTwoClasses[i].truth, kTwoClasses[i].predicted, kTwoClasses[i].probabilities, weights[i]);
  check_intervals(bootstrap(counts, {.seed = 0}), {{Metric::kAccuracy, {0.1691666666666668, 0.9545948616600788}},
                                                   {Metric::kBalancedAccuracy, {0.2249305555555557, 0.9697788697788694}},
                                                   {Metric::kPrecision, {0.024336043360433702, 1.0}},
                                                   {Metric::kRecall, {0.2, 1.0}},
                                                   {Metric::kF1, {0.04343297101449283, 0.9714484126984125}},
                                                   {Metric::kPrecisionMacro, {0.15211956521739142, 0.9446969696969683}},
                                                   {Metric::kRecallMacro, {0.2110416666666668, 0.9697788697788694}},
                                                   {Metric::kF1Macro, {0.14814814814814814, 0.9454436613355018}},
                                                   {Metric::kPrecisionWeighted, {0.10211923153099625, 1.0}},
                                                   {Metric::kRecallWeighted, {0.1691666666666668, 0.9545948616600788}},
                                                   {Metric::kF1Weighted, {0.1333126356402219, 0.960190456352212}},
                                                   {Metric::kRocAuc, {0.375, 1.0}},
                                                   {Metric::kAveragePrecision, {0.09015715467328372, 1.0}},
                                                   {Metric::kLogLoss, {0.22499785895194555, 0.7571730254101126}},
                                                   {Metric::kBrier, {0.049393939393939386, 0.28612266791044777}},
                                                   {Metric::kEce, {0.2, 0.5088354993160054}},
                                                   {Metric::kMcc, {-0.440643620576928, 0.8964214570007952}}});
}

TEST_CASE("two models on the same rows are compared on the same resamples") {
  std::vector<Row> other = {{0, 0, {.8, .2}}, {1, 1, {.3, .7}}, {1, 1, {.2, .8}}, {0, 0, {.6, .4}},
                            {1, 0, {.55, .45}}, {0, 0, {.9, .1}}, {1, 1, {.4, .6}}, {0, 1, {.3, .7}}};
  std::map<Metric, Interval> found;
  for (const auto& [metric, interval] : bootstrap_differences(count(2, 1, kTwoClasses), count(2, 1, other), {.seed = 0})) found[metric] = interval;
  check_interval(found.at(Metric::kAccuracy), {-0.5, 0.25});
  check_interval(found.at(Metric::kLogLoss), {-0.2721042359610607, 0.27207566126668536});
  check_interval(found.at(Metric::kBrier), {-0.1168828125, 0.1287656249999999});
  check_interval(found.at(Metric::kRecall), {-0.75, 0.75});

  RegressionCounts a, b;
  const std::vector<double> truths = {1, 2, 3, 4, 10}, of_a = {1.5, 2.25, 2, 4, 7}, of_b = {2, 1.75, 3, 4.25, 9};
  for (size_t i = 0; i < truths.size(); ++i) {
    a.add(truths[i], of_a[i]);
    b.add(truths[i], of_b[i]);
  }
  for (const auto& [metric, interval] : bootstrap_differences(a, b, {.seed = 0})) {
    if (metric == Metric::kMae) check_interval(interval, {-0.3, 1.35});
  }
}

TEST_CASE("a model differs from itself by nothing") {
  for (const auto& [metric, interval] : bootstrap_differences(count(2, 1, kTwoClasses), count(2, 1, kTwoClasses), {.seed = 0})) {
    check_interval(interval, {0, 0});
  }
}

TEST_CASE("the interval of an unpaired difference adds the squares of both reaches") {
  check_interval(unpaired_difference(.8, {.7, .85}, .75, {.71, .79}), {.05 - std::hypot(.1, .04), .05 + std::hypot(.05, .04)});
}

TEST_CASE("fewer than two rows have no intervals") {
  CHECK(bootstrap(ClassificationCounts(2, 1), {}).empty());
  CHECK(bootstrap(count(2, 1, {{1, 1, {.2, .8}}}), {}).empty());
  RegressionCounts counts;
  CHECK(bootstrap(counts, {.seed = 0}).empty());
  counts.add(1, 2);
  CHECK(bootstrap(counts, {.seed = 0}).empty());
}

TEST_CASE("a resample draws as many rows as there are, each as likely as the others") {
  std::vector<uint16_t> times(1234);
  std::vector<double> sums(times.size());
  for (uint32_t i = 0; i < 500; ++i) {
    draw(Random(0, Purpose::kBootstrap, i), times);
    REQUIRE(std::accumulate(times.begin(), times.end(), 0) == 1234);
    for (size_t row = 0; row < times.size(); ++row) sums[row] += times[row];
  }
  double chi_squared = 0;
  for (const double sum : sums) chi_squared += (sum - 500) * (sum - 500) / 500;
  CHECK(chi_squared > 1085);  // 1,233 degrees of freedom, p = 0.001 on either side
  CHECK(chi_squared < 1392);
}

TEST_CASE("many rows and classes are drawn less often") {
  CHECK(resample_count(2, 2, 2.5e8) == 2000);
  CHECK(resample_count(100'000, 2, 2.5e8) == 2000);
  CHECK(resample_count(100'000, 1, 2.5e8) == 2000);
  CHECK(resample_count(500'000, 2, 2.5e8) == 499);
  CHECK(resample_count(10'000'000, 2, 2.5e8) == 200);
  CHECK(resample_count(20'000, 10, 2.5e8) == 1249);
  CHECK(resample_count(1000, 500, 2.5e8) == 333);
}
