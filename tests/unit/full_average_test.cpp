#include "metrics/full_average.h"

#include "catch.h"

using namespace mdl;

TEST_CASE("what an average of n networks gains falls with 1 / n") {
  // 0.5 + 0.4 / n: 0.9, 0.7, 0.54 of one, two and ten.
  CHECK(of_full_average(0.9, 0.7, {.here = 2, .all = 10}) == Approx(0.54));
  CHECK(of_full_average(0.9, 0.6, {.here = 4, .all = 8}) == Approx(0.55));
  CHECK(of_full_average(0.9, 0.7, {.here = 2, .all = 2}) == Approx(0.7));
}

TEST_CASE("scores move to the average of all networks, their intervals reach from here to there") {
  using enum Metric;
  const std::vector<Scores> of_one = {{{kAccuracy, 0.7}, {kLogLoss, 0.5}, {kEce, 0.1}},
                                      {{kAccuracy, 0.8}, {kLogLoss, 0.7}, {kEce, 0.1}}};
  const Scores here = {{kAccuracy, 0.85}, {kF1, 0.9}, {kLogLoss, 0.4}, {kEce, 0.05}};
  const Intervals intervals = {{kAccuracy, {0.8, 0.9}}, {kLogLoss, {0.3, 0.6}}, {kEce, {0, 0.1}}};
  const FullAverage full = full_average(Task::kBinary, of_one, here, intervals, {.here = 2, .all = 10});
  REQUIRE(full.scores.size() == 4);
  CHECK(full.scores[0].second == Approx(0.93));
  CHECK(full.scores[1].second == 0.9);  // there is none of one network
  CHECK(full.scores[2].second == Approx(0.24));
  CHECK(full.scores[3].second == 0.05);
  REQUIRE(full.intervals.size() == 3);
  CHECK(full.intervals[0].second.low == 0.8);
  CHECK(full.intervals[0].second.high == Approx(0.98));
  CHECK(full.intervals[1].second.low == Approx(0.14));
  CHECK(full.intervals[1].second.high == 0.6);
  CHECK(full.intervals[2].second.high == 0.1);
}

TEST_CASE("a score does not leave its range on the way to the average of all networks") {
  const FullAverage full = full_average(Task::kBinary, {{{Metric::kAccuracy, 0.5}}}, {{Metric::kAccuracy, 0.9}},
                                        {{Metric::kAccuracy, {0.85, 0.95}}}, {.here = 2, .all = 10});
  CHECK(full.scores[0].second == 1);
  CHECK(full.intervals[0].second.high == 1);
}
