// Expected values of proportions: SciPy 1.17 (beta.ppf). scripts/bench/coverage shows how often the intervals miss.
#include "metrics/intervals.h"

#include <cmath>
#include <map>
#include <random>

#include "catch.h"
#include "metrics/calibration.h"
#include "metrics/calibration_error.h"
#include "metrics/gate.h"
#include "metrics/influence.h"
#include "metrics/mean_interval.h"

using namespace mdl;

namespace {

struct Row {
  int label, predicted;
  std::vector<double> probabilities;
  double weight = 1;
};

ClassificationRows count(size_t classes, size_t positive, const std::vector<Row>& rows) {
  ClassificationRows counts(classes, positive);
  for (const Row& row : rows) counts.add(row.label, row.predicted, row.probabilities, row.weight);
  return counts;
}

const std::vector<Row> kTwoClasses = {{0, 0, {.9, .1}}, {1, 1, {.2, .8}}, {1, 0, {.6, .4}}, {0, 1, {.4, .6}},
                                      {1, 1, {.4, .6}}, {0, 0, {.7, .3}}, {1, 1, {.1, .9}}, {0, 1, {.5, .5}}};

/// Rows of classes that the model tells apart more or less, each of which may weigh otherwise.
std::vector<Row> random_rows(size_t rows, size_t classes, uint64_t seed, bool weighted = false) {
  std::mt19937_64 engine(seed);
  std::uniform_real_distribution<double> uniform;
  std::vector<Row> out;
  for (size_t i = 0; i < rows; ++i) {
    Row& row = out.emplace_back(
        Row{static_cast<int>(uniform(engine) * static_cast<double>(classes)), 0, std::vector<double>(classes)});
    double sum = 0;
    for (double& p : row.probabilities) sum += p = std::floor(1 + 20 * uniform(engine));
    row.probabilities[static_cast<size_t>(row.label)] += 15;
    for (double& p : row.probabilities) p /= sum + 15;
    row.predicted = static_cast<int>(std::max_element(row.probabilities.begin(), row.probabilities.end()) -
                                     row.probabilities.begin());
    if (weighted) row.weight = 0.5 + uniform(engine);
  }
  return out;
}

std::map<Metric, Interval> found(const Intervals& intervals) { return {intervals.begin(), intervals.end()}; }

void check_interval(const Interval& found, const Interval& expected) {
  CHECK(found.low == Approx(expected.low).epsilon(0).margin(1e-11));
  CHECK(found.high == Approx(expected.high).epsilon(0).margin(1e-11));
}

RegressionRows count_errors(const std::vector<double>& errors) {
  RegressionRows counts;
  for (size_t i = 0; i < errors.size(); ++i)
    counts.add(10 + static_cast<double>(i % 7), 10 + static_cast<double>(i % 7) + errors[i]);
  return counts;
}

}  // namespace

