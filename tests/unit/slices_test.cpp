// Expected values: fairlearn 0.15.0 (demographic_parity_difference and _ratio, equalized_odds_difference) and
// scikit-learn 1.9.1 on the groups of at least 30 rows.
#include "metrics/slices.h"

#include "catch.h"

using namespace mdl;

namespace {

Slice compare(const std::vector<ClassificationRows>& counts) {
  Slice slice{.columns = {"g"}};
  std::vector<GroupRates> rates;
  for (const ClassificationRows& group : counts) {
    slice.groups.push_back(
        {.values = {"x"}, .rows = group.rows(), .small = group.rows() < kSmallGroup, .scores = group.scores()});
    rates.push_back(rates_of(group));
  }
  compare_groups(slice, rates);
  return slice;
}

/// Groups of 40, 35, 31 and 5 rows.
std::vector<ClassificationRows> groups(bool weighted) {
  const size_t rows[] = {40, 35, 31, 5};
  const float weights[] = {1, .5, 2};
  std::vector<ClassificationRows> counts;
  for (size_t i = 0; i < 4; ++i) {
    ClassificationRows& group = counts.emplace_back(2, 1);
    for (size_t j = 0; j < rows[i]; ++j) {
      const int predicted = (j * 3 + i * 2) % 7 < 3;
      group.add((j * 7 + i) % 5 < 2, predicted, std::vector<double>{predicted ? .25 : .75, predicted ? .75 : .25},
                weighted ? weights[j % 3] : 1);
    }
  }
  return counts;
}

}  // namespace

TEST_CASE("groups of two classes are compared by fairlearn's measures, small ones left out") {
  const Slice slice = compare(groups(false));
  CHECK(slice.groups[3].small);
  CHECK(slice.demographic_parity_difference == Approx(0.009216589861751112).epsilon(0).margin(1e-12));
  CHECK(slice.demographic_parity_ratio == Approx(0.9784946236559141).epsilon(0).margin(1e-12));
  CHECK(slice.equalized_odds_difference == Approx(0.16666666666666669).epsilon(0).margin(1e-12));
}

TEST_CASE("measures of fairness respect weights") {
  const Slice slice = compare(groups(true));
  CHECK(slice.demographic_parity_difference == Approx(0.03808243727598565).epsilon(0).margin(1e-12));
  CHECK(slice.demographic_parity_ratio == Approx(0.9136178861788619).epsilon(0).margin(1e-12));
  CHECK(slice.equalized_odds_difference == Approx(0.2142857142857143).epsilon(0).margin(1e-12));
}

TEST_CASE("a gap is between the best and the worst group that is not small") {
  const SliceGap gap = compare(groups(false)).gaps.at(0);
  CHECK(gap.metric == Metric::kAccuracy);
  CHECK(gap.highest == 0);
  CHECK(gap.lowest == 2);
  CHECK(gap.difference == Approx(0.575 - 0.45161290322580644).epsilon(0).margin(1e-12));
  CHECK(gap.ratio == Approx(0.45161290322580644 / 0.575).epsilon(0).margin(1e-12));
}

TEST_CASE("a rate that a group does not have leaves equalized odds undefined, parity not") {
  std::vector<ClassificationRows> counts = groups(false);
  ClassificationRows& none_positive = counts.emplace_back(2, 1);
  for (int j = 0; j < 40; ++j) none_positive.add(0, 0, std::vector<double>{.75, .25});
  const Slice slice = compare(counts);
  CHECK_FALSE(slice.equalized_odds_difference);
  CHECK(slice.demographic_parity_ratio == 0.0);
  for (const SliceGap& gap : slice.gaps) CHECK(gap.metric != Metric::kRocAuc);
}

TEST_CASE("a group whose rows weigh nothing is compared with none") {
  std::vector<ClassificationRows> counts = groups(false);
  ClassificationRows weightless(2, 1);
  for (int j = 0; j < 50; ++j) weightless.add(j % 2, 0, std::vector<double>{.75, .25}, 0);
  counts.insert(counts.begin(), weightless);
  CHECK_FALSE(rates_of(weightless).selected);
  const Slice slice = compare(counts), without = compare(groups(false));
  CHECK(slice.demographic_parity_difference == without.demographic_parity_difference);
  CHECK(slice.demographic_parity_ratio == without.demographic_parity_ratio);
  CHECK(slice.equalized_odds_difference == without.equalized_odds_difference);
  REQUIRE(slice.gaps.size() == without.gaps.size());
  CHECK(slice.gaps[0].highest == without.gaps[0].highest + 1);
}

TEST_CASE("one group that is not small is compared with none") {
  const std::vector<ClassificationRows> all = groups(false);
  const Slice slice = compare({all[0], all[3]});
  CHECK(slice.gaps.empty());
  CHECK_FALSE(slice.demographic_parity_difference);
}
