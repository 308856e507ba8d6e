#include "predict/contributions.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "base/error.h"
#include "base/random.h"
#include "catch.h"
#include "features.h"
#include "predict/predictor.h"

using namespace mdl;

namespace {

/// Of numbers alone, which the network sees as they are, with these weights of its layers.
Model model_of(Target target, const std::vector<int64_t>& widths, Values values, std::vector<double> reference) {
  Model model;
  model.target = std::move(target);
  for (size_t f = 0; f < reference.size(); ++f) model.encoder.features.push_back({.name = "x" + std::to_string(f)});
  model.encoder.reference = std::move(reference);
  model.network = {.widths = widths, .dense = widths[0], .numbers = widths[0]};
  model.members = {std::move(values)};
  return model;
}

const Target kNumber{.name = "y", .task = Task::kRegression, .mean = 10, .scale = 2};
const Target kBinary{.name = "y", .task = Task::kBinary, .classes = {"no", "yes"}, .positive = 1};
const Target kThreeClasses{.name = "y", .task = Task::kMulticlass, .classes = {"a", "b", "c"}};

Predictions explained(const Model& model, const EncodedRows& rows, size_t orders = kExplanationOrders,
                      size_t threads = 1) {
  Predictions out;
  Predictor::explaining(model, orders, threads).predict(rows, 0, rows.rows, out);
  return out;
}

EncodedRows numbers(size_t rows, std::vector<float> values) { return {.rows = rows, .numbers = std::move(values)}; }

std::vector<float> normal(size_t count, uint64_t seed) {
  std::vector<float> numbers;
  for (size_t i = 0; i < count; ++i) numbers.push_back(static_cast<float>(Random(seed, Purpose::kSplit).normal(i)));
  return numbers;
}

constexpr size_t kNumbers = 7, kCategories = 5, kFeatures = kNumbers + kCategories;

/// Three members with random weights, of seven numbers, two of which have an embedding, and five categories.
Model random_model(const Target& target) {
  Model model;
  model.target = target;
  for (size_t f = 0; f < kNumbers; ++f) {
    NumericColumn column{.center = 1, .imputed = 0.25f};
    if (f < 2) column.embedded_values = NumberIndex({1, 2});
    if (f == 3) column.presence.emplace();
    model.encoder.features.push_back({.name = "x" + std::to_string(f), .kind = column});
  }
  for (size_t f = 0; f < kCategories; ++f) {
    const std::string name = "c" + std::to_string(f);
    model.encoder.features.push_back(f % 2 == 0 ? embedded(name, {"a", "b", "c"}) : one_hot(name, {"a", "b", "c"}));
  }
  model.encoder.reference = {1, 2, 1.5, 1, 0, -1, 0.5, 0, 1, 2, -1, 1};
  const auto outputs = std::max<int64_t>(1, target.task == Task::kMulticlass ? 3 : 1);
  model.network = {.activation = Activation::kMish,
                   .dense = static_cast<int64_t>(model.encoder.width()),
                   .numbers = kNumbers,
                   .embeddings = model.encoder.embeddings(),
                   .embedding_width = 4,
                   .members = 3};
  model.network.widths = {model.network.input_width(), 16, outputs};
  for (uint64_t member = 0; member < 3; ++member) {
    Values values;
    for (const Parameter& parameter : parameters_of(model.network))
      values.push_back(normal(static_cast<size_t>(parameter.size()), 100 * member + values.size()));
    model.members.push_back(std::move(values));
  }
  return model;
}

EncodedRows random_rows(size_t count) {
  EncodedRows rows{.rows = count, .numbers = normal(kNumbers * count, 7)};
  for (size_t i = 5; i < rows.numbers.size(); i += 11) rows.numbers[i] = NAN;
  for (size_t i = 0; i < (kCategories + 2) * count; ++i)
    rows.indices.push_back(static_cast<int32_t>(Random(1, Purpose::kSample).bits(i) % 3) - (i % 7 < 2 ? 1 : i % 2));
  return rows;
}

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a linear model's contributions are its weights times the distances from the reference row, without error") {
  const Model model = model_of(kNumber, {3, 1}, {{0.5f, -2, 4}, {1}}, {1, 0, -1});
  const Predictions out = explained(model, numbers(2, {3, 0.5f, -1, 1, 0, 0.25f}));
  CHECK(out.values == std::vector<double>{5, 15});
  CHECK(out.contributions.outputs == std::vector<double>{5, 15});
  CHECK(out.contributions.references == std::vector<double>{5, 5});
  CHECK(out.contributions.values == std::vector<double>{2, -2, 0, 0, 0, 10});
  CHECK(out.contributions.standard_errors == std::vector<double>(6));

