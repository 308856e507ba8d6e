#include "table/split.h"

#include <algorithm>
#include <set>

#include "catch.h"
#include "table_files.h"

using namespace mdl;
using Rows = std::vector<uint32_t>;

namespace {

Column column_of(const std::vector<std::string>& cells, const ColumnType& type) {
  std::string text = "c,x\n";
  for (const std::string& cell : cells) text += cell + ",1\n";
  return *table_of(text, {.types = {{"c", type}}}).find("c");
}

Split by_group(const std::vector<std::string>& cells, double fraction, int64_t seed = 0) {
  return split_by_group(column_of(cells, ColumnKind::kCategorical), Strata(cells.size()), fraction, seed);
}

Split by_time(const std::vector<std::string>& cells, double fraction, ColumnKind kind = ColumnKind::kCategorical) {
  return split_by_time(column_of(cells, kind), {}, nullptr, Strata(cells.size()), fraction);
}

const ColumnType kDates(ColumnKind::kNumeric, {.kind = NumberForm::Kind::kDate});

Split in_time(const std::vector<std::string>& cells, size_t folds, const ColumnType& type = {}, const TimeGap& gap = {},
              const std::vector<std::string>& groups = {}) {
  const Column time = column_of(cells, type);
  if (groups.empty()) return split_into_folds_by_time(time, gap, nullptr, Strata(cells.size()), folds);
  const Column group = column_of(groups, ColumnKind::kCategorical);
  return split_into_folds_by_time(time, gap, &group, Strata(cells.size()), folds);
}

std::string fold_error(const std::vector<std::string>& cells, size_t folds, const ColumnType& type = {},
                       const TimeGap& gap = {}, const std::vector<std::string>& groups = {}) {
  return TableFiles().error([&] { in_time(cells, folds, type, gap, groups); });
}

std::vector<std::string> numbered(int count) {
  std::vector<std::string> cells;
  for (int i = 0; i < count; ++i) cells.push_back(std::to_string(i));
  return cells;
}

std::vector<std::string> days(int count) {
  std::vector<std::string> cells;
  for (int i = 0; i < count; ++i) cells.push_back(fmt::format("2024-05-{:02}", i + 1));
  return cells;
}

std::string time_error(const std::vector<std::string>& cells, double fraction = 0.5) {
  return TableFiles().error([&] { by_time(cells, fraction); });
}

size_t count_of(const Rows& rows, const Strata& strata, int32_t stratum) {
  return static_cast<size_t>(
      std::count_if(rows.begin(), rows.end(), [&](uint32_t row) { return strata[row] == stratum; }));
}

}  // namespace

TEST_CASE("each class gives its share of the rows to validation") {
  Strata strata;
  for (int i = 0; i < 1000; ++i) strata.push_back(i % 10 == 0 ? 2 : i % 3 == 0 ? 1 : 0);
  const Split split = split_at_random(strata, 0.2, 7);
  CHECK(split.train.size() + split.validation.size() == 1000);
  CHECK(std::is_sorted(split.train.begin(), split.train.end()));
  CHECK(std::is_sorted(split.validation.begin(), split.validation.end()));
  CHECK(count_of(split.validation, strata, 0) == 120);  // of 600
  CHECK(count_of(split.validation, strata, 1) == 60);   // of 300
  CHECK(count_of(split.validation, strata, 2) == 20);   // of 100
  Rows all = split.train;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  CHECK(std::set<uint32_t>(all.begin(), all.end()).size() == 1000);
}

TEST_CASE("a class always keeps a row to train on") {
  const Strata strata = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2};
  for (int64_t seed = 0; seed < 20; ++seed) {
    const Split split = split_at_random(strata, 0.9, seed);
    CHECK(count_of(split.train, strata, 0) == 1);
    CHECK(count_of(split.train, strata, 1) == 1);
    CHECK(count_of(split.train, strata, 2) == 1);
  }
}

TEST_CASE("rows without a target are on neither side") {
  const Split split = split_at_random({0, kNoTarget, 0, 0, kNoTarget, 0}, 0.5, 0);
  CHECK(split.train.size() == 2);
  CHECK(split.validation.size() == 2);
  for (const Rows* rows : {&split.train, &split.validation}) {
    CHECK(std::count(rows->begin(), rows->end(), 1) == 0);
    CHECK(std::count(rows->begin(), rows->end(), 4) == 0);
  }
}

