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

TEST_CASE("numbers are cut by their quantiles into intervals, none of them empty") {
  const auto cuts = [](const std::vector<double>& numbers) { return quantile_cuts(numbers, 5, true); };
  CHECK(cuts({10, 9, 8, 7, 6, 5, 4, 3, 2, 1}) == std::vector<double>{3, 5, 7, 9});
  CHECK(cuts({0, 0, 0, 0, 0, 0, 5, 6, 7, 8}) == std::vector<double>{5, 7});
  CHECK(cuts({1, 5, 5, 5, 5, 5, 5, 5, 5, 5}) == std::vector<double>{5});
  CHECK(cuts({5, 5, 5, 5, 5, 5, 5, 5, 5, 9}) == std::vector<double>{9});
  CHECK(cuts({4, 4, 4}).empty());
  CHECK(cuts({4}).empty());
  CHECK(cuts({}).empty());
}

TEST_CASE("a cut is the roundest number that cuts there") {
  const auto cut = [](double below, double number, bool rounded) {
    return quantile_cuts({below, number}, 2, rounded).at(0);
  };
  CHECK(cut(0.05, 0.12345678, true) == 0.1);
  CHECK(cut(0.12, 0.12345678, true) == 0.123);
  CHECK(cut(0.12, 0.12345678, false) == 0.12345678);
  CHECK(cut(-9.2, -3.7, true) == -4);
  CHECK(cut(-0.001, 0.001, true) == 0.001);
  CHECK(cut(29, 30, true) == 30);
  CHECK(cut(999, 1234, true) == 1000);
  CHECK(cut(0.1, 0.1 + 1e-16, true) == 0.1 + 1e-16);
}

TEST_CASE("an interval is known by its ends, however they are spelled") {
  CHECK(interval_name("18", "30") == "[18, 30)");
  CHECK(interval_name("", "18") == "(-inf, 18)");
  CHECK(interval_name("65", "") == "[65, inf)");
  for (const auto& [low, high] : {std::pair("", "18"), std::pair("18", "30"), std::pair("65", "")}) {
    const auto ends = interval_ends(interval_name(low, high));
    REQUIRE(ends);
    CHECK(ends->first == low);
    CHECK(ends->second == high);
  }
  for (const char* other : {"", "18", "(18, 30]", "(18, 30)", "[18, 30]", "[18)", "[-inf, 3)", "(missing)", "[,)"}) {
    CAPTURE(other);
    CHECK_FALSE(interval_ends(other));
  }
  CHECK(same_interval("[18,30.0)", " [18, 30)"));
  CHECK(same_interval("[2024-05-01, inf)", "[2024-05-01,inf)"));
  CHECK_FALSE(same_interval("[18, 30)", "[18, 31)"));
  CHECK_FALSE(same_interval("(-inf, 30)", "[18, 30)"));
}
