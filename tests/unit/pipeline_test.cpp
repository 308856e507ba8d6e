#include "base/pipeline.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <stdexcept>
#include <string>

#include "catch.h"

using namespace mdl;

TEST_CASE("batches are worked on in their order, by another thread, and come back as the work left them") {
  std::vector<int> seen;
  std::thread::id thread;
  Pipeline<int> pipeline(3, [&](int& batch) {
    seen.push_back(batch);
    thread = std::this_thread::get_id();
    batch = 0;
  });
  std::vector<int> passed;
  for (int i = 1; i <= 1000; ++i) {
    REQUIRE(pipeline.batch() == 0);
    pipeline.batch() = i;
    passed.push_back(i);
    pipeline.push();
  }
  pipeline.flush();
  CHECK(seen == passed);
  CHECK(thread != std::this_thread::get_id());
}

TEST_CASE("the caller fills one batch while the thread is busy with another, and no more than there are slots") {
  std::atomic<bool> go = false;
  std::atomic<int> begun = 0;
  Pipeline<int> pipeline(2, [&](int&) {
    ++begun;
    while (!go) std::this_thread::yield();
  });
  pipeline.push();
  while (begun < 1) std::this_thread::yield();
  pipeline.batch() = 2;  // free while the first is at work
  std::thread opener([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    CHECK(begun == 1);
    go = true;
  });
  pipeline.push();  // waits until the first is done
  CHECK(go);
  opener.join();
  pipeline.flush();
  CHECK(begun == 2);
}

TEST_CASE("several threads work on batches side by side, which are finished in their order") {
  constexpr size_t kThreads = 4;
  std::atomic<int> busy = 0, most = 0;
  std::vector<int> finished;
  std::set<size_t> numbers;
  Pipeline<int> pipeline(
      2 * kThreads + 1, kThreads,
      [&](int& batch, size_t thread) {
        most = std::max<int>(most, ++busy);
        std::this_thread::sleep_for(std::chrono::microseconds(batch * 7919 % 300));
        batch += 1000 * static_cast<int>(thread);
        --busy;
      },
      [&](int& batch) {
        numbers.insert(static_cast<size_t>(batch / 1000));
        finished.push_back(batch % 1000);
        batch = 0;
      });
  std::vector<int> passed;
  for (int i = 1; i < 1000; ++i) {
    REQUIRE(pipeline.batch() == 0);
    pipeline.batch() = i;
    passed.push_back(i);
    pipeline.push();
  }
  pipeline.flush();
  CHECK(finished == passed);
  CHECK(most > 1);
  CHECK(*numbers.rbegin() == kThreads - 1);
}

TEST_CASE("what is thrown for a batch comes behind all batches before it, and ends the pipeline") {
  for (const bool in_work : {true, false}) {
    for (const size_t threads : {0, 1, 3}) {
      std::vector<int> finished;
      int thrown = 0;
      const auto refuse = [&](int batch) {
        if (batch < 5) return;
        ++thrown;
        throw std::runtime_error("batch " + std::to_string(batch));
      };
      Pipeline<int> pipeline(
          7, threads,
          [&](int& batch, size_t) {
            if (batch == 3) std::this_thread::sleep_for(std::chrono::milliseconds(20));
            if (in_work && batch == 5) refuse(batch);
          },
          [&](int& batch) {
            refuse(batch);
            finished.push_back(batch);
          });
      const auto all = [&] {
        for (int i = 1; i < 9; ++i) {
          pipeline.batch() = i;
          pipeline.push();
        }
        pipeline.flush();
      };
      CHECK_THROWS_WITH(all(), "batch 5");
      CHECK_THROWS_WITH(pipeline.push(), "batch 5");
      CHECK_THROWS_WITH(pipeline.flush(), "batch 5");
      CHECK(finished == std::vector{1, 2, 3, 4});
      CHECK(thrown == 1);
    }
  }
}

TEST_CASE("a pipeline that is given up ends, whatever is in work") {
  std::atomic<int> begun = 0;
  {
    Pipeline<int> pipeline(
        9, 4,
        [&](int&, size_t) {
          ++begun;
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
        },
        [](int&) {});
    for (int i = 0; i < 8; ++i) pipeline.push();
    while (begun < 4) std::this_thread::yield();
  }
  CHECK(begun >= 4);
}

TEST_CASE("what the work throws comes out at the caller, and the work is not called again") {
  int calls = 0;
  Pipeline<int> pipeline(2, [&](int&) {
    ++calls;
    throw std::runtime_error("no room");
  });
  pipeline.batch() = 1;
  const auto both = [&] {
    pipeline.push();
    pipeline.flush();
  };
  CHECK_THROWS_WITH(both(), "no room");
  CHECK_THROWS_WITH(pipeline.push(), "no room");
  CHECK_THROWS_WITH(pipeline.flush(), "no room");
  CHECK(calls == 1);
}
