#include "base/thread_pool.h"

#include <atomic>
#include <set>
#include <stdexcept>
#include <string>

#include "catch.h"

using namespace mdl;

TEST_CASE("every worker runs once, each on its own thread, the first on the caller's") {
  ThreadPool workers(3);
  CHECK(workers.count() == 3);
  std::vector<int> runs(3);
  std::vector<std::thread::id> threads(3);
  workers.run([&](size_t worker) {
    ++runs[worker];
    threads[worker] = std::this_thread::get_id();
  });
  CHECK(runs == std::vector<int>{1, 1, 1});
  CHECK(threads[0] == std::this_thread::get_id());
  CHECK(std::set(threads.begin(), threads.end()).size() == 3);
}

TEST_CASE("workers work side by side") {
  ThreadPool workers(2);
  std::atomic<int> here = 0;
  workers.run([&](size_t) {
    for (++here; here < 2;) std::this_thread::yield();
  });
  CHECK(here == 2);
}

TEST_CASE("the same workers do one round after the other") {
  ThreadPool workers(4);
  std::vector<int> sums(4);
  for (int round = 1; round <= 1000; ++round) {
    workers.run([&](size_t worker) { sums[worker] += round; });
    REQUIRE(sums == std::vector<int>(4, round * (round + 1) / 2));
  }
}

TEST_CASE("one worker is the caller alone") {
  for (const size_t count : {0, 1}) {
    ThreadPool workers(count);
    CHECK(workers.count() == 1);
    std::vector<size_t> seen;
    workers.run([&](size_t worker) { seen.push_back(worker); });
    CHECK(seen == std::vector<size_t>{0});
    CHECK_THROWS_WITH(workers.run([](size_t) { throw std::runtime_error("alone"); }), "alone");
  }
}

TEST_CASE("what a worker throws comes out when all are done, and the workers go on") {
  ThreadPool workers(3);
  for (const size_t thrower : {0, 1, 2}) {
    std::atomic<int> done = 0;
    const auto work = [&](size_t worker) {
      if (worker == thrower) throw std::runtime_error("worker " + std::to_string(worker));
      ++done;
    };
    CHECK_THROWS_WITH(workers.run(work), "worker " + std::to_string(thrower));
    CHECK(done == 2);
  }
  const std::string all = "all of them";
  CHECK_THROWS_WITH(workers.run([&](size_t) { throw std::runtime_error(all); }), all);
  std::atomic<int> done = 0;
  workers.run([&](size_t) { ++done; });
  CHECK(done == 3);
}

TEST_CASE("workers that never had work end") { CHECK(ThreadPool(4).count() == 4); }
