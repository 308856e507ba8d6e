#include "features.h"
#include "torch_test.h"

#include <cmath>
#include <numeric>

#include "base/text.h"
#include "infer/postprocessing.h"
#include "network_by_torch.h"
#include "predict/predictor.h"
#include "prepared.h"

using namespace mdl;

namespace {

/// A model with random weights, of rows of normal numbers.
Model model_of(const Target& target, Network network, uint64_t seed) {
  Model model;
  model.target = target;
  for (int64_t f = 0; f < network.numbers; ++f) model.encoder.features.push_back({.name = fmt::format("x{}", f)});
  for (const int64_t size : network.embeddings) {
    std::vector<std::string> names;
    for (int64_t k = 0; k + 1 < size; ++k) names.push_back(std::to_string(k));
    model.encoder.features.push_back(embedded("c", names));
  }
  model.network = network;
  for (int64_t m = 0; m < network.members; ++m) {
    Values values;
    for (const Parameter& parameter : parameters_of(network)) {
      const at::Tensor value = 0.5 * normal({parameter.size()}, ++seed, at::kFloat);
      values.emplace_back(value.const_data_ptr<float>(), value.const_data_ptr<float>() + value.numel());
    }
    model.members.push_back(std::move(values));
  }
  return model;
}

EncodedRows rows_of(const Model& model, size_t count) {
  EncodedRows rows{.rows = count, .numbers = normal_numbers(count * static_cast<size_t>(model.network.numbers), 9)};
  for (size_t row = 0; row < count; ++row) {
    for (const int64_t size : model.network.embeddings)
      rows.indices.push_back(static_cast<int32_t>(row % static_cast<size_t>(size)) - 1);
  }
  return rows;
}

const Target kBinaryTarget{.name = "y", .task = Task::kBinary, .classes = {"no", "yes"}};
const Target kThreeClasses{.name = "y", .task = Task::kMulticlass, .classes = {"a", "b", "c"}};
const Target kNumber{.name = "y", .task = Task::kRegression, .mean = 10, .scale = 3};

Network plain(int64_t outputs, int64_t members = 1) {
  return {.widths = {4, 16, 8, outputs}, .activation = Activation::kSilu, .dense = 4, .numbers = 4, .members = members};
}

/// The outputs of one member for all rows, by a torch::nn::Sequential that is fed the model's weights by their names.
at::Tensor outputs_by_torch(const Model& model, const EncodedRows& rows, size_t member) {
  torch::nn::Sequential sequential(torch::nn::Linear(4, 16), torch::nn::SiLU(), torch::nn::Linear(16, 8),
                                   torch::nn::SiLU(), torch::nn::Linear(8, model.network.widths.back()));
  const torch::NoGradGuard no_autograd;
  auto theirs = sequential->named_parameters();
  const std::vector<Parameter> parameters = parameters_of(model.network);
  for (size_t i = 0; i < parameters.size(); ++i)
    theirs[parameters[i].name].copy_(at::tensor(model.members[member][i]).view(parameters[i].shape));
  sequential->to(at::kDouble);
  return sequential->forward(at::tensor(rows.numbers).view({static_cast<int64_t>(rows.rows), 4}).to(at::kDouble));
}

Predictions predicted(Predictor& predictor, const EncodedRows& rows, size_t begin, size_t count) {
  Predictions predictions;
  predictor.predict(rows, begin, count, predictions);
  return predictions;
}

Predictions predicted(const Model& model, const EncodedRows& rows, size_t begin, size_t count) {
  Predictor predictor(model);
  return predicted(predictor, rows, begin, count);
}

at::Tensor found(const std::vector<double>& values, int64_t columns) {
  return at::tensor(values, at::kDouble).view({-1, columns});
}

}  // namespace