TEST_CASE("a share of zero leaves all rows in training") {
  CHECK(split_at_random({0, 1, 0, 1}, 0, 0).train == Rows{0, 1, 2, 3});
  CHECK(split_at_random({0, 1, 0, 1}, 0, 0).validation.empty());
}

TEST_CASE("the random split is a function of the seed and the row's number") {
  const Strata strata(100);
  const Split split = split_at_random(strata, 0.1, 0);
  CHECK(split_at_random(strata, 0.1, 0).validation == split.validation);
  CHECK(split_at_random(strata, 0.1, 1).validation != split.validation);
  // Which class the rows are of plays no part: all of one class are drawn alike.
  CHECK(split_at_random(Strata(100, 5), 0.1, 0).validation == split.validation);
  // A larger share draws the same rows and more.
  const Rows more = split_at_random(strata, 0.3, 0).validation;
  CHECK(std::includes(more.begin(), more.end(), split.validation.begin(), split.validation.end()));
  CHECK(split.validation == Rows{0, 30, 41, 50, 53, 54, 71, 75, 78, 82});
}

TEST_CASE("groups stay whole and near the share") {
  std::vector<std::string> cells;
  for (int i = 0; i < 1000; ++i) cells.push_back(i % 50 == 0 ? "" : fmt::format("patient {}", i * i % 83));
  for (int64_t seed = 0; seed < 10; ++seed) {
    const Split split = by_group(cells, 0.2, seed);
    CHECK(split.train.size() + split.validation.size() == 1000);
    CHECK(split.validation.size() > 180);
    CHECK(split.validation.size() < 220);
    std::set<std::string> train, validation;
    for (const uint32_t row : split.train) train.insert(cells[row]);
    for (const uint32_t row : split.validation) validation.insert(cells[row]);
    CHECK(std::none_of(validation.begin(), validation.end(),
                       [&](const std::string& group) { return train.contains(group); }));
  }
  CHECK(by_group(cells, 0.2, 3).validation == by_group(cells, 0.2, 3).validation);
  CHECK(by_group(cells, 0.2, 3).validation != by_group(cells, 0.2, 4).validation);
}

TEST_CASE("groups are drawn by their text, not by where they stand") {
  const std::vector<std::string> cells = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
  std::vector<std::string> turned(cells.rbegin(), cells.rend());
  std::set<std::string> first, second;
  for (const uint32_t row : by_group(cells, 0.3, 5).validation) first.insert(cells[row]);
  for (const uint32_t row : by_group(turned, 0.3, 5).validation) second.insert(turned[row]);
  CHECK(first.size() == 3);
  CHECK(first == second);
}

TEST_CASE("with few groups one stands on each side") {
  for (int64_t seed = 0; seed < 10; ++seed) {
    for (const double fraction : {0.01, 0.2, 0.5, 0.9}) {
      const Split split = by_group({"a", "a", "b", "b", "b"}, fraction, seed);
      CAPTURE(seed, fraction);
      CHECK_FALSE(split.train.empty());
      CHECK_FALSE(split.validation.empty());
    }
    CHECK(by_group({"a", "a", "b", "b", "b"}, 0.01, seed).validation == Rows{0, 1});
  }
}

TEST_CASE("one group alone cannot be split") {
  CHECK(TableFiles().error([] {
    by_group({"a", "a"}, 0.5);
  }) == "column 'c': all rows are in one group; data.split.group needs two or more");
  CHECK(TableFiles().error([] {
    split_by_group(column_of({"a", "b"}, ColumnKind::kCategorical), {0, kNoTarget}, 0.5, 0);
  }) == "column 'c': all rows are in one group; data.split.group needs two or more");
}

