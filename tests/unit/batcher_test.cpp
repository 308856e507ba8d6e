#include "serve/batcher.h"

#include <atomic>
#include <cmath>
#include <deque>
#include <thread>

#include "catch.h"

using namespace mdl;

namespace {

/// p(good) = sigmoid(weight * x).
std::shared_ptr<const ServedModel> logistic(float weight) {
  Model model;
  model.target = {.name = "y", .task = Task::kBinary, .classes = {"bad", "good"}, .positive = 1};
  model.encoder.features = {{.name = "x", .kind = NumericColumn{}}};
  model.network = {.widths = {1, 1}, .dense = 1, .numbers = 1};
  model.members = {{{weight}, {0.0f}}};
  return std::make_shared<const ServedModel>("m", std::move(model), "");
}

class Numbers final : public PredictionRequest {
 public:
  Numbers(std::shared_ptr<const ServedModel> model, const std::vector<float>& numbers)
      : PredictionRequest(std::move(model), {}, 1000) {
    rows_.numbers = numbers;
    rows_.rows = numbers.size();
  }
  void write(HttpResponse&, const Predictions&, size_t, size_t, size_t) override {}
};

std::shared_ptr<PredictionRequest> numbers(const std::shared_ptr<const ServedModel>& model, std::vector<float> values) {
  return std::make_shared<Numbers>(model, values);
}

using Batches = std::vector<std::pair<size_t, size_t>>;  // requests and rows of each

/// A server of one thread: what is to be done soon, in turn.
struct Queue {
  std::deque<std::function<void()>> work;
  size_t run() {
    size_t done = 0;
    for (; !work.empty(); ++done) {
      const auto next = std::move(work.front());
      work.pop_front();
      next();
    }
    return done;
  }
};

void expect_logistic(PredictionRequest& request, const Predictions* predictions, size_t from, float weight) {
  REQUIRE(predictions != nullptr);
  for (size_t i = 0; i < request.rows().rows; ++i) {
    const double p = 1 / (1 + std::exp(-static_cast<double>(weight * request.rows().numbers[i])));
    CHECK(predictions->probabilities[2 * (from + i) + 1] == Approx(p).epsilon(1e-6));
  }
}

}  // namespace

TEST_CASE("Requests that have come are predicted together, each with its own answers") {
  const auto model = logistic(2), other = logistic(-1);
  Batches batches;
  Batcher batcher(10, [&](const ServedModel&, size_t requests, size_t rows) { batches.emplace_back(requests, rows); });
  Queue queue;
  batcher.start([&](std::function<void()> work) { queue.work.push_back(std::move(work)); });
  size_t answered = 0;
  const auto add = [&](const std::shared_ptr<const ServedModel>& of, std::vector<float> values, float weight) {
    batcher.add(numbers(of, std::move(values)), [&answered, weight](auto& request, auto* predictions, size_t from) {
      expect_logistic(request, predictions, from, weight);
      ++answered;
    });
  };
  add(model, {1, 2, 3}, 2);
  CHECK(queue.work.size() == 1);  // it waits for what the server has to do already, and for nothing else
  add(other, {1}, -1);
  add(model, {-1}, 2);
  add(model, {4, 5, 6, 7, 8, 9, 0.5}, 2);  // 3 + 1 + 7 rows are more than 10
  add(model, {0}, 2);
  CHECK(batcher.waiting_rows() == 13);
  CHECK(answered == 0);
  CHECK(queue.run() == 3);
  CHECK(answered == 5);
  CHECK(batcher.waiting_rows() == 0);
  CHECK(batches == Batches{{3, 5}, {1, 1}, {1, 7}});

  batches.clear();
  std::vector<float> many(25, 0.25f);
  add(model, many, 2);  // alone, and at once
  CHECK(answered == 6);
  CHECK(batches == Batches{{1, 25}});
  CHECK(queue.work.empty());
}

TEST_CASE("Without batches every request is predicted at once") {
  const auto model = logistic(2);
  Batches batches;
  Batcher batcher(1, [&](const ServedModel&, size_t requests, size_t rows) { batches.emplace_back(requests, rows); });
  batcher.start([](const auto&) { FAIL("it is put off"); });
  for (int i = 0; i < 3; ++i) batcher.add(numbers(model, {1}), [](auto&, auto*, size_t) {});
  CHECK(batches == Batches{{1, 1}, {1, 1}, {1, 1}});
}

TEST_CASE("Where a batch cannot be put off it is predicted at once, and an answer that fails is its own request's") {
  const auto model = logistic(2);
  Batcher batcher(16, [](const ServedModel&, size_t, size_t) {});
  batcher.start([](const auto&) { throw std::bad_alloc(); });
  size_t answered = 0;
  for (int i = 0; i < 2; ++i) batcher.add(numbers(model, {1}), [&](auto&, auto*, size_t) { ++answered; });
  CHECK(answered == 2);

  Queue queue;
  batcher.start([&](std::function<void()> work) { queue.work.push_back(std::move(work)); });
  batcher.add(numbers(model, {1}), [&](auto&, auto*, size_t) { throw std::bad_alloc(); });
  batcher.add(numbers(model, {1}), [&](auto&, auto*, size_t) { ++answered; });
  queue.run();
  CHECK(answered == 3);

  batcher.add(numbers(model, {1}), [&](auto&, auto*, size_t) { ++answered; });
  batcher.clear();
  queue.run();
  CHECK(answered == 3);
  CHECK(batcher.waiting_rows() == 0);
}

TEST_CASE("Several threads add requests and predict batches at once") {
  const auto model = logistic(1.5);
  std::atomic<size_t> rows = 0, answered = 0;
  Batcher batcher(16, [&](const ServedModel&, size_t, size_t count) { rows += count; });
  std::mutex mutex;
  Queue queue;
  batcher.start([&](std::function<void()> work) {
    const std::lock_guard lock(mutex);
    queue.work.push_back(std::move(work));
  });
  constexpr size_t kThreads = 4, kRequests = 200;
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = 0; i < kRequests || answered < kThreads * kRequests; ++i) {
        if (i < kRequests) {
          batcher.add(numbers(model, {static_cast<float>(t), static_cast<float>(i) / 100}),
                      [&](PredictionRequest& request, const Predictions* predictions, size_t from) {
                        const double p = 1 / (1 + std::exp(-1.5 * static_cast<double>(request.rows().numbers[1])));
                        if (std::abs(predictions->probabilities[2 * (from + 1) + 1] - p) < 1e-6) ++answered;
                      });
        }
        std::function<void()> work;
        {
          const std::lock_guard lock(mutex);
          if (!queue.work.empty()) {
            work = std::move(queue.work.front());
            queue.work.pop_front();
          }
        }
        if (work) work();
        if (i > 100'000'000) break;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(answered == kThreads * kRequests);
  CHECK(rows == 2 * kThreads * kRequests);
}