TEST_CASE("a row's prediction depends on that row alone, to the last bit") {
  Network network{.activation = Activation::kMish,
                  .parametric = true,
                  .scale = true,
                  .dense = 3,
                  .numbers = 3,
                  .frequencies = 16,
                  .embeddings = {5, 7},
                  .members = 2};
  for (const int64_t width : {8, 200}) {  // products by our own loops and by the BLAS
    network.widths = {network.input_width(), width, width, 3};
    const Model model = model_of(kThreeClasses, network, 1);
    const EncodedRows rows = rows_of(model, 300);
    Predictor predictor(model), another(model);
    const Predictions all = predicted(predictor, rows, 0, 300);
    for (const auto& [begin, count] :
         std::vector<std::pair<size_t, size_t>>{{0, 1}, {299, 1}, {5, 127}, {5, 128}, {5, 129}, {100, 200}, {150, 0}}) {
      INFO(count << " rows from " << begin);
      const Predictions some = predicted(another, rows, begin, count);
      REQUIRE(some.probabilities.size() == 3 * count);
      CHECK(std::equal(some.probabilities.begin(), some.probabilities.end(),
                       all.probabilities.begin() + static_cast<ptrdiff_t>(3 * begin)));
      CHECK(std::equal(some.classes.begin(), some.classes.end(), all.classes.begin() + static_cast<ptrdiff_t>(begin)));
    }
    for (size_t row = 0; row < 300; ++row) {
      EncodedRows alone;
      alone.append(rows, row);
      REQUIRE(predicted(another, alone, 0, 1).probabilities ==
              std::vector<double>(all.probabilities.begin() + static_cast<ptrdiff_t>(3 * row),
                                  all.probabilities.begin() + static_cast<ptrdiff_t>(3 * row + 3)));
    }
  }
}

TEST_CASE(
    "a prediction does not depend on the row's place, whatever the activation, the width and the number of threads") {
  const int threads_before = at::get_num_threads();
  for (const Activation activation : {Activation::kRelu, Activation::kGelu, Activation::kSilu, Activation::kTanh,
                                      Activation::kSelu, Activation::kMish}) {
    for (const Normalization normalization : {Normalization::kNone, Normalization::kLayer}) {
      for (const int64_t width : {5, 769}) {
        const Network network{.widths = {4, width, width, 1},
                              .activation = activation,
                              .normalization = normalization,
                              .dense = 4,
                              .numbers = 4};
        const Model model = model_of(kNumber, network, 1);
        EncodedRows rows = rows_of(model, 1), same;
        for (int i = 0; i < 130; ++i) same.append(rows, 0);
        std::vector<double> answers;
        for (const int threads : {1, 2, 3}) {
          at::set_num_threads(threads);
          const Predictions predictions = predicted(model, same, 0, 130);
          INFO(name_of(activation) << ", width " << width << ", " << threads << " threads");
          CHECK(std::count(predictions.values.begin(), predictions.values.end(), predictions.values[0]) == 130);
          answers.push_back(predictions.values[0]);
        }
        CHECK(answers == std::vector<double>(3, answers[0]));
      }
    }
  }
  at::set_num_threads(threads_before);
}

TEST_CASE("a multiclass model predicts the softmax of the network, averaged over its members") {
  const Model model = model_of(kThreeClasses, plain(3, 3), 1);
  const EncodedRows rows = rows_of(model, 200);
  at::Tensor expected = at::zeros({200, 3}, at::kDouble);
  for (size_t m = 0; m < 3; ++m) expected += outputs_by_torch(model, rows, m).softmax(1) / 3;
  const Predictions predictions = predicted(model, rows, 0, 200);
  CHECK(distance(found(predictions.probabilities, 3), expected) < 1e-6);
  CHECK(at::equal(at::tensor(predictions.classes).to(at::kLong), expected.argmax(1)));
  CHECK(predictions.values.empty());
  CHECK_FALSE(predictions.not_finite());
}

TEST_CASE("a binary model predicts the sigmoid of the network for the positive class") {
  for (const size_t positive : {1, 0}) {
    INFO("positive class " << positive);
    Model model = model_of(kBinaryTarget, plain(1, 2), 1);
    model.target.positive = positive;
    const EncodedRows rows = rows_of(model, 200);
    const at::Tensor expected =
        (outputs_by_torch(model, rows, 0).sigmoid() + outputs_by_torch(model, rows, 1).sigmoid()) / 2;
    const Predictions predictions = predicted(model, rows, 0, 200);
    CHECK(distance(found(predictions.probabilities, 2)
                       .slice(1, static_cast<int64_t>(positive), static_cast<int64_t>(positive) + 1),
                   expected) < 1e-6);
  }
}

TEST_CASE("a row is positive from the threshold on") {
  Model model = model_of(kBinaryTarget, plain(1), 1);
  const EncodedRows rows = rows_of(model, 200);
  for (const double threshold : {0.1, 0.5, 0.9}) {
    model.threshold = threshold;
    const Predictions predictions = predicted(model, rows, 0, 200);
    for (size_t row = 0; row < 200; ++row)
      CHECK(predictions.classes[row] == (predictions.probabilities[2 * row + 1] >= threshold ? 1 : 0));
  }
  model.threshold = predicted(model, rows, 7, 1).probabilities[1];
  CHECK(predicted(model, rows, 7, 1).classes[0] == 1);
}

