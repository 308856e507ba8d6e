// Expected values: scipy 1.17 (chi2.sf, chi2.isf, kstwobign.sf, chi2_contingency without correction), psi, the parts of
// the likelihood ratio and Holm by numpy.
#include "metrics/drift.h"

#include <algorithm>

#include "base/random.h"
#include "catch.h"

using namespace mdl;
using Counts = std::vector<int64_t>;

namespace {

/// `count` cells, each in one of `bins` bins with the same chance.
Counts draw_counts(size_t bins, size_t count, uint32_t stream) {
  const Random random(7, Purpose::kSample, stream);
  Counts counts(bins);
  for (size_t i = 0; i < count; ++i) ++counts[static_cast<size_t>(random.uniform(i) * static_cast<double>(bins))];
  return counts;
}

ColumnDrift drift_of_one(bool numeric, const Counts& trained, const Counts& seen) {
  return drift_of({{"x", numeric, trained, seen}}).columns[0];
}

}  // namespace

TEST_CASE("the tail of the chi-square distribution is SciPy's") {
  CHECK(chi_square_tail(3.841458820694124, 1) == Approx(0.05).epsilon(1e-12));
  CHECK(chi_square_tail(0.001, 1) == Approx(0.9747728793699604).epsilon(1e-12));
  CHECK(chi_square_tail(0.5, 3) == Approx(0.9188914116546758).epsilon(1e-12));
  CHECK(chi_square_tail(1e-8, 2) == Approx(0.999999995).epsilon(1e-12));
  CHECK(chi_square_tail(30, 10) == Approx(0.000856641210775301).epsilon(1e-11));
  CHECK(chi_square_tail(2500, 2400) == Approx(0.07587291154280836).epsilon(1e-10));
  CHECK(chi_square_tail(2300, 2400) == Approx(0.9270639681839097).epsilon(1e-10));
  CHECK(chi_square_tail(4096, 4096) == Approx(0.49706150462322).epsilon(1e-10));
  CHECK(chi_square_tail(150, 20) == Approx(6.285681673933351e-22).epsilon(1e-11));
  CHECK(chi_square_tail(1e5, 20) == 0);
  CHECK(chi_square_tail(0, 4) == 1);
}

TEST_CASE("the limits of the chi-square distribution are SciPy's") {
  CHECK(chi_square_limit(0.05, 1) == Approx(3.8414588206941285).epsilon(1e-12));
  CHECK(chi_square_limit(0.05, 19) == Approx(30.143527205646155).epsilon(1e-12));
  CHECK(chi_square_limit(0.05, 4097) == Approx(4247.021656530802).epsilon(1e-10));
  CHECK(chi_square_limit(0.5, 2) == Approx(1.386294361119891).epsilon(1e-12));
  CHECK(chi_square_limit(0.001, 7) == Approx(24.321886347856854).epsilon(1e-12));
}

TEST_CASE("the tail of Kolmogorov's distribution is SciPy's") {
  CHECK(kolmogorov_tail(0.2) == Approx(0.999999999999495).epsilon(1e-14));
  CHECK(kolmogorov_tail(0.5) == Approx(0.9639452436648751).epsilon(1e-12));
  CHECK(kolmogorov_tail(0.99) == Approx(0.2808738392255489).epsilon(1e-12));
  CHECK(kolmogorov_tail(1) == Approx(0.26999967167735456).epsilon(1e-12));
  CHECK(kolmogorov_tail(1.01) == Approx(0.25943416909359746).epsilon(1e-12));
  CHECK(kolmogorov_tail(1.36) == Approx(0.049485876755377876).epsilon(1e-12));
  CHECK(kolmogorov_tail(2) == Approx(0.0006709252557796953).epsilon(1e-12));
  CHECK(kolmogorov_tail(5) == Approx(3.8574996959278356e-22).epsilon(1e-12));
  CHECK(kolmogorov_tail(0) == 1);
}

