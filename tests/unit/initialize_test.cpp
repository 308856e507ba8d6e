#include "torch_test.h"

#include <numbers>

#include "network_by_torch.h"
#include "nn/initialize.h"

using namespace mdl;
using namespace mdl::nn;

namespace {

const Network kNetwork = with_input_layer({.activation = Activation::kSelu,
                                           .parametric = true,
                                           .scale = true,
                                           .dense = 40,
                                           .numbers = 30,
                                           .frequencies = 16,
                                           .embeddings = {50, 60},
                                           .embedding_width = 8},
                                          {64, 32, 1});

Inputs sample(int64_t rows) { return {normal({rows, 40}, 1, at::kFloat) * 3 + 2, all_categories(kNetwork, rows)}; }

std::vector<Tensor> initialized(const Network& network, const InitializeOptions& options, const Inputs& inputs) {
  Mlp mlp(network, {});
  initialize(mlp, network, options, inputs);
  std::vector<Tensor> values;
  for (const Parameter& parameter : parameters_of(network)) {
    const ParameterSlice& slice = mlp.slices()[values.size()];
    values.push_back(mlp.parameters().narrow(0, slice.begin, slice.size).view(parameter.shape).clone());
  }
  return values;
}

bool equal(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Tensor& x, const Tensor& y) { return at::equal(x, y); });
}

double deviation(const Tensor& values) { return values.std(/*unbiased=*/false).item<double>(); }

}  // namespace

TEST_CASE("initial weights are a function of the seed") {
  for (const Initialization method : {Initialization::kGlorot, Initialization::kData}) {
    const auto once = initialized(kNetwork, {.method = method, .seed = 7}, sample(100));
    CHECK(equal(once, initialized(kNetwork, {.method = method, .seed = 7}, sample(100))));
    CHECK_FALSE(equal(once, initialized(kNetwork, {.method = method, .seed = 8}, sample(100))));
  }
}

TEST_CASE("glorot weights fill their uniform distribution, and biases are 0") {
  const auto values = initialized(kNetwork, {.seed = 1}, sample(10));
  const std::vector<Parameter> parameters = parameters_of(kNetwork);
  for (size_t i = 0; i < parameters.size(); ++i) {
    INFO(parameters[i].name);
    if (parameters[i].role == Role::kBias) CHECK(values[i].abs().max().item<double>() == 0);
    if (parameters[i].role != Role::kWeight || parameters[i].size() < 1000) continue;
    const double limit = std::sqrt(6.0 / static_cast<double>(parameters[i].shape[0] + parameters[i].shape[1]));
    CHECK(values[i].abs().max().item<double>() <= limit);
    CHECK(values[i].abs().max().item<double>() > 0.98 * limit);
    CHECK(values[i].mean().item<double>() == Approx(0).margin(0.05 * limit));
    CHECK(deviation(values[i]) == Approx(limit / std::sqrt(3.0)).epsilon(0.05));
  }
}

TEST_CASE("what is no layer begins the same by both methods") {
  for (const Initialization method : {Initialization::kGlorot, Initialization::kData}) {
    const auto values = initialized(kNetwork, {.method = method, .seed = 1, .periodic_sigma = 0.3}, sample(100));
    const std::vector<Parameter> parameters = parameters_of(kNetwork);
    for (size_t i = 0; i < parameters.size(); ++i) {
      INFO(parameters[i].name);
      const double largest = values[i].abs().max().item<double>(), smallest = values[i].min().item<double>();
      switch (parameters[i].role) {
        case Role::kFrequency: CHECK(deviation(values[i]) == Approx(0.3).epsilon(0.15)); break;  // 480 numbers
        case Role::kPhase:
          CHECK(largest <= std::numbers::pi);
          CHECK(deviation(values[i]) == Approx(std::numbers::pi / std::sqrt(3.0)).epsilon(0.1));
          break;
        case Role::kPeriodicWeight:
        case Role::kPeriodicBias:
          CHECK(largest <= 0.25);
          CHECK(largest > 0.23);
          break;
        case Role::kEmbedding: CHECK(deviation(values[i]) == Approx(1).epsilon(0.15)); break;
        case Role::kScale:
        case Role::kAlpha: CHECK((smallest == 1 && largest == 1)); break;
        default: break;
      }
    }
  }
}

TEST_CASE("a layer norm begins as the identity") {
  const Network network{.widths = {4, 5, 1}, .normalization = Normalization::kLayer, .dense = 4, .numbers = 4};
  for (const Initialization method : {Initialization::kGlorot, Initialization::kData}) {
    const auto values = initialized(network, {.method = method}, normal({20, 4}, 1, at::kFloat));
    CHECK(at::equal(values[2], at::ones({5})));
    CHECK(at::equal(values[3], at::zeros({5})));
  }
}

TEST_CASE("by the data each neuron's products have a deviation of 1 and its kink is among the rows") {
  const Inputs inputs = sample(500);
  const auto values = initialized(kNetwork, {.method = Initialization::kData, .seed = 1}, inputs);
  const Tensor* p = values.data();
  Tensor x = front_by_torch(kNetwork, inputs.dense, inputs.indices, p);
  for (size_t layer = 0; layer < 3; ++layer) {
    INFO("layer " << layer);
    const Tensor products = at::mm(x, p[0].t()), bias = p[1];
    CHECK(distance(products.to(at::kDouble).std(0, false), at::ones({p[0].size(0)})) < 1e-4);
    CHECK((-bias >= std::get<0>(products.min(0)) - 1e-5).all().item<bool>());
    CHECK((-bias <= std::get<0>(products.max(0)) + 1e-5).all().item<bool>());
    if (bias.numel() > 1) CHECK(deviation(bias + products.mean(0)) > 0.1);  // each has its own rows
    if (layer == 2) break;
    const Tensor z = products + bias;
    x = z + p[2] * (at::selu(z) - z);
    p += 3;
  }
}

TEST_CASE("by the data a neuron whose inputs never change keeps finite weights") {
  const Network network{.widths = {3, 4, 1}, .activation = Activation::kRelu, .dense = 3, .numbers = 3};
  for (const Tensor& sample : {at::zeros({20, 3}), at::ones({1, 3})}) {
    for (const Tensor& value : initialized(network, {.method = Initialization::kData, .seed = 1}, sample)) {
      CHECK(value.isfinite().all().item<bool>());
    }
  }
}