TEST_CASE("a regression predicts in the target's own units, averaged over its members") {
  const Model model = model_of(kNumber, plain(1, 2), 1);
  const EncodedRows rows = rows_of(model, 200);
  const at::Tensor expected = 10 + 3 * (outputs_by_torch(model, rows, 0) + outputs_by_torch(model, rows, 1)) / 2;
  const Predictions predictions = predicted(model, rows, 0, 200);
  CHECK(distance(found(predictions.values, 1), expected) < 1e-6);
  CHECK(predictions.probabilities.empty());
  CHECK(predictions.classes.empty());
}

TEST_CASE("predicted numbers stay within the model's limits") {
  Model model = model_of(kNumber, plain(1), 1);
  const EncodedRows rows = rows_of(model, 200);
  const at::Tensor free = found(predicted(model, rows, 0, 200).values, 1);
  REQUIRE(free.min().item<double>() < 8);
  REQUIRE(free.max().item<double>() > 12.5);
  model.low = 8;
  model.high = 12.5;
  CHECK(at::equal(found(predicted(model, rows, 0, 200).values, 1), free.clamp(8, 12.5)));
}

TEST_CASE("probabilities take the temperature and then the smoothing") {
  Model model = model_of(kThreeClasses, plain(3, 2), 1);
  model.temperature = 2.5;
  model.smoothing = 0.06;
  const EncodedRows rows = rows_of(model, 200);
  const at::Tensor average =
      (outputs_by_torch(model, rows, 0).softmax(1) + outputs_by_torch(model, rows, 1).softmax(1)) / 2;
  const at::Tensor powers = average.pow(1 / 2.5), expected = 0.94 * powers / powers.sum(1, true) + 0.02;
  CHECK(distance(found(predicted(model, rows, 0, 200).probabilities, 3), expected) < 1e-6);
}

TEST_CASE("the probabilities of a row sum to one") {
  for (const Target& target : {kBinaryTarget, kThreeClasses}) {
    const Model model = model_of(target, plain(output_count(target)), 1);
    const Predictions predictions = predicted(model, rows_of(model, 300), 0, 300);
    const size_t classes = target.classes.size();
    for (size_t row = 0; row < 300; ++row) {
      const auto begin = predictions.probabilities.begin() + static_cast<ptrdiff_t>(row * classes);
      CHECK(std::abs(std::accumulate(begin, begin + static_cast<ptrdiff_t>(classes), 0.0) - 1) < 1e-15);
    }
  }
}

TEST_CASE("the first row without a finite answer is named") {
  Model model = model_of(kNumber, plain(1), 1);
  EncodedRows rows = rows_of(model, 300);
  for (const size_t row : {140, 141, 299})
    std::fill_n(rows.numbers.begin() + static_cast<ptrdiff_t>(4 * row), 4, 3e38f);
  model.members[0][0].assign(64, 1e5f);
  CHECK(predicted(model, rows, 0, 300).not_finite() == 140);
  CHECK(predicted(model, rows, 130, 100).not_finite() == 10);
  CHECK_FALSE(predicted(model, rows, 0, 140).not_finite());
}

TEST_CASE("a number beyond the range of a float is no finite answer") {
  Model model = model_of(kNumber, plain(1), 1);
  const EncodedRows rows = rows_of(model, 3);
  model.target.mean = 1e39;
  model.target.scale = 2e37;
  CHECK(predicted(model, rows, 0, 3).not_finite() == 0);
  model.target.mean = 1e38;
  CHECK_FALSE(predicted(model, rows, 0, 3).not_finite());
}

TEST_CASE("a target far from zero is predicted in doubles") {
  Model model = model_of(kNumber, plain(1), 1);
  const EncodedRows rows = rows_of(model, 3);
  model.target.mean = 1.7e9;
  model.target.scale = 1;
  const std::vector<double> far = predicted(model, rows, 0, 3).values;
  model.target.mean = 0;
  const std::vector<double> near = predicted(model, rows, 0, 3).values;
  for (size_t row = 0; row < 3; ++row) CHECK(far[row] - 1.7e9 == Approx(near[row]).margin(1e-6));
}

TEST_CASE("rounded probabilities are short decimals, and the largest is what is left") {
  std::vector<double> probabilities = {0.1 + 1e-12, 0.7 - 2e-12, 0.2 + 1e-12};
  round_probabilities(probabilities);
  CHECK(probabilities == std::vector<double>{0.1, 0.7, 0.2});
}
