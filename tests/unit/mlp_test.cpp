#include "torch_test.h"

#include "network_by_torch.h"
#include "nn/mlp.h"
#include "nn/optimizer.h"

using namespace mdl;
using namespace mdl::nn;

namespace {

Network plain(std::vector<int64_t> widths, Activation activation = Activation::kTanh) {
  return {.widths = widths, .activation = activation, .dense = widths[0], .numbers = widths[0]};
}

const std::vector<std::pair<const char*, Network>> kNetworks = {
    {"no hidden layer", plain({3, 1})},
    {"no hidden layer, wide", plain({300, 5})},
    {"one hidden layer", plain({10, 10, 1})},
    {"two hidden layers, relu", plain({10, 64, 64, 3}, Activation::kRelu)},
    {"wide", plain({20, 300, 70, 1}, Activation::kSilu)},
    {"deep and narrow", plain({2, 1, 3, 2, 5, 4, 1}, Activation::kSelu)},
    {"gelu", plain({5, 7, 2}, Activation::kGelu)},
    {"layer norm",
     {.widths = {6, 16, 8, 3},
      .activation = Activation::kSilu,
      .normalization = Normalization::kLayer,
      .dense = 6,
      .numbers = 6}},
    {"parametric",
     {.widths = {6, 16, 8, 3}, .activation = Activation::kSelu, .parametric = true, .dense = 6, .numbers = 6}},
    {"layer norm and parametric",
     {.widths = {6, 16, 8, 3},
      .activation = Activation::kGelu,
      .parametric = true,
      .normalization = Normalization::kLayer,
      .dense = 6,
      .numbers = 6}},
    {"scale", with_input_layer({.activation = Activation::kSelu, .scale = true, .dense = 5, .numbers = 2}, {8, 1})},
    {"tables",
     with_input_layer({.activation = Activation::kRelu, .dense = 5, .numbers = 2, .embeddings = {3, 4}}, {8, 1})},
    {"RealMLP", kRealMlp}};

std::vector<Tensor> random_values(const Network& network, Mlp& mlp) {
  std::vector<Tensor> values;
  for (const Parameter& parameter : parameters_of(network)) {
    const ParameterSlice& slice = mlp.slices()[values.size()];
    const double size = parameter.role == Role::kWeight ? 1 / std::sqrt(static_cast<double>(parameter.shape[1])) : 1;
    values.push_back(normal(parameter.shape, values.size(), mlp.parameters().scalar_type()) * size);
    mlp.parameters().narrow(0, slice.begin, slice.size).copy_(values.back().flatten());
  }
  return values;
}

/// What lies between the slices.
double padding(const Mlp& mlp, const Tensor& flat) {
  Tensor rest = flat.clone();
  for (const ParameterSlice& slice : mlp.slices()) rest.narrow(0, slice.begin, slice.size).zero_();
  return rest.abs().sum().item<double>();
}

}  // namespace

TEST_CASE("a network's outputs and gradients are those of LibTorch's autograd") {
  for (const auto& [name, network] : kNetworks) {
    for (const Kind& kind : kKinds) {
      Mlp mlp(network, {.dtype = kind.dtype, .backend = kind.backend});
      const std::vector<Tensor> values = random_values(network, mlp);
      for (const int64_t rows : {1, 33, 256}) {
        INFO(name << ", " << name_of(kind) << ", " << rows << " rows");
        const Tensor dense = normal({rows, network.dense}, 100, kind.dtype),
                     grad = normal({rows, network.widths.back()}, 101, kind.dtype);
        const Tensor categories = all_categories(network, rows);
        const Reference label = autograd(values, grad, [&](const auto& leaves) {
          return network_by_torch(network, dense.to(at::kDouble), categories, leaves);
        });
        CHECK(distance(mlp.forward(Inputs(dense, categories), Pass::kTraining), label.output) < kind.tolerance);
        mlp.backward(grad);
        for (size_t i = 0; i < values.size(); ++i) {
          INFO("parameter " << parameters_of(network)[i].name);
          const ParameterSlice& slice = mlp.slices()[i];
          CHECK(distance(mlp.gradients().narrow(0, slice.begin, slice.size), label.gradients[i].flatten()) <
                kind.tolerance);
        }
      }
    }
  }
}