  // By samples: 30 columns are too many mixtures.
  std::vector<float> weights, row;
  std::vector<double> wanted;
  for (int f = 0; f < 30; ++f) {
    weights.push_back(static_cast<float>(f - 10) / 4);
    row.push_back(static_cast<float>(f % 7) / 8);
    wanted.push_back(2.0 * (f - 10) / 4 * (f % 7) / 8);
  }
  const Model wide = model_of(kNumber, {30, 1}, {weights, {1}}, std::vector<double>(30));
  const Predictions sampled = explained(wide, numbers(1, row), kFewestOrders);
  CHECK(sampled.contributions.values == wanted);
  CHECK(sampled.contributions.standard_errors == std::vector<double>(30));
}

TEST_CASE("columns that do the same contribute the same, and those that matter together share it") {
  // relu(x0 + x1 - 1), of which neither number alone makes anything.
  const Model model = model_of({.name = "y", .task = Task::kRegression}, {2, 1, 1}, {{1, 1}, {-1}, {1}, {0}}, {0, 0});
  CHECK(explained(model, numbers(1, {1, 1})).contributions.values == std::vector<double>{0.5, 0.5});
  CHECK(explained(model, numbers(1, {3, 1})).contributions.values == std::vector<double>{2.5, 0.5});
}

TEST_CASE("a regression's value is explained as it is answered, within its limits and before it is rounded") {
  Model model = model_of({.name = "y", .task = Task::kRegression}, {2, 1}, {{1, 1}, {0}}, {0, 0});
  model.high = 1.5;
  const Predictions out = explained(model, numbers(2, {1, 1, 0.1f, 0}));
  CHECK(out.contributions.values ==
        std::vector<double>{0.75, 0.75, std::ldexp(std::round(std::ldexp(0.1f, 40)), -40), 0});
  CHECK(out.values[1] == 0.1);
}

TEST_CASE("of two classes the positive one's log-odds are explained, of several the predicted one's") {
  for (const Target& target : {kBinary, kThreeClasses}) {
    Model model = random_model(target);
    model.temperature = 1.5;
    model.smoothing = 0.01;
    const EncodedRows rows = random_rows(40);
    EncodedRows reference;
    for (int row = 0; row < 40; ++row) {
      const EncodedCell cell = reference.add_row(kNumbers, kCategories + 2);
      // By hand: less the center, and the embedded values' positions.
      std::ranges::copy(std::vector<float>{0, 1, 0.5f, 0, -1, -2, -0.5f}, cell.number);
      std::ranges::copy(std::vector<int32_t>{0, 1, 0, 1, 2, -1, 1}, cell.index);
    }
    const Predictions out = explained(model, rows), of_reference = explained(model, reference);
    const size_t classes = target.classes.size();
    for (size_t row = 0; row < 40; ++row) {
      const size_t k = classes == 2 ? 1 : static_cast<size_t>(out.classes[row]);
      const auto log_odds = [&](const Predictions& of) {
        const double p = of.probabilities[row * classes + k];
        return std::log(p / (1 - p));
      };
      CHECK(std::abs(out.contributions.outputs[row] - log_odds(out)) < 1e-5);
      CHECK(std::abs(out.contributions.references[row] - log_odds(of_reference)) < 1e-5);
      CHECK(of_reference.contributions.outputs[row] == of_reference.contributions.references[row]);
    }
    CHECK(of_reference.contributions.values == std::vector<double>(40 * kFeatures));
  }
}