TEST_CASE("folds share the rows of each class out evenly") {
  Strata strata;
  for (int i = 0; i < 1003; ++i) strata.push_back(i % 10 == 0 ? 2 : i % 3 == 0 ? 1 : 0);
  strata[5] = kNoTarget;
  const Split split = split_into_folds(strata, 5, 7);
  REQUIRE(split.folds.size() == 5);
  CHECK(split.train.size() == 1002);
  CHECK(split.validation == split.train);
  std::set<uint32_t> all;
  for (const Rows& fold : split.folds) {
    CHECK(std::is_sorted(fold.begin(), fold.end()));
    CHECK((fold.size() == 200 || fold.size() == 201));
    CHECK((count_of(fold, strata, 2) == 20 || count_of(fold, strata, 2) == 21));
    all.insert(fold.begin(), fold.end());
  }
  CHECK(all == std::set<uint32_t>(split.train.begin(), split.train.end()));
  CHECK(split_into_folds(strata, 5, 7).folds == split.folds);
  CHECK(split_into_folds(strata, 5, 8).folds != split.folds);
}

TEST_CASE("a network leaves one fold out, on which it is validated") {
  const Split split = split_into_folds(Strata(11), 3, 0);
  for (size_t network = 0; network < 6; ++network) {
    Rows both = split.training_rows(network);
    CHECK(both.size() == 11 - split.folds[network % 3].size());
    CHECK(split.validation_rows(network) == split.folds[network % 3]);
    both.insert(both.end(), split.folds[network % 3].begin(), split.folds[network % 3].end());
    CHECK(std::set<uint32_t>(both.begin(), both.end()).size() == 11);
  }
  CHECK(split.rows_each() == 7);
  const Split fraction = split_at_random(Strata(10), 0.2, 0);
  CHECK(fraction.training_rows(3) == fraction.train);
  CHECK(fraction.validation_rows(3) == fraction.validation);
  CHECK(fraction.rows_each() == 8);
}

TEST_CASE("partitions into folds are drawn anew, the first as it would be alone") {
  const Split one = split_into_folds(Strata(100), 5, 7), three = split_into_folds(Strata(100), 5, 7, 3);
  CHECK(one.folds_each() == 5);
  CHECK(three.folds_each() == 5);
  REQUIRE(three.folds.size() == 15);
  CHECK(std::equal(one.folds.begin(), one.folds.end(), three.folds.begin()));
  for (size_t partition = 0; partition < 3; ++partition) {
    std::set<uint32_t> all;
    for (size_t fold = 0; fold < 5; ++fold) {
      const Rows& rows = three.validation_rows(5 * partition + fold);
      CHECK(rows.size() == 20);
      all.insert(rows.begin(), rows.end());
      if (partition > 0) CHECK(rows != three.validation_rows(fold));
    }
    CHECK(all.size() == 100);
  }
  CHECK(three.validation_rows(15) == three.validation_rows(0));
  CHECK(three.rows_each() == 80);
}

TEST_CASE("folds of groups keep each whole") {
  std::vector<std::string> cells;
  for (int i = 0; i < 1000; ++i) cells.push_back(fmt::format("patient {}", i * i % 83));
  const Column group = column_of(cells, ColumnKind::kCategorical);
  const Split split = split_groups_into_folds(group, Strata(1000), 5, 3);
  std::set<std::string> seen;
  for (const Rows& fold : split.folds) {
    CHECK(fold.size() > 150);
    CHECK(fold.size() < 250);
    std::set<std::string> here;
    for (const uint32_t row : fold) here.insert(cells[row]);
    for (const std::string& patient : here) CHECK(seen.insert(patient).second);
  }
  CHECK(TableFiles().error([] {
    split_groups_into_folds(column_of({"a", "a", "b"}, ColumnKind::kCategorical), Strata(3), 3, 0);
  }) == "column 'c': 2 groups are too few for train.folds: 3");
}

TEST_CASE("the latest rows validate") {
  CHECK(by_time({"2024-01-05", "2023-12-31", "2024-01-04", "2024-02-01", "2022-05-05"}, 0.4).validation == Rows{0, 3});
  CHECK(by_time({"2024-01-05", "2023-12-31", "2024-01-04", "2024-02-01", "2022-05-05"}, 0.4).train == Rows{1, 2, 4});
  CHECK(by_time({"9", "10", "-1", "100"}, 0.25, ColumnKind::kNumeric).validation == Rows{3});
  CHECK(by_time({"9", "10", "-1", "100"}, 0.5, ColumnKind::kNumeric).validation == Rows{1, 3});
}

