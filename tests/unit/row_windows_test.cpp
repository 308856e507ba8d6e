#include "train/row_windows.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "base/error.h"
#include "catch.h"
#include "table_files.h"
#include "train/sampler.h"

using namespace mdl;

namespace {

/// The rows of an epoch in the order of their windows.
std::vector<size_t> rows_of(const WindowOrder& order, int64_t epoch) {
  std::vector<size_t> rows;
  for (size_t window = 0; window < order.windows(); ++window) {
    size_t count = 0;
    for (const auto& [first, rows_here] : order.stretches(epoch, window)) {
      for (size_t i = 0; i < rows_here; ++i) rows.push_back((first + i) % 10'007);
      count += rows_here;
    }
    CHECK(count == order.rows_of(window));
  }
  return rows;
}

/// Row r has the numbers r and -r, the index r, the target r / 2 and the weight r.
std::unique_ptr<RowCache> numbered(const TableFiles& files, size_t rows, int64_t memory, bool weights = true) {
  auto cache = std::make_unique<RowCache>(files / "cache", rows, 2, 1, weights, memory);
  for (size_t first = 0; first < rows; first += 100) {
    CachedRows some;
    cache->resize(some, std::min<size_t>(100, rows - first));
    for (size_t i = 0; i < some.rows.rows; ++i) {
      const auto row = static_cast<float>(first + i);
      some.rows.numbers[2 * i] = row;
      some.rows.numbers[2 * i + 1] = -row;
      some.rows.indices[i] = static_cast<int32_t>(first + i);
      some.targets[i] = row / 2;
      if (weights) some.weights[i] = row;
    }
    cache->write(first, some);
  }
  return cache;
}

}  // namespace

TEST_CASE("an epoch has every row once, in an order that is a function of seed and epoch") {
  const WindowOrder order(10'007, 64, 3000, 1), same(10'007, 64, 3000, 1), other(10'007, 64, 3000, 2);
  REQUIRE(order.windows() > 2);
  for (size_t window = 0; window + 1 < order.windows(); ++window) {
    CHECK(order.rows_of(window) <= 3000);
    CHECK(static_cast<int64_t>(order.rows_of(window)) == 64 * order.batches_of_window());
  }
  std::vector<size_t> first = rows_of(order, 0);
  CHECK(first == rows_of(same, 0));
  CHECK(first != rows_of(order, 1));
  CHECK(first != rows_of(other, 0));
  std::ranges::sort(first);
  for (size_t row = 0; row < 10'007; ++row) REQUIRE(first[row] == row);
}

TEST_CASE("rows are read from any place on, round the end, with weights as they are scaled") {
  const TableFiles files;
  const auto cache = numbered(files, 250, 1'000'000);
  CHECK(cache->row_bytes() == 20);
  cache->scale_weights(0.5);
  CachedRows rows;
  cache->resize(rows, 30);
  cache->read(235, 30, rows, 0);
  for (size_t i = 0; i < 30; ++i) {
    const size_t row = (235 + i) % 250;
    CHECK(rows.rows.numbers[2 * i] == static_cast<float>(row));
    CHECK(rows.rows.numbers[2 * i + 1] == -static_cast<float>(row));
    CHECK(rows.rows.indices[i] == static_cast<int32_t>(row));
    CHECK(rows.targets[i] == static_cast<float>(row) / 2);
    CHECK(rows.weights[i] == static_cast<float>(row) / 2);
  }
}

TEST_CASE(
    "networks that stream take every row once an epoch, and go on in the middle of one as if they had not stopped") {
  const TableFiles files;
  const auto cache = numbered(files, 5003, 120'000, false);
  const WindowOrder order = window_order(*cache, {.batch_size = 32});
  REQUIRE(order.windows() > 1);
  const auto sampler = [&](uint64_t seed) {
    return Sampler({}, {.batch_size = 32, .rows_each = 5003, .seed = seed, .windows = order});
  };
  const auto taken = [&](Sampler from, int64_t begin, int64_t end) {
    WindowReader reader(*cache, order, from.batches_per_epoch());
    std::vector<int32_t> rows;
    for (int64_t step = begin, until = begin; step < end; ++step) {
      if (step == until) until = reader.reach(step);
      for (const uint32_t row : from.batch(step)) rows.push_back(reader.rows().rows.indices[row]);
    }
    return rows;
  };
  const int64_t steps = sampler(1).batches_per_epoch();
  REQUIRE(steps == 157);
  const std::vector<int32_t> two = taken(sampler(1), 0, 2 * steps);
  std::vector<int32_t> epoch(two.begin() + 5003, two.end());
  CHECK(epoch == taken(sampler(1), steps, 2 * steps));
  CHECK(std::vector<int32_t>(two.begin() + 32 * 40, two.begin() + 32 * 150) == taken(sampler(1), 40, 150));
  CHECK(epoch != taken(sampler(2), steps, 2 * steps));
  std::ranges::sort(epoch);
  for (int32_t row = 0; row < 5003; ++row) REQUIRE(epoch[static_cast<size_t>(row)] == row);
}

TEST_CASE("a memory that holds no batch is refused with what it needs") {
  const TableFiles files;
  const auto cache = numbered(files, 250, 1'000'000, false);
  CHECK(files.error([&] { window_order(*numbered(files, 250, 15'000, false), {.batch_size = 250}); }) ==
        "data.memory: 0 MB are too few: a batch of 250 rows of 16 bytes takes up to a quarter of them; set at least 1 "
        "MB, "
        "or a smaller train.batch_size");
}
