#include "table/value_embedding.h"

#include <cmath>
#include <numeric>

#include "catch.h"
#include "table_files.h"

using namespace mdl;
using Numbers = std::vector<double>;

namespace {

constexpr int kRows = 2000;

/// What select_value_embeddings finds in a column whose row i holds cell(i), the target being target(i).
template <class Cell, class Number>
Numbers telling(Cell cell, Number target, bool classes = false, size_t fewest = 1) {
  std::string text = "x\n";
  TargetValues labels;
  for (int i = 0; i < kRows; ++i) {
    text += fmt::format("{}\n", cell(i));
    if (classes) {
      labels.classes.push_back(static_cast<int32_t>(target(i)));
    } else {
      labels.numbers.push_back(target(i));
    }
  }
  const Dataset table = table_of(text, {.types = {{"x", ColumnKind::kNumeric}}});
  std::vector<uint32_t> train(kRows);
  std::iota(train.begin(), train.end(), 0);
  return select_value_embeddings(table.columns[0], train, labels, fewest);
}

Numbers up_to(int count) {
  Numbers numbers(static_cast<size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

double noise(int i) { return std::sin(1e4 * i * i + i); }

/// Some number for a code, unlike those of the codes beside it.
double of_code(int code) { return noise(code + 5000); }

}  // namespace

TEST_CASE("codes have a table") {
  CHECK(telling([](int i) { return i % 40; }, [](int i) { return of_code(i % 40) + noise(i); }) == up_to(40));
  CHECK(telling([](int i) { return i % 40; }, [](int i) { return of_code(i % 40) + noise(i) > 0; }, /*classes=*/true) ==
        up_to(40));
}

TEST_CASE("a number of which the size tells has no table") {
  CHECK(telling([](int i) { return i % 40; }, [](int i) { return i % 40 + 10 * noise(i); }).empty());
  CHECK(telling([](int i) { return i % 40; }, [](int i) { return std::cos(i % 40 / 6.0) + noise(i); }).empty());
  CHECK(telling([](int i) { return i % 40; }, [](int i) { return i % 40 > 20; }, /*classes=*/true).empty());
}

TEST_CASE("a number that tells nothing has no table") {
  CHECK(telling([](int i) { return i % 40; }, noise).empty());
}

TEST_CASE("values of few rows have their row of the table, but do not count for having one") {
  const auto some_rare = [](int i) { return i % 40 == 7 && i > 400 ? 1000 + i : i % 40; };
  CHECK(telling(some_rare, [](int i) { return of_code(i % 40) + noise(i); }).size() == 80);
  CHECK(telling(
            some_rare, [](int i) { return of_code(i % 40) + noise(i); }, /*classes=*/false, /*fewest=*/2) == up_to(40));
  CHECK(telling([](int i) { return i % 19; }, [](int i) { return of_code(i % 19) + noise(i); }).empty());
  CHECK(telling([](int i) { return i % 5 < 2 ? i % 25 : 1000 + i; }, [](int i) { return of_code(i % 25); }).empty());
}

TEST_CASE("missing cells tell nothing") {
  CHECK(telling([](int i) { return i % 3 == 0 ? "" : fmt::format("{}", i % 40); },
                [](int i) { return i % 3 == 0 ? 9 : of_code(i % 40); })
            .size() == 40);
  CHECK(telling([](int) { return ""; }, noise).empty());
}