TEST_CASE("rows of the same time stay in training where the border would divide them") {
  CHECK(by_time({"2024", "2023", "2023", "2022"}, 0.5).validation == Rows{0});
  CHECK(by_time({"2024", "2023", "2023", "2022"}, 0.75).validation == Rows{0, 1, 2});
  CHECK(by_time({"2", "1", "1", "1"}, 0.5, ColumnKind::kNumeric).validation == Rows{0});
}

TEST_CASE("of rows without a target none counts in the split by time") {
  const Split split = split_by_time(column_of({"1", "2", "3", "4", "5"}, ColumnKind::kNumeric), {}, nullptr,
                                    {0, 0, kNoTarget, 0, kNoTarget}, 0.34);
  CHECK(split.train == Rows{0, 1});
  CHECK(split.validation == Rows{3});
}

TEST_CASE("the forms of ISO 8601 are taken for times") {
  CHECK(by_time({"2024-05-31T10:00:00Z", "2024-05-31T09:59:59.5", "2024-05-30", "2024-06", "2023"}, 0.4).validation ==
        Rows{0, 3});
}

TEST_CASE("times that do not sort are refused") {
  const std::string cure =
      " cannot be sorted by time; data.split.time needs dates like 2024-05-31 (ISO 8601), or numbers";
  for (const std::string text :
       {"31.05.2024", "05/31/2024", "2024-5-31", "2024-05-1", "May 2024", "20240531", "2024/05/31", "202", "2024-"}) {
    CHECK(time_error({text, "2024-05-31"}) == "column 'c': '" + text + "'" + cure);
  }
  CHECK(time_error({"2024", "", "2023", "NA"}) ==
        "column 'c': no time in 2 of its rows; data.split.time needs one in every row");
}

TEST_CASE("when too many rows are the latest none can validate") {
  CHECK(time_error({"2024", "2024", "2024", "2023"}) ==
        "column 'c': too many rows share the latest time; none can be held out for validation");
}

TEST_CASE("folds in time are those of scikit-learn's TimeSeriesSplit") {
  const Split split = in_time(numbered(11), 3);
  CHECK(split.folds == std::vector<Rows>{{5, 6}, {7, 8}, {9, 10}});
  CHECK(split.earlier == std::vector<Rows>{{0, 1, 2, 3, 4}, {0, 1, 2, 3, 4, 5, 6}, {0, 1, 2, 3, 4, 5, 6, 7, 8}});
  CHECK(split.train == split.earlier.back());
  CHECK(split.validation == Rows{5, 6, 7, 8, 9, 10});
  CHECK(split.times == std::vector<std::string>{"5 to 6", "7 to 8", "9 to 10"});
  CHECK(split.unused == 0);
  CHECK(in_time(numbered(7), 2).folds == std::vector<Rows>{{3, 4}, {5, 6}});
  CHECK(in_time({"6", "5", "4", "3", "2", "1", "0"}, 2).folds == std::vector<Rows>{{2, 3}, {0, 1}});
}

TEST_CASE("of networks for folds in time those of the last one are the model") {
  const Split split = in_time(numbered(8), 3);
  for (size_t network = 0; network < 6; ++network) {
    CHECK(split.validation_rows(network) == split.folds[network % 3]);
    CHECK(split.training_rows(network) == split.earlier[network % 3]);
    CHECK(split.ships(network) == (network % 3 == 2));
    CHECK(split_into_folds(Strata(11), 3, 0).ships(network));
    CHECK(split_at_random(Strata(11), 0.5, 0).ships(network));
  }
  CHECK(split.rows_each() == 6);
  CHECK(split.rows_an_epoch() == 4);  // of 2, 4 and 6
}

TEST_CASE("rows of the same time stay in one fold, the earlier one") {
  const Split split = in_time({"0", "1", "2", "2", "3", "4", "4", "5", "6"}, 2);
  CHECK(split.folds == std::vector<Rows>{{4, 5, 6}, {7, 8}});
  CHECK(split.earlier == std::vector<Rows>{{0, 1, 2, 3}, {0, 1, 2, 3, 4, 5, 6}});
  CHECK(fold_error({"0", "1", "1", "1", "1", "2"}, 2) ==
        "column 'c': its rows have too few different times for 2 folds of data.split");
  CHECK(fold_error(numbered(3), 3) == "column 'c': its rows have too few different times for 3 folds of data.split");
}