TEST_CASE("the reference row's output and the contributions sum to the row's output to the last bit, in any order") {
  for (const Target& target : {kNumber, kBinary, kThreeClasses}) {
    for (const size_t orders : {kFewestOrders, size_t{33}, kExplanationOrders, kMostOrders / 2}) {
      const size_t count = orders > 1000 ? 5 : 300;
      const Predictions out = explained(random_model(target), random_rows(count), orders);
      CHECK_FALSE(out.not_finite());
      bool any_error = false;
      for (size_t row = 0; row < count; ++row) {
        const auto* begin = out.contributions.values.data() + row * kFeatures;
        std::vector<double> values(begin, begin + kFeatures);
        const double reference = out.contributions.references[row], output = out.contributions.outputs[row];
        CHECK(std::accumulate(values.begin(), values.end(), reference) == output);
        CHECK(std::accumulate(values.rbegin(), values.rend(), 0.0) + reference == output);
        CHECK(std::ranges::count(values, 0) < 12);
        any_error |= out.contributions.standard_errors[row * kFeatures] != 0;
      }
      CHECK(any_error == (orders < 1000));
    }
  }
  // Numbers so large that doubles are no finer than 2^-6.
  const Model large = model_of({.name = "y", .task = Task::kRegression, .mean = 3e13, .scale = 1e9}, {3, 2, 1},
                               {{0.3f, -0.7f, 0.1f, 0.9f, 0.2f, 1.1f}, {0.1f, 0.2f}, {1.3f, -0.6f}, {0}}, {0, 0, 0});
  const Predictions out = explained(large, numbers(1, {0.7f, 0.3f, 1.9f}));
  const std::vector<double>& values = out.contributions.values;
  CHECK(out.contributions.references[0] + values[0] + values[1] + values[2] == out.contributions.outputs[0]);
}

TEST_CASE("a sure network's log-odds are finite where its probability is printed as 1") {
  Model model = model_of(kBinary, {2, 1}, {{100, 1}, {0}}, {0, 0});
  const Predictions out = explained(model, numbers(2, {4, 8, -9, 0}));
  CHECK(out.probabilities == std::vector<double>{0, 1, 1, 0});
  CHECK(out.contributions.outputs == std::vector<double>{408, -900});
  CHECK(out.contributions.values == std::vector<double>{400, 8, -900, 0});
  // Members that are sure of opposites: half, exactly.
  model.network.members = 2;
  model.members.push_back({{-100, -1}, {0}});
  CHECK(explained(model, numbers(1, {9, 9})).contributions.outputs[0] == 0);
  model = model_of(kThreeClasses, {1, 3}, {{0, 1000, -1000}, {0, 0, 0}}, {0});
  CHECK(explained(model, numbers(1, {1})).contributions.outputs[0] == 1000);
}

TEST_CASE("a row's contributions depend on that row alone, and on no number of threads") {
  const Model model = random_model(kBinary);
  const EncodedRows rows = random_rows(30);
  const Predictions all = explained(model, rows), by_three = explained(model, rows, kExplanationOrders, 3);
  CHECK(by_three.contributions.values == all.contributions.values);
  CHECK(by_three.contributions.standard_errors == all.contributions.standard_errors);
  for (size_t row = 0; row < rows.rows; ++row) {
    EncodedRows alone;
    alone.append(rows, row);
    const Predictions out = explained(model, alone);
    CHECK(std::equal(out.contributions.values.begin(), out.contributions.values.end(),
                     all.contributions.values.begin() + static_cast<ptrdiff_t>(row * kFeatures)));
  }
}

TEST_CASE("a row whose mixtures are not finite has no answer; others have theirs") {
  const Model model = model_of(kNumber, {2, 1}, {{2e38f, -2e38f}, {0}}, {-1, -1});
  const Predictions out = explained(model, numbers(3, {1, 1, 1, -1, -1, -1}));
  CHECK(out.values[0] == 10);
  CHECK(out.finite == std::vector<char>{0, 0, 1});
}

TEST_CASE("what a row may cost is known before") {
  const auto passes = [](size_t features, size_t orders) {
    const Model model = model_of(kNumber, {static_cast<int64_t>(features), 1}, {std::vector<float>(features), {0}},
                                 std::vector<double>(features));
    const CompiledModel compiled(model);
    return Explainer(compiled, model, orders).passes_per_row();
  };
  CHECK(passes(1, 64) == 2);
  CHECK(passes(4, 64) == 16);
  CHECK(passes(9, 64) == 512);  // of all mixtures
  CHECK(passes(10, 64) == 2 + 64 * 9);
  CHECK(passes(20, 63) == 2 + 64 * 19);
  CHECK(passes(3, 4) == 8);
}

TEST_CASE("a model without a reference row says why") {
  Model model = model_of(kNumber, {1, 1}, {{1}, {0}}, {0});
  CHECK(error_of([&] { expect_explainable(model, "m:"); }) == "no error");
  model.encoder.reference.clear();
  CHECK(error_of([&] { expect_explainable(model, "m:"); }) ==
        "m: has no reference row that answers are compared with, since an earlier version of mdl wrote it; train it "
        "again");
  model.serving = true;
  CHECK(error_of([&] { expect_explainable(model, "m:"); }) ==
        "m: is a serving model without the reference row that answers are compared with; export it with --explainable");
}