TEST_CASE("the norms of single rows' gradients, and sums of them that are weighed, are those of LibTorch's autograd") {
  constexpr int64_t kRows = 9;
  for (const auto& [name, network] : kNetworks) {
    for (const Kind& kind : kKinds) {
      INFO(name << ", " << name_of(kind));
      Mlp mlp(network, {.dtype = kind.dtype, .backend = kind.backend});
      const std::vector<Tensor> values = random_values(network, mlp);
      const Tensor dense = normal({kRows, network.dense}, 100, kind.dtype),
                   grad = normal({kRows, network.widths.back()}, 101, kind.dtype),
                   weights = normal({kRows}, 102, kind.dtype).abs(), categories = all_categories(network, kRows);
      mlp.forward(Inputs(dense, categories), Pass::kTraining);
      mlp.propagate(grad);
      const Tensor norms = mlp.row_norms();
      std::vector<double> expected;
      for (int64_t row = 0; row < kRows; ++row) {
        const Reference alone = autograd(values, grad.narrow(0, row, 1), [&](const auto& leaves) {
          return network_by_torch(network, dense.narrow(0, row, 1).to(at::kDouble),
                                  categories.defined() ? categories.narrow(0, row, 1) : categories, leaves);
        });
        expected.push_back(0);
        for (const Tensor& gradient : alone.gradients)
          expected.back() += gradient.square().sum().template item<double>();
      }
      CHECK(distance(norms, at::tensor(expected, at::kDouble)) < kind.tolerance);
      mlp.accumulate(weights);
      const Reference label = autograd(values, grad * weights.unsqueeze(1), [&](const auto& leaves) {
        return network_by_torch(network, dense.to(at::kDouble), categories, leaves);
      });
      for (size_t i = 0; i < values.size(); ++i) {
        INFO("parameter " << parameters_of(network)[i].name);
        const ParameterSlice& slice = mlp.slices()[i];
        CHECK(distance(mlp.gradients().narrow(0, slice.begin, slice.size), label.gradients[i].flatten()) <
              kind.tolerance);
      }
    }
  }
}

TEST_CASE("a plain network's parameters have the names and shapes of torch.nn.Sequential's") {
  torch::nn::Sequential sequential(torch::nn::Linear(6, 16), torch::nn::LayerNorm(torch::nn::LayerNormOptions({16})),
                                   torch::nn::SiLU(), torch::nn::Linear(16, 8),
                                   torch::nn::LayerNorm(torch::nn::LayerNormOptions({8})), torch::nn::SiLU(),
                                   torch::nn::Linear(8, 3));
  sequential->to(at::kDouble);
  const Network network{.widths = {6, 16, 8, 3},
                        .activation = Activation::kSilu,
                        .normalization = Normalization::kLayer,
                        .dense = 6,
                        .numbers = 6};
  Mlp mlp(network, {.dtype = at::kDouble});
  const std::vector<Parameter> parameters = parameters_of(network);
  const auto theirs = sequential->named_parameters();
  REQUIRE(theirs.size() == parameters.size());
  for (size_t i = 0; i < parameters.size(); ++i) {
    CHECK(theirs[i].key() == parameters[i].name);
    CHECK(theirs[i].value().sizes() == at::IntArrayRef(parameters[i].shape));
    const ParameterSlice& slice = mlp.slices()[i];
    mlp.parameters().narrow(0, slice.begin, slice.size).copy_(theirs[i].value().detach().flatten());
  }
  const Tensor x = normal({9, 6}, 1), grad = normal({9, 3}, 2);
  const Tensor expected = sequential->forward(x);
  CHECK(distance(mlp.forward(x, Pass::kTraining), expected.detach()) < 1e-12);
  expected.backward(grad);
  mlp.backward(grad);
  for (size_t i = 0; i < parameters.size(); ++i) {
    const ParameterSlice& slice = mlp.slices()[i];
    CHECK(distance(mlp.gradients().narrow(0, slice.begin, slice.size), theirs[i].value().grad().flatten()) < 1e-12);
  }
}

TEST_CASE("slices begin at multiples of 64 bytes, and what is between them stays zero in training") {
  for (const Kind& kind : kKinds) {
    for (const Optimizer optimizer : {Optimizer::kSgd, Optimizer::kAdam, Optimizer::kAdamW}) {
      INFO(name_of(kind) << ", " << mdl::name_of(optimizer));
      Mlp mlp(kRealMlp, {.dropout = 0.5, .dtype = kind.dtype, .backend = kind.backend});
      random_values(kRealMlp, mlp);
      const int64_t alignment = kind.dtype == at::kDouble ? 8 : 16;
      for (const ParameterSlice& slice : mlp.slices()) CHECK(slice.begin % alignment == 0);
      CHECK(mlp.parameters().numel() % alignment == 0);
      FlatOptimizer flat({.kind = optimizer, .weight_decay = 0.1, .clip_norm = 1}, mlp, kind.backend);
      for (int64_t step = 1; step <= 5; ++step) {
        mlp.forward(Inputs(normal({10, 7}, 1, kind.dtype), all_categories(kRealMlp, 10)), Pass::kTraining,
                    {.number = step});
        mlp.backward(normal({10, 2}, 2, kind.dtype));
        CHECK(flat.step(0.01));
      }
      CHECK(padding(mlp, mlp.parameters()) == 0);
      CHECK(padding(mlp, mlp.gradients()) == 0);
      CHECK(padding(mlp, flat.state().first) == 0);
    }
  }
}