TEST_CASE("rows within the gap before a fold do not train its networks") {
  const Split split = in_time(numbered(9), 2, ColumnKind::kNumeric, {2});
  CHECK(split.folds == std::vector<Rows>{{3, 4, 5}, {6, 7, 8}});
  CHECK(split.earlier == std::vector<Rows>{{0}, {0, 1, 2, 3}});
  CHECK(split.unused == 2);
  for (const ColumnType& type : {kDates, ColumnType(ColumnKind::kCategorical)}) {
    CAPTURE(static_cast<int>(type.kind));
    CHECK(in_time(days(9), 2, type, {2, 'd'}).earlier == split.earlier);
    CHECK(in_time(days(9), 2, type, {48, 'h'}).earlier == split.earlier);
    CHECK(in_time(days(9), 2, type, {2, 'd'}).times ==
          std::vector<std::string>{"2024-05-04 to 2024-05-06", "2024-05-07 to 2024-05-09"});
    CHECK(fold_error(days(9), 2, type, {1, 'w'}) ==
          "column 'c': no row is left to train on before 2024-05-04, less the gap of data.split");
    CHECK(fold_error(days(9), 2, type, {30}) ==
          "column 'c': holds dates; the gap of data.split needs a unit, as in 30h, 30d or 30w");
  }
  CHECK(in_time({"2024-01", "2024-02", "2024-03", "2024-04"}, 1, ColumnKind::kCategorical, {30, 'd'}).earlier[0] ==
        Rows{0});
  CHECK(fold_error({"2024-02-30", "2024-05-01"}, 1, ColumnKind::kCategorical, {1, 'd'}) ==
        "column 'c': '2024-02-30' is no date that exists; the gap of data.split needs dates like 2024-05-31");
  CHECK(fold_error(numbered(9), 2, ColumnKind::kNumeric, {30, 'd'}) ==
        "column 'c': holds numbers, which count no days; the gap of data.split is a number of their own unit");
}

TEST_CASE("a gap is exact where times are rounded") {
  std::vector<std::string> cells;
  for (int hour = 0; hour < 24; ++hour) cells.push_back(fmt::format("2024-05-01T{:02}:00", hour));
  for (int gap = 1; gap < 12; ++gap) {
    const Split split = in_time(cells, 1, kDates, {static_cast<double>(gap), 'h'});
    CAPTURE(gap);
    CHECK(split.earlier[0].size() == static_cast<size_t>(12 - gap));
  }
}

TEST_CASE("rows of a group that validates do not train the fold's networks") {
  const std::vector<std::string> groups = {"a", "b", "c", "a", "b", "d", "a", "d", "e"};
  const Split split = in_time(numbered(9), 2, ColumnKind::kNumeric, {}, groups);
  CHECK(split.folds == std::vector<Rows>{{3, 4, 5}, {6, 7, 8}});
  CHECK(split.earlier == std::vector<Rows>{{2}, {1, 2, 4}});
  CHECK(split.unused == 3);
  CHECK(
      fold_error(numbered(4), 1, ColumnKind::kNumeric, {1}, {"a", "b", "a", "c"}) ==
      "column 'c': no row is left to train on before 2, less the gap of data.split, without the groups that validate");
}

TEST_CASE("the latest rows validate with a gap before them, and without their groups") {
  const Column time = column_of(numbered(10), ColumnKind::kNumeric),
               group = column_of({"a", "b", "c", "d", "e", "f", "g", "h", "a", "i"}, ColumnKind::kCategorical);
  const Split split = split_by_time(time, {3}, &group, Strata(10), 0.2);
  CHECK(split.validation == Rows{8, 9});
  CHECK(split.train == Rows{1, 2, 3, 4});
  CHECK(split.unused == 4);
  CHECK(TableFiles().error([&] { split_by_time(time, {8}, nullptr, Strata(10), 0.2); }) ==
        "column 'c': no row is left to train on before 8, less the gap of data.split");
}
