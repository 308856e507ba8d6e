#include "infer/compiled_model.h"

#include <fmt/format.h>

#include <thread>

#include "base/random.h"
#include "catch.h"
#include "features.h"

using namespace mdl;

namespace {

constexpr size_t kRows = 700;

std::vector<float> normal(size_t count, uint64_t seed) {
  std::vector<float> numbers;
  for (size_t i = 0; i < count; ++i) numbers.push_back(static_cast<float>(Random(seed, Purpose::kSplit).normal(i)));
  return numbers;
}

/// Two members with random weights and all that a network can have, of two numbers and a category.
Model random_model() {
  Model model;
  model.target = {.name = "y", .task = Task::kMulticlass, .classes = {"a", "b", "c"}};
  model.encoder.features = {{.name = "x0"}, {.name = "x1"}, embedded("c", {"k0", "k1", "k2"})};
  model.network = {.activation = Activation::kMish,
                   .parametric = true,
                   .normalization = Normalization::kLayer,
                   .scale = true,
                   .dense = 2,
                   .numbers = 2,
                   .frequencies = 4,
                   .embeddings = {4},
                   .members = 2};
  model.network.widths = {model.network.input_width(), 33, 17, 3};
  model.temperature = 1.3;
  for (uint64_t member = 0; member < 2; ++member) {
    Values values;
    for (const Parameter& parameter : parameters_of(model.network))
      values.push_back(normal(static_cast<size_t>(parameter.size()), 100 * member + values.size()));
    model.members.push_back(std::move(values));
  }
  return model;
}

EncodedRows random_rows() {
  EncodedRows rows{.rows = kRows, .numbers = normal(2 * kRows, 7)};
  for (size_t row = 0; row < kRows; ++row) rows.indices.push_back(static_cast<int32_t>(row % 4) - 1);
  return rows;
}

}  // namespace

TEST_CASE("eight threads predict by one compiled model what one thread predicts") {
  const CompiledModel model(random_model());
  const EncodedRows rows = random_rows();
  Workspace workspace;
  Predictions expected;
  predict(model, workspace, rows, expected);
  REQUIRE(expected.probabilities.size() == 3 * kRows);
  REQUIRE_FALSE(expected.not_finite());

  constexpr size_t kThreads = 8;
  std::vector<Predictions> found(kThreads);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Workspace own;
      for (int repeat = 0; repeat < 3; ++repeat) predict(model, own, rows, found[t]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Predictions& predictions : found) {
    CHECK(predictions.probabilities == expected.probabilities);
    CHECK(predictions.classes == expected.classes);
  }
}

TEST_CASE("several threads fill parts of the same predictions") {
  const CompiledModel model(random_model());
  const EncodedRows rows = random_rows();
  Workspace workspace;
  Predictions expected, found;
  predict(model, workspace, rows, expected);
  model.postprocessing().start(kRows, found);
  std::vector<std::thread> threads;
  for (size_t begin = 0; begin < kRows; begin += 100) {
    threads.emplace_back([&, begin] {
      Workspace own;
      model.predict(own, rows, begin, 100, found, begin);
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(found.probabilities == expected.probabilities);
  CHECK(found.classes == expected.classes);
}

TEST_CASE("a compiled model needs nothing of the model that it was made of, and a workspace serves several") {
  const EncodedRows rows = random_rows();
  std::vector<CompiledModel> compiled;
  for (const double temperature : {1.3, 2.0}) {
    Model model = random_model();
    model.temperature = temperature;
    compiled.emplace_back(model);
  }
  Workspace workspace;
  Predictions first, second, again;
  predict(compiled[0], workspace, rows, first);
  predict(compiled[1], workspace, rows, second);
  predict(compiled[0], workspace, rows, again);
  CHECK(again.probabilities == first.probabilities);
  CHECK(second.probabilities != first.probabilities);
}

TEST_CASE("a new threshold labels the rows anew") {
  Model model;
  model.target = {.name = "y", .task = Task::kBinary, .classes = {"no", "yes"}};
  Predictions predictions{.probabilities = {0.9, 0.1, 0.4, 0.6, 0.7, 0.3}, .classes = {0, 1, 0}, .finite = {1, 1, 1}};
  model.threshold = 0.3;
  relabel(model, predictions);
  CHECK(predictions.classes == std::vector<int32_t>{0, 1, 1});
  model.target.positive = 0;
  model.threshold = 0.7;
  relabel(model, predictions);
  CHECK(predictions.classes == std::vector<int32_t>{0, 1, 0});
}