TEST_CASE("psi, its limit and the corrected p-values are those of their definitions") {
  const Drift drift = drift_of(
      {{"home", false, {200, 150, 45, 3, 2, 0, 0}, {90, 79, 27, 2, 1, 1, 0}},  // 3 and 2 joined
       {"age", true, {100, 100, 100, 100, 0}, {30, 60, 55, 45, 10}},           // chi-square sees more
       {"income", true, {50, 50, 50, 50, 50, 50, 50, 50, 0}, {16, 18, 21, 24, 26, 29, 32, 34, 0}},  // Kolmogorov
       {"job", false, {300, 95, 5, 0}, {60, 130, 10, 0}}});
  REQUIRE(drift.columns.size() == 4);
  CHECK(drift.found);
  const ColumnDrift &job = drift.columns[0], &age = drift.columns[1], &income = drift.columns[2],
                    &home = drift.columns[3];
  CHECK(job.column == "job");
  CHECK_FALSE(job.numeric);
  CHECK(job.psi == Approx(0.8711605553413299).epsilon(1e-12));
  CHECK(job.psi_limit == Approx(0.044935984103309866).epsilon(1e-12));
  CHECK(job.p_value == Approx(1.1599032459513974e-24).epsilon(1e-10));
  CHECK(job.drifted);
  CHECK(age.column == "age");
  CHECK(age.numeric);
  CHECK(age.psi == Approx(0.25264269379489873).epsilon(1e-12));
  CHECK(age.psi_limit == Approx(0.07115796777585869).epsilon(1e-12));
  CHECK(age.p_value == Approx(2.8773853982796307e-05).epsilon(1e-10));
  CHECK(age.drifted);
  CHECK(income.column == "income");
  CHECK(income.psi == Approx(0.05846322018248541).epsilon(1e-12));
  CHECK(income.psi_limit == Approx(0.10550355337005125).epsilon(1e-12));
  CHECK(income.p_value == Approx(0.42286334333473713).epsilon(1e-10));
  CHECK_FALSE(income.drifted);
  CHECK(home.column == "home");
  CHECK(home.psi == Approx(0.02250221131311087).epsilon(1e-12));
  CHECK(home.psi_limit == Approx(0.07115796777585869).epsilon(1e-12));
  CHECK(home.p_value == Approx(0.4553764805895383).epsilon(1e-10));
  CHECK_FALSE(home.drifted);
}

TEST_CASE("a little drift of many rows and a large psi of few rows are no drift") {
  const ColumnDrift little = drift_of_one(true, {500'000, 500'000, 0}, {490'000, 510'000, 0});
  CHECK(little.p_value < 1e-30);
  CHECK(little.psi < 0.01);
  CHECK_FALSE(little.drifted);
  const ColumnDrift few = drift_of_one(true, {500, 500, 0}, {8, 12, 0});
  CHECK(few.psi > 0.01);
  CHECK(few.p_value > 0.3);
  CHECK_FALSE(few.drifted);
}

TEST_CASE("cells that have gone missing and categories never seen in training are drift") {
  CHECK(drift_of_one(true, {500, 500, 0}, {40, 40, 20}).drifted);
  CHECK(drift_of_one(false, {500, 500, 0, 0}, {40, 40, 20, 0}).drifted);
}

TEST_CASE("one row tells nothing, whatever it is") {
  const ColumnDrift one = drift_of_one(true, {500, 500, 0}, {1, 0, 0});
  CHECK(one.psi == Approx(0).margin(1e-15));
  CHECK(one.psi_limit == 0);
  CHECK(one.p_value > 0.3);
  CHECK_FALSE(one.drifted);
}

TEST_CASE("one cell of a rare kind among few is no drift") {
  const ColumnDrift rare = drift_of_one(false, {500, 470, 10, 10, 10, 0, 0}, {10, 9, 0, 1, 0, 0, 0});
  CHECK(rare.p_value > 0.5);
  CHECK_FALSE(rare.drifted);
}

TEST_CASE("of many categories with few rows each some drift is still seen") {
  std::vector<int64_t> trained(102), seen(102);
  for (size_t k = 0; k < 100; ++k) {
    trained[k] = 50;
    seen[k] = k < 50 ? 2 : 0;
  }
  CHECK(drift_of_one(false, trained, seen).drifted);
}

TEST_CASE(
    "without drift about five of a hundred columns pass the psi limit, and no more than five of a hundred tables a "
    "corrected p-value") {
  constexpr int kTables = 200, kColumns = 10;
  int above = 0, significant = 0;
  for (uint32_t table = 0; table < kTables; ++table) {
    std::vector<ColumnCounts> columns;
    for (uint32_t c = 0; c < kColumns; ++c) {
      const uint32_t stream = 2 * (table * kColumns + c);
      columns.push_back({"x", c % 2 == 0, draw_counts(20, 3000, stream), draw_counts(20, 1000, stream + 1)});
    }
    const std::vector<ColumnDrift> found = drift_of(columns).columns;
    above += static_cast<int>(std::count_if(found.begin(), found.end(),
                                            [](const ColumnDrift& column) { return column.psi > column.psi_limit; }));
    significant += std::any_of(found.begin(), found.end(),
                               [](const ColumnDrift& column) { return column.p_value < 0.05; });
  }
  CHECK(above > 0.035 * kTables * kColumns);
  CHECK(above < 0.065 * kTables * kColumns);
  CHECK(significant <= 20);  // of 200, of which 10 are to be expected at most
}