TEST_CASE("with dropout the gradients are those of the network that is left") {
  const Network network = plain({5, 40, 40, 2});
  for (const Kind& kind : kKinds) {
    if (kind.dtype == at::kFloat) continue;
    INFO(name_of(kind));
    Mlp mlp(network, {.dropout = 0.3, .seed = 4, .dtype = kind.dtype, .backend = kind.backend});
    const std::vector<Tensor> values = random_values(network, mlp);
    const Tensor x = normal({8, 5}, 1), grad = normal({8, 2}, 2);
    // Layers 0 and 1 draw their masks from streams 0 and 1.
    std::vector<Tensor> masks;
    for (uint32_t layer = 0; layer < 2; ++layer) {
      Dropout dropout(0.3, 4, layer);
      dropout.set_step({.number = 6});
      masks.push_back(dropout.forward(at::ones({8, 40}, at::kDouble), Pass::kTraining).clone());
    }
    const Reference label = autograd(values, grad, [&](const auto& p) {
      const Tensor first = at::tanh(at::linear(x, p[0], p[1])) * masks[0];
      return at::linear(at::tanh(at::linear(first, p[2], p[3])) * masks[1], p[4], p[5]);
    });
    CHECK(distance(mlp.forward(x, Pass::kTraining, {.number = 6}), label.output) < 1e-10);
    mlp.backward(grad);
    for (size_t i = 0; i < values.size(); ++i) {
      const ParameterSlice& slice = mlp.slices()[i];
      CHECK(distance(mlp.gradients().narrow(0, slice.begin, slice.size), label.gradients[i].flatten()) < 1e-10);
    }
    CHECK(distance(mlp.forward(x, Pass::kEvaluation, {.number = 6}), network_by_torch(network, x, {}, values)) < 1e-10);
  }
}

TEST_CASE("two halves of a batch have the masks, outputs and, summed, the gradients of the whole") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    const auto network_of = [&] {
      auto mlp = std::make_unique<Mlp>(
          kRealMlp, MlpOptions{.dropout = 0.3, .seed = 4, .dtype = kind.dtype, .backend = kind.backend});
      random_values(kRealMlp, *mlp);
      return mlp;
    };
    const auto whole = network_of(), part = network_of();
    const Tensor dense = normal({32, 7}, 1, kind.dtype), grad = normal({32, 2}, 2, kind.dtype),
                 categories = all_categories(kRealMlp, 32);
    const Tensor outputs = whole->forward({dense, categories}, Pass::kTraining, {.number = 6}).clone();
    whole->backward(grad);
    Tensor sum = at::zeros_like(whole->gradients());
    for (const int64_t first : {0, 16}) {
      const Inputs rows(dense.narrow(0, first, 16), categories.narrow(0, first, 16));
      const Tensor some = part->forward(rows, Pass::kTraining, {.number = 6, .first_row = first}).clone();
      CHECK(distance(some, outputs.narrow(0, first, 16)) < kind.tolerance);
      part->backward(grad.narrow(0, first, 16));
      sum += part->gradients();
    }
    CHECK(distance(sum, whole->gradients()) < kind.tolerance);
    const Inputs second(dense.narrow(0, 16, 16), categories.narrow(0, 16, 16));
    const Tensor elsewhere = part->forward(second, Pass::kTraining, {.number = 6});
    CHECK(distance(elsewhere, outputs.narrow(0, 16, 16)) > 0.01);  // other masks
  }
}

TEST_CASE("a network gives back the values that it was given") {
  Mlp mlp(kRealMlp, {});
  std::vector<std::vector<float>> values;
  for (const Parameter& parameter : parameters_of(kRealMlp)) {
    values.emplace_back(static_cast<size_t>(parameter.size()));
    for (size_t k = 0; k < values.back().size(); ++k)
      values.back()[k] = static_cast<float>(values.size()) + 0.001f * static_cast<float>(k);
  }
  mlp.set_values(values);
  CHECK(mlp.values() == values);
  CHECK(padding(mlp, mlp.parameters()) == 0);
}