TEST_CASE("a proportion has an exact interval") {
  check_interval(proportion(0, 10, 0.95), {0, 0.3084971078187607});
  check_interval(proportion(10, 10, 0.95), {0.6915028921812392, 1});
  check_interval(proportion(7, 10, 0.95), {0.34754714994000274, 0.9332604888222655});
  check_interval(proportion(7, 10, 0.99), {0.26488601471286927, 0.9629927789037679});
  check_interval(proportion(1, 1, 0.5), {0.25, 1});
  check_interval(proportion(123, 4567, 0.95), {0.022432278104357845, 0.03205011206904826});
  check_interval(proportion(999'000, 1'000'000, 0.999), {0.998891666063247, 0.9991007464374924});
  check_interval(proportion(3.5, 7.25, 0.9), {0.1677504963627347, 0.8085733798649852});
}

TEST_CASE("Student's quantile is good to a few percent from two degrees of freedom on") {
  CHECK(normal_quantile(0.95) == Approx(1.959963984540054));
  CHECK(student_quantile(0.95, 2) == Approx(4.302652729749462).epsilon(0.04));
  CHECK(student_quantile(0.95, 3) == Approx(3.1824463052837078).epsilon(0.01));
  CHECK(student_quantile(0.99, 4) == Approx(4.604094871349992).epsilon(0.02));
  CHECK(student_quantile(0.95, 5) == Approx(2.5705818356363146).epsilon(0.002));
  CHECK(student_quantile(0.95, 30) == Approx(2.0422724563012378).epsilon(1e-4));
}

TEST_CASE("of two classes proportions and f1 have exact intervals, in any order of the rows") {
  const auto intervals = found(intervals_of(count(2, 1, kTwoClasses), 0.95));
  check_interval(intervals.at(Metric::kAccuracy), proportion(5, 8, 0.95));
  check_interval(intervals.at(Metric::kPrecision), proportion(3, 5, 0.95));
  check_interval(intervals.at(Metric::kRecall), proportion(3, 4, 0.95));
  const Interval fraction = proportion(3, 6, 0.95);  // of hits among hits, misses and false alarms
  check_interval(intervals.at(Metric::kF1),
                 {2 * fraction.low / (1 + fraction.low), 2 * fraction.high / (1 + fraction.high)});
  const std::vector<Row> reversed(kTwoClasses.rbegin(), kTwoClasses.rend());
  for (const auto& [metric, interval] : intervals_of(count(2, 1, reversed), 0.95))
    check_interval(interval, intervals.at(metric));
}

TEST_CASE("a label's influence is the derivative of the scores by the row's weight") {
  for (const size_t classes : {size_t{2}, size_t{4}}) {
    std::vector<Row> rows = random_rows(60, classes, classes, /*weighted=*/true);
    rows[7].label = -1;
    rows[9].label = -2;
    const auto scores_with = [&](int label, int predicted, double weight) {
      ClassificationSums sums(classes);
      for (const Row& row : rows) sums.count(row.label, row.predicted, row.weight);
      sums.count(label, predicted, weight);
      return sums.scores(1, {}, {});
    };
    LabelInfluence influence(classes, 1);
    for (const Row& row : rows) influence.count(row.label, row.predicted, row.weight);
    const LabelInfluence::Values values = influence.scores();
    for (const auto& [label, predicted] : {std::pair(0, 0), {0, 1}, {1, 0}, {1, 1}, {-1, 0}, {-2, 1}}) {
      const LabelInfluence::Values of = influence.of(label, predicted);
      const Scores more = scores_with(label, predicted, 1e-6), less = scores_with(label, predicted, -1e-6);
      for (const auto& [metric, score] : more) {
        CAPTURE(classes, label, predicted, name_of(metric));
        CHECK(values[static_cast<size_t>(metric)] == Approx(score).margin(1e-6));
        CHECK(of[static_cast<size_t>(metric)] == Approx((score - *score_of(less, metric)) / 2e-6).margin(1e-7));
      }
    }
  }
}

TEST_CASE("a row's influence on the areas is their derivative, and the bias follows from the second one") {
  std::vector<RankedRow> rows = {{.5, false, 1},  {.9, true, 2}, {.8, false, .5}, {.8, true, 1},
                                 {.7, true, 1.5}, {.5, true, 1}, {.1, false, 1}};
  const AreaInfluence influence = area_influence(rows);
  const auto areas = [&](size_t row, double more) {
    std::vector<RankedRow> changed = rows;
    changed[row].weight += more;
    sort_by_score(changed);
    return areas_of(changed);
  };
  CHECK(influence.roc_auc == Approx(*areas(0, 0).roc_auc));
  CHECK(influence.average_precision == Approx(*areas(0, 0).average_precision));
  constexpr double kStep = 1e-4;
  double bias = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(i);
    const RankingMetrics more = areas(i, kStep), less = areas(i, -kStep), here = areas(i, 0);
    CHECK(influence.of_roc_auc[i] ==
          Approx(rows[i].weight * (*more.roc_auc - *less.roc_auc) / (2 * kStep)).margin(1e-7));
    CHECK(influence.of_average_precision[i] ==
          Approx(rows[i].weight * (*more.average_precision - *less.average_precision) / (2 * kStep)).margin(1e-7));
    bias += rows[i].weight * rows[i].weight *
            (*more.average_precision - 2 * *here.average_precision + *less.average_precision) / (kStep * kStep) / 2;
  }
  CHECK(influence.bias == Approx(bias).margin(1e-6));
}

TEST_CASE("each interval holds its score and ends where scores do, wider for more confidence") {
  for (const size_t classes : {size_t{2}, size_t{5}}) {
    for (const size_t rows : {size_t{2}, size_t{10}, size_t{200}}) {
      const ClassificationRows counts = count(classes, 1, random_rows(rows, classes, rows));
      const auto wide = found(intervals_of(counts, 0.99));
      for (const auto& [metric, interval] : intervals_of(counts, 0.8)) {
        CAPTURE(classes, rows, name_of(metric));
        const double score = *score_of(counts.scores(), metric);
        CHECK((interval.low <= score && score <= interval.high && interval.low < interval.high));
        CHECK((wide.at(metric).low <= interval.low && interval.high <= wide.at(metric).high));
        if (metric != Metric::kLogLoss)
          CHECK((wide.at(metric).low >= (metric == Metric::kMcc ? -1 : 0) && wide.at(metric).high <= 2));
      }
    }
  }
}

TEST_CASE("a model that makes no mistake on the rows may make some on others") {
  std::vector<Row> rows;
  for (int i = 0; i < 100; ++i) rows.push_back(i % 2 == 0 ? Row{0, 0, {.99, .01}} : Row{1, 1, {.01, .99}});
  const ClassificationRows counts = count(2, 1, rows);
  for (const auto& [metric, interval] : intervals_of(counts, 0.95)) {
    if (!higher_is_better(metric)) continue;
    CAPTURE(name_of(metric));
    CHECK(interval.high == 1);
    CHECK(interval.low < 0.985);
    CHECK(interval.low > 0.85);
  }
  CHECK(found(intervals_of(counts, 0.95)).at(Metric::kLogLoss).high > 0.03);  // one row of 150 is wrong
}

TEST_CASE(
    "a class of two rows is not ranked well or badly, and a class that never occurs is told apart by nobody knows "
    "what") {
  std::vector<Row> rows = random_rows(50, 3, 1);
  for (Row& row : rows) row.label = row.label == 2 ? 0 : row.label;
  rows[0].label = rows[1].label = 2;
  const auto two = found(intervals_of(count(3, 1, rows), 0.95));
  CHECK(two.count(Metric::kRocAuc) == 0);
  CHECK(two.count(Metric::kAveragePrecision) == 0);
  CHECK(two.at(Metric::kRecallMacro).high - two.at(Metric::kRecallMacro).low > 0.3);
  rows[2].label = 2;
  CHECK(found(intervals_of(count(3, 1, rows), 0.95)).count(Metric::kRocAuc) == 1);
}

TEST_CASE("an unknown label leaves intervals of the scores that are defined") {
  std::vector<Row> rows = random_rows(40, 2, 3);
  rows[5].label = -1;
  std::vector<std::string> names;
  const ClassificationRows counts = count(2, 1, rows);
  for (const auto& [metric, interval] : intervals_of(counts, 0.95)) names.emplace_back(name_of(metric));
  std::vector<std::string> scored;
  for (const auto& [metric, score] : counts.scores()) scored.emplace_back(name_of(metric));
  CHECK(names == scored);
}

TEST_CASE("intervals do not hang on the unit of the weights, and rows of weight 0 on nothing") {
  const std::vector<Row> rows = random_rows(80, 3, 5, /*weighted=*/true);
  std::vector<Row> scaled = rows;
  for (Row& row : scaled) row.weight *= 1000;
  for (int i = 0; i < 30; ++i) scaled.push_back({0, 2, {.1, .2, .7}, 0});
  const auto expected = found(intervals_of(count(3, 1, rows), 0.95));
  for (const auto& [metric, interval] : intervals_of(count(3, 1, scaled), 0.95)) {
    CAPTURE(name_of(metric));
    check_interval(interval, expected.at(metric));
  }
  RegressionRows once, thousand;
  for (int i = 0; i < 60; ++i) {
    const double label = i % 11, predicted = label + std::sin(i * 12.9898), weight = 1 + i % 3;
    once.add(label, predicted, weight);
    thousand.add(label, predicted, 1000 * weight);
  }
  const auto of_once = found(intervals_of(once, 0.95));
  for (const auto& [metric, interval] : intervals_of(thousand, 0.95)) check_interval(interval, of_once.at(metric));
}

TEST_CASE("errors whose squares have no mean have no interval of their mean, and a gate on it is undecided") {
  std::vector<double> errors, usual;
  for (int i = 0; i < 1000; ++i) {
    const double u = (i + 0.5) / 1000;
    errors.push_back(std::pow(u, -1 / 1.2));  // squares: a Pareto tail with index 0.6
    usual.push_back(std::pow(u, -1 / 6.0));
  }
  const RegressionRows counts = count_errors(errors);
  const auto intervals = found(intervals_of(counts, 0.95));
  CHECK(intervals.count(Metric::kRmse) == 0);
  CHECK(intervals.count(Metric::kR2) == 0);
  CHECK(intervals.count(Metric::kMedianAbsoluteError) == 1);
  const Intervals all = intervals_of(counts, 0.95);
  CHECK(judge({Metric::kRmse, 1e9}, counts.scores(), &all).verdict == Verdict::kUndecided);
  CHECK(found(intervals_of(count_errors(usual), 0.95)).count(Metric::kRmse) == 1);
}

TEST_CASE("a heavy tail raises the upper end, by less where more rows show it") {
  const auto high = [](int rows, double index) {
    Values values;
    for (int i = 0; i < rows; ++i) values.of_row.push_back(std::pow((i + 0.5) / rows, -1 / index));
    return heavy_mean_interval(values, 0.95)->high / (index / (index - 1));
  };
  CHECK(high(1000, 1.5) > 1.2);
  CHECK(high(1000, 1.5) < high(100, 1.5));
  CHECK(high(1000, 5) < 1.1);
}

TEST_CASE("a median lies between the values that the exact interval of a half names") {
  Values values;
  for (int i = 1; i <= 100; ++i) values.of_row.push_back(i);
  const Interval interval = *median_interval(values, 0.95);  // ranks 40 and 61, as by the binomial distribution
  CHECK(interval.low == 40);
  CHECK(interval.high == 61);
  CHECK_FALSE(median_interval({.of_row = {1, 2, 3}, .weights = {}}, 0.95));
}

TEST_CASE("an ece that chance explains may be 0, and a large one is not") {
  const auto ece = [](double fraction) {
    std::vector<RankedRow> rows;
    for (int i = 0; i < 300; ++i) rows.push_back({0.5 + 1e-4 * i, i % 10 < 10 * fraction});
    sort_by_score(rows);
    return CalibrationError(rows, reliability_of(rows).ece, 0.95).interval();
  };
  CHECK(ece(0.5).low <= 0);
  CHECK(ece(0.9).low > 0.2);
  CHECK(ece(0.9).high < 0.5);
}

TEST_CASE("a model differs from itself by nothing, and from another as far as the other from it") {
  const std::vector<Row> rows = random_rows(100, 3, 11);
  std::vector<Row> others = random_rows(100, 3, 12);
  for (size_t i = 0; i < rows.size(); ++i) others[i].label = rows[i].label;
  const ClassificationRows a = count(3, 1, rows), b = count(3, 1, others);
  for (const auto& [metric, interval] : intervals_of_differences(a, a, 0.95)) check_interval(interval, {0, 0});
  const auto back = found(intervals_of_differences(b, a, 0.95));
  for (const auto& [metric, interval] : intervals_of_differences(a, b, 0.95)) {
    CAPTURE(name_of(metric));
    check_interval(interval, {-back.at(metric).high, -back.at(metric).low});
    const double difference = *score_of(a.scores(), metric) - *score_of(b.scores(), metric);
    CHECK((interval.low < difference && difference < interval.high));
  }
  const RegressionRows c = count_errors({1, -2, .5, 3, -1, .25, 2, -.5, 1, 4}),
                       d = count_errors({2, -1, .5, 2, -1.5, 1, 2, -1, 0, 3});
  for (const auto& [metric, interval] : intervals_of_differences(c, c, 0.95)) check_interval(interval, {0, 0});
  const auto other_way = found(intervals_of_differences(d, c, 0.95));
  CHECK(other_way.size() == 5);
  for (const auto& [metric, interval] : intervals_of_differences(c, d, 0.95)) {
    check_interval(interval, {-other_way.at(metric).high, -other_way.at(metric).low});
  }
}

TEST_CASE("two models that agree on all labels may disagree on others") {
  std::vector<Row> rows = random_rows(100, 2, 21), blurred = rows;
  for (Row& row : blurred) {
    for (double& p : row.probabilities) p = 0.9 * p + 0.05;
  }
  const auto intervals = found(intervals_of_differences(count(2, 1, rows), count(2, 1, blurred), 0.95));
  CHECK(intervals.at(Metric::kAccuracy).low < 0);
  CHECK(intervals.at(Metric::kAccuracy).high > 0);
  CHECK(intervals.at(Metric::kAccuracy).high < 0.05);
}

TEST_CASE("the interval of an unpaired difference adds the squares of both reaches") {
  check_interval(unpaired_difference(.8, {.7, .85}, .75, {.71, .79}),
                 {.05 - std::hypot(.1, .04), .05 + std::hypot(.05, .04)});
}

TEST_CASE("fewer than two rows have no intervals") {
  CHECK(intervals_of(ClassificationRows(2, 1), 0.95).empty());
  CHECK(intervals_of(count(2, 1, {{1, 1, {.2, .8}}}), 0.95).empty());
  RegressionRows counts;
  CHECK(intervals_of(counts, 0.95).empty());
  counts.add(1, 2);
  CHECK(intervals_of(counts, 0.95).empty());
}

TEST_CASE("a gate whose bound is the truth is decided wrongly at most 5 of 100 times on either side") {
  // One class in ten, told apart by noise: the truth is what many rows say.
  const auto rows = [](size_t count, uint64_t seed) {
    std::mt19937_64 engine(seed);
    std::normal_distribution<double> normal;
    std::vector<Row> out;
    for (size_t i = 0; i < count; ++i) {
      const int label = engine() % 10 == 0;
      const double p = 1 / (1 + std::exp(-(2.0 * label - 2.5 + normal(engine))));
      out.push_back({label, p >= 0.5, {1 - p, p}});
    }
    return out;
  };
  constexpr int kRuns = 400;
  const Scores labels = count(2, 1, rows(200'000, 1)).scores();
  std::map<Metric, std::pair<int, int>> wrong;
  for (int run = 0; run < kRuns; ++run) {
    const ClassificationRows counts = count(2, 1, rows(120, 100 + static_cast<uint64_t>(run)));
    const Intervals intervals = intervals_of(counts, 0.95);
    for (const auto& [metric, label] : labels) {
      const Verdict verdict = judge({metric, label}, counts.scores(), &intervals).verdict;
      wrong[metric].first += verdict == Verdict::kPass;
      wrong[metric].second += verdict == Verdict::kFail;
    }
  }
  CHECK(wrong.size() == labels.size());
  for (const auto& [metric, times] : wrong) {
    CAPTURE(name_of(metric));
    CHECK(times.first <= kRuns / 20);
    CHECK(times.second <= kRuns / 20);
  }
}
