#include "train/sampler.h"

#include <algorithm>
#include <numeric>

#include "catch.h"

using namespace mdl;

namespace {

std::vector<uint32_t> numbered(size_t count) {
  std::vector<uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 100);
  return rows;
}

std::vector<uint32_t> batch(Sampler& sampler, int64_t step) {
  const auto rows = sampler.batch(step);
  return {rows.begin(), rows.end()};
}

std::vector<uint32_t> epoch(Sampler& sampler, int64_t number) {
  std::vector<uint32_t> rows;
  for (int64_t b = 0; b < sampler.batches_per_epoch(); ++b) {
    const auto some = sampler.batch(number * sampler.batches_per_epoch() + b);
    rows.insert(rows.end(), some.begin(), some.end());
  }
  return rows;
}

}  // namespace

TEST_CASE("every epoch has all rows once, in an order of its own") {
  Sampler sampler(numbered(10), {.batch_size = 4, .rows_each = 10, .seed = 1});
  CHECK(sampler.batches_per_epoch() == 3);
  CHECK(batch(sampler, 0).size() == 4);
  CHECK(batch(sampler, 2).size() == 2);
  const std::vector<uint32_t> first = epoch(sampler, 0), second = epoch(sampler, 1);
  CHECK(first != second);
  CHECK(std::is_permutation(first.begin(), first.end(), numbered(10).begin()));
  CHECK(std::is_permutation(second.begin(), second.end(), numbered(10).begin()));
}

TEST_CASE("a step's rows are a function of seed and step, whatever was asked before") {
  const SamplerOptions options{.batch_size = 3, .rows_each = 8, .seed = 5};
  Sampler forwards(numbered(8), options), anywhere(numbered(8), options);
  std::vector<std::vector<uint32_t>> all;
  for (int64_t step = 0; step < 9; ++step) all.push_back(batch(forwards, step));
  for (const int64_t step : {7, 2, 8, 0, 5}) CHECK(batch(anywhere, step) == all[static_cast<size_t>(step)]);
  Sampler other(numbered(8), {.batch_size = 3, .rows_each = 8, .seed = 6});
  CHECK(epoch(other, 0) != epoch(forwards, 0));
}

TEST_CASE("the last batch of an epoch is left out where it is to be dropped") {
  Sampler sampler(numbered(10), {.batch_size = 4, .drop_last = true, .rows_each = 10, .seed = 1});
  CHECK(sampler.batches_per_epoch() == 2);
  CHECK(epoch(sampler, 0).size() == 8);
}

TEST_CASE("a network with a row more than another has as many batches") {
  Sampler sampler(numbered(9), {.batch_size = 4, .rows_each = 8, .seed = 1});
  CHECK(sampler.batches_per_epoch() == 2);
  Sampler larger(numbered(9), {.batch_size = 100, .rows_each = 8, .seed = 1});
  CHECK(larger.batches_per_epoch() == 1);
  CHECK(batch(larger, 0).size() == 8);
}

TEST_CASE("a network of fewer rows takes as many steps with smaller batches") {
  Sampler sampler(numbered(7), {.batch_size = 5, .drop_last = true, .rows_each = 20, .seed = 1});
  CHECK(sampler.batches_per_epoch() == 4);
  CHECK(batch(sampler, 0).size() == 2);
  CHECK(batch(sampler, 2).size() == 2);
  CHECK(batch(sampler, 3).size() == 1);
  const std::vector<uint32_t> first = epoch(sampler, 0);
  REQUIRE(first.size() == 7);
  CHECK(std::is_permutation(first.begin(), first.end(), numbered(7).begin()));
  CHECK(epoch(sampler, 1) != first);
}

TEST_CASE("of fewer rows than steps each comes again and again") {
  Sampler sampler(numbered(3), {.batch_size = 2, .rows_each = 10, .seed = 1});
  CHECK(sampler.batches_per_epoch() == 5);
  const std::vector<uint32_t> rows = epoch(sampler, 0);
  REQUIRE(rows.size() == 5);
  CHECK(std::is_permutation(rows.begin(), rows.begin() + 3, numbered(3).begin()));
  CHECK(rows[3] == rows[0]);
  CHECK(rows[4] == rows[1]);
}
