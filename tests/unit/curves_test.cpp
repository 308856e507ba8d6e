// Expected values: scikit-learn 1.9.1 on the same rows (roc_curve with drop_intermediate=False, calibration_curve with
// strategy="quantile").
#include "metrics/curves.h"

#include <limits>

#include "catch.h"

using namespace mdl;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

const std::vector<RankedRow> kTied = {{.9, true},  {.8, true},  {.8, false}, {.6, true},
                                      {.5, false}, {.5, false}, {.5, true},  {.1, false}};

void check_curve(const std::vector<CurvePoint>& found, const std::vector<CurvePoint>& expected) {
  REQUIRE(found.size() == expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i);
    CHECK(found[i].x == Approx(expected[i].x).epsilon(0).margin(1e-12));
    CHECK(found[i].y == Approx(expected[i].y).epsilon(0).margin(1e-12));
    CHECK(found[i].threshold == expected[i].threshold);
  }
}

void check_bins(const std::vector<CalibrationBin>& found, const std::vector<CalibrationBin>& expected) {
  REQUIRE(found.size() == expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i);
    CHECK(found[i].mean_score == Approx(expected[i].mean_score).epsilon(0).margin(1e-12));
    CHECK(found[i].share_positive == Approx(expected[i].share_positive).epsilon(0).margin(1e-12));
    CHECK(found[i].rows == expected[i].rows);
  }
}

}  // namespace

TEST_CASE("rows are sorted by score, highest first") {
  std::vector<RankedRow> rows = {{.1, false}, {.9, true}, {.5, false}};
  sort_by_score(rows);
  CHECK(rows[0].score == .9);
  CHECK(rows[0].positive);
  CHECK(rows[1].score == .5);
  CHECK(rows[2].score == .1);
}

TEST_CASE("the area under the ROC curve counts a tie half") {
  CHECK(roc_auc(kTied) == Approx(0.78125).epsilon(0).margin(1e-12));
  CHECK(roc_auc({{.5, true}, {.5, false}}) == 0.5);
  CHECK(roc_auc({{.6, true}, {.5, false}}) == 1.0);
  CHECK(roc_auc({{.6, false}, {.5, true}}) == 0.0);
}

TEST_CASE("the order of rows with the same score changes nothing") {
  const std::vector<RankedRow> reordered = {{.9, true}, {.8, false}, {.8, true},  {.6, true},
                                            {.5, true}, {.5, false}, {.5, false}, {.1, false}};
  CHECK(roc_auc(reordered) == roc_auc(kTied));
  CHECK(average_precision(reordered) == average_precision(kTied));
  CHECK(roc_curve(reordered).size() == roc_curve(kTied).size());
}

TEST_CASE("average precision adds up precision by steps of recall") {
  CHECK(average_precision(kTied) == Approx(0.7470238095238095).epsilon(0).margin(1e-12));
  CHECK(average_precision({{.9, true}, {.5, true}}) == 1.0);
}

TEST_CASE("the ROC curve has a point for every distinct score") {
  check_curve(roc_curve(kTied),
              {{0, 0, kInfinity}, {0, .25, .9}, {.25, .5, .8}, {.25, .75, .6}, {.75, 1, .5}, {1, 1, .1}});
}

TEST_CASE("the precision-recall curve starts at recall 0 and precision 1") {
  check_curve(precision_recall_curve(kTied), {{0, 1, kInfinity},
                                              {.25, 1, .9},
                                              {.5, 0.6666666666666666, .8},
                                              {.75, .75, .6},
                                              {1, 0.5714285714285714, .5},
                                              {1, .5, .1}});
}

TEST_CASE("where a class is absent, what needs it is undefined") {
  const std::vector<RankedRow> positive = {{.9, true}, {.5, true}}, negative = {{.9, false}, {.5, false}};
  CHECK_FALSE(roc_auc(positive));
  CHECK_FALSE(roc_auc(negative));
  CHECK_FALSE(roc_auc({}));
  CHECK_FALSE(average_precision(negative));
  CHECK_FALSE(average_precision({}));
  CHECK(roc_curve(positive).empty());
  CHECK(roc_curve(negative).empty());
  CHECK(roc_curve({}).empty());
  check_curve(precision_recall_curve(positive), {{0, 1, kInfinity}, {.5, 1, .9}, {1, 1, .5}});
  CHECK(precision_recall_curve(negative).empty());
  CHECK(precision_recall_curve({}).empty());
}

TEST_CASE("calibration bins have equal mass and never part rows with the same score") {
  check_bins(calibration(kTied, 2), {{.4, .25, 4}, {.775, .75, 4}});
  check_bins(calibration(kTied, 3), {{.4, .25, 4}, {.6, 1, 1}, {0.8333333333333333, 0.6666666666666666, 3}});
  check_bins(calibration(kTied), {{.1, 0, 1}, {.5, 0.3333333333333333, 3}, {.6, 1, 1}, {.8, .5, 2}, {.9, 1, 1}});
  check_bins(calibration(kTied, 1), {{.5875, .5, 8}});
}

TEST_CASE("a score that is the edge of two calibration bins belongs to the lower one") {
  const std::vector<RankedRow> rows = {{1.0, true}, {.9, false}, {.8, true}, {.7, true},  {.6, true}, {.5, false},
                                       {.4, true},  {.3, false}, {.2, true}, {.1, false}, {.0, false}};
  check_bins(calibration(rows), {{.05, 0, 2},
                                 {.2, 1, 1},
                                 {.3, 0, 1},
                                 {.4, 1, 1},
                                 {.5, 0, 1},
                                 {.6, 1, 1},
                                 {.7, 1, 1},
                                 {.8, 1, 1},
                                 {.9, 0, 1},
                                 {1, 1, 1}});
}

TEST_CASE("the edges of calibration bins are rounded as in numpy.percentile") {
  check_bins(calibration({{.95, true}, {.42, false}, {.31, false}}, 2), {{.365, 0, 2}, {.95, 1, 1}});
  check_bins(calibration({{.69, true}, {.63, true}, {.52, false}, {.31, false}}, 3),
             {{.415, 0, 2}, {.63, 1, 1}, {.69, 1, 1}});
  check_bins(calibration({{.75, true}, {.5, true}, {.25, false}, {0, false}}, 3),
             {{0, 0, 1}, {.25, 0, 1}, {.625, 1, 2}});
}

TEST_CASE("rows of one score are one calibration bin, no rows are none") {
  check_bins(calibration({{.5, true}, {.5, false}, {.5, false}, {.5, true}}), {{.5, .5, 4}});
  check_bins(calibration({{.25, true}}), {{.25, 1, 1}});
  CHECK(calibration({}).empty());
}
