#include "torch_test.h"

#include "infer/cpu_network.h"
#include "network_by_torch.h"
#include "nn/mlp.h"

using namespace mdl;
using namespace mdl::nn;
using mdl::infer::CpuNetwork;

namespace {

/// The largest difference of its outputs from those of the network that trains, and from LibTorch's own in float64.
std::pair<double, double> differences(const Network& network) {
  constexpr int64_t kRows = 37;  // some rows remain behind the tiles
  Mlp mlp(network, {});
  std::vector<Tensor> parameters;
  std::vector<std::vector<float>> values;
  for (const Parameter& parameter : parameters_of(network)) {
    const double size = parameter.role == Role::kWeight ? 1 / std::sqrt(static_cast<double>(parameter.shape[1])) : 1;
    const Tensor value = size * normal(parameter.shape, values.size(), at::kFloat);
    parameters.push_back(value.to(at::kDouble));
    values.emplace_back(value.const_data_ptr<float>(), value.const_data_ptr<float>() + value.numel());
  }
  mlp.set_values(values);
  const Bags bags = bags_for(network);
  const Tensor dense = normal({kRows, network.dense}, 99, at::kFloat), categories = all_categories(network, kRows);
  const CpuNetwork ours(network, values);
  CpuNetwork::Buffers buffers;
  const float* outputs = ours(dense.const_data_ptr<float>(),
                              categories.defined() ? categories.contiguous().const_data_ptr<int64_t>() : nullptr, bags,
                              kRows, buffers);
  const Tensor found =
      at::from_blob(const_cast<float*>(outputs), {kRows, network.widths.back()}, at::kFloat).to(at::kDouble);
  const Tensor trained = mlp.forward({dense, categories.defined() ? categories.contiguous() : categories,
                                      nn::BagTensors::of(bags, at::kCPU)},
                                     Pass::kEvaluation)
                             .to(at::kDouble);
  return {
      (found - trained).abs().max().item<double>(),
      (found - network_by_torch(network, dense.to(at::kDouble), categories, parameters)).abs().max().item<double>()};
}

}  // namespace

TEST_CASE("the network that only answers answers as the one that trains, and as LibTorch's own") {
  std::vector<Network> networks;
  for (const Activation activation : {Activation::kRelu, Activation::kGelu, Activation::kSilu, Activation::kTanh,
                                      Activation::kSelu, Activation::kMish}) {
    networks.push_back({.widths = {10, 64, 64, 1}, .activation = activation, .dense = 10, .numbers = 10});
    networks.push_back({.widths = {6, 33, 17, 5},
                        .activation = activation,
                        .parametric = true,
                        .normalization = Normalization::kLayer,
                        .dense = 6,
                        .numbers = 6});
  }
  networks.push_back({.widths = {3, 1}, .dense = 3, .numbers = 3});
  networks.push_back({.widths = {700, 300, 100, 31}, .activation = Activation::kTanh, .dense = 700, .numbers = 700});
  networks.push_back(
      with_input_layer({.activation = Activation::kSelu, .scale = true, .dense = 5, .numbers = 2}, {8, 1}));
  networks.push_back(
      with_input_layer({.activation = Activation::kRelu, .dense = 5, .numbers = 0, .embeddings = {3, 4}}, {16, 32}));
  networks.push_back(with_input_layer(
      {.activation = Activation::kRelu, .dense = 5, .numbers = 2, .embeddings = {3}, .bags = {7, 4}}, {16, 32}));
  networks.push_back(kRealMlp);
  for (const Network& network : networks) {
    INFO("activation " << static_cast<int>(network.activation) << ", " << network.widths[0] << " inputs, "
                       << network.widths.back() << " outputs");
    const auto [from_trained, from_torch] = differences(network);
    CHECK(from_trained < 5e-6);
    CHECK(from_torch < 5e-6);
  }
}
