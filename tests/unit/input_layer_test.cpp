#include "torch_test.h"

#include "network_by_torch.h"
#include "nn/input_layer.h"

using namespace mdl;
using namespace mdl::nn;

namespace {

void check_front(Network network) {
  network.widths = {network.input_width(), 1};
  constexpr int64_t kRows = 37;
  const Tensor categories = all_categories(network, kRows);
  const Bags bags = bags_for(network);
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    std::vector<ParameterView> parameters;
    std::vector<Tensor> values;
    const auto named = bind(network, [&](const Parameter& parameter, size_t) {
      const Tensor value = normal(parameter.shape, values.size(), kind.dtype);
      const ParameterView view{value, at::full_like(value, 99)};
      if (parameter.role == Role::kWeight || parameter.role == Role::kBias) return view;  // of the layer behind it
      values.push_back(value);
      parameters.push_back(view);
      return view;
    });
    InputLayer front(network, named, kind.backend);
    for (const int64_t rows : {kRows, int64_t{1}, kRows}) {
      const Tensor dense = normal({rows, network.dense}, 100, kind.dtype),
                   grad = normal({rows, network.widths[0]}, 101, kind.dtype);
      const Tensor indices = categories.defined() ? categories.slice(0, 0, rows).contiguous() : categories;
      const Reference label = autograd(values, grad, [&](const auto& leaves) {
        const Tensor* next = leaves.data();
        return front_by_torch(network, dense.to(at::kDouble), indices, next);
      });
      const Inputs inputs(dense, indices, BagTensors::of(bags, at::kCPU));
      CHECK(distance(front.forward(inputs), label.output) < kind.tolerance);
      front.propagate(grad);
      Tensor squared = at::ones({rows}, grad.options());
      front.add_row_norms(squared);
      front.accumulate({});
      for (size_t i = 0; i < parameters.size(); ++i) {
        INFO("parameter " << i);
        CHECK(distance(parameters[i].gradient, label.gradients[i]) < kind.tolerance);
      }
      for (int64_t row = 0; row < rows; ++row) {
        INFO("row " << row);
        const Reference alone = autograd(values, grad.narrow(0, row, 1), [&](const auto& leaves) {
          const Tensor* next = leaves.data();
          return front_by_torch(network, dense.narrow(0, row, 1).to(at::kDouble),
                                indices.defined() ? indices.narrow(0, row, 1) : indices, next);
        });
        double norm = 0;
        for (const Tensor& gradient : alone.gradients) norm += gradient.square().sum().template item<double>();
        CHECK(std::abs(squared[row].item<double>() - norm - 1) / (norm + 1) < kind.tolerance);
      }
      const Tensor weights = normal({rows}, 102, kind.dtype).abs();
      front.accumulate(weights);
      const Reference heavy = autograd(values, grad * weights.unsqueeze(1), [&](const auto& leaves) {
        const Tensor* next = leaves.data();
        return front_by_torch(network, dense.to(at::kDouble), indices, next);
      });
      for (size_t i = 0; i < parameters.size(); ++i) {
        INFO("parameter " << i << ", weighed");
        CHECK(distance(parameters[i].gradient, heavy.gradients[i]) < kind.tolerance);
      }
    }
  }
}

}  // namespace

TEST_CASE("periodic embeddings and their gradients are those of the formula, with 16 frequencies") {
  check_front({.dense = 5, .numbers = 3, .frequencies = 16});
}

TEST_CASE(
    "periodic embeddings and their gradients are those of the formula, with other numbers of frequencies and outputs") {
  check_front({.dense = 5, .numbers = 3, .frequencies = 5});
  check_front({.dense = 3, .numbers = 3, .frequencies = 64, .periodic_outputs = 2});
  check_front({.dense = 1, .numbers = 1, .frequencies = 1, .periodic_outputs = 9});
}

TEST_CASE("tables and their gradients are those of torch.nn.Embedding") {
  check_front({.dense = 2, .numbers = 1, .embeddings = {4, 1, 30}, .embedding_width = 3});
}

TEST_CASE("bags and their gradients are those of the sums of their rows") {
  check_front({.dense = 2, .numbers = 1, .bags = {5, 9}, .bag_width = 3});
  check_front({.scale = true, .dense = 3, .numbers = 2, .embeddings = {4, 3}, .bags = {6}, .bag_width = 16});
  check_front({.dense = 0, .numbers = 0, .bags = {4}, .bag_width = 1});
}

TEST_CASE("a scale and its gradient are those of the product") {
  check_front({.scale = true, .dense = 5, .numbers = 3});
}

TEST_CASE("periodic embeddings, tables and scale work together") {
  check_front({.scale = true, .dense = 6, .numbers = 4, .frequencies = 16, .embeddings = {4, 3}, .embedding_width = 8});
  check_front({.scale = true, .dense = 6, .numbers = 4, .frequencies = 5, .embeddings = {4, 3}, .embedding_width = 1});
}

TEST_CASE("a front without a number has no periodic embeddings") {
  check_front({.scale = true, .dense = 0, .numbers = 0, .frequencies = 16, .embeddings = {4}});
  check_front({.scale = true, .dense = 2, .numbers = 0, .frequencies = 16});
}
