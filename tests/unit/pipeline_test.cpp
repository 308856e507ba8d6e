#include "base/pipeline.h"

#include <atomic>
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
