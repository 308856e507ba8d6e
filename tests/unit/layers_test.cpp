#include "torch_test.h"

#include "network_by_torch.h"
#include "nn/kernels.h"
#include "nn/layers.h"

using namespace mdl;
using namespace mdl::nn;

namespace {

/// Gradients begin as something else, since they are to be overwritten.
ParameterView parameter(const Tensor& value) { return {value, at::full_like(value, 99)}; }

constexpr Activation kActivations[] = {Activation::kRelu, Activation::kGelu, Activation::kSilu,
                                       Activation::kTanh, Activation::kSelu, Activation::kMish};

/// Rows of `width` numbers from far left to far right of the kink, which is among them.
Tensor all_around_zero(int64_t width, at::ScalarType dtype) {
  return at::cat({at::linspace(-30, 30, 20 * width, at::kDouble), at::linspace(-3, 3, 21 * width - 1, at::kDouble),
                  at::zeros({1}, at::kDouble)})
      .view({41, width})
      .to(dtype);
}

/// After a propagate(): what the layer tells of single rows, and sums of them that are weighed. `inputs` are x and the
/// parameters' values, `gradients` the parameters'.
template <class Function>
void check_rows(Layer& layer, const Kind& kind, const std::vector<Tensor>& inputs, const std::vector<Tensor>& gradients,
                const Tensor& grad, Function function) {
  Tensor squared = at::ones({grad.size(0)}, grad.options());
  layer.add_row_norms(squared);
  CHECK(distance(squared, row_norms_by_autograd(inputs, grad, function) + 1) < kind.tolerance);
  const Tensor weights = normal({grad.size(0)}, 77, kind.dtype).abs();
  layer.accumulate(weights);
  const Reference label = autograd(inputs, grad * weights.unsqueeze(1), function);
  for (size_t i = 0; i < gradients.size(); ++i) CHECK(distance(gradients[i], label.gradients[i + 1]) < kind.tolerance);
}

}  // namespace

TEST_CASE("a linear layer and its gradients are those of torch.nn.Linear, for small and large shapes") {
  struct Shape {
    int64_t rows, in, out;
    bool small;
  };
  const Shape shapes[] = {{1, 1, 1, true},     {7, 5, 3, true},    {32, 10, 10, true},  {20, 40, 1, true},
                          {9, 10, 16, true},   {9, 11, 33, true},  {2, 64, 256, true},  {1, 256, 128, true},
                          {33, 300, 4, false}, {4, 8, 257, false}, {256, 64, 64, false}};
  for (const Shape& shape : shapes) {
    CHECK(kernels::is_small(shape.rows, shape.in, shape.out) == shape.small);
    for (const Kind& kind : kKinds) {
      INFO(name_of(kind) << ", " << shape.rows << " rows, " << shape.in << " to " << shape.out);
      const Tensor x = normal({shape.rows, shape.in}, 1, kind.dtype),
                   grad = normal({shape.rows, shape.out}, 2, kind.dtype);
      Linear layer(parameter(normal({shape.out, shape.in}, 3, kind.dtype)),
                   parameter(normal({shape.out}, 4, kind.dtype)), kind.backend);
      const std::vector<Tensor> inputs = {x, layer.weight().value, layer.bias().value};
      const auto by_torch = [](const auto& leaves) {
        return torch::nn::functional::linear(leaves[0], leaves[1], leaves[2]);
      };
      const Reference label = autograd(inputs, grad, by_torch);
      CHECK(distance(layer.forward(x, Pass::kTraining), label.output) < kind.tolerance);
      CHECK(distance(layer.propagate(grad, true), label.gradients[0]) < kind.tolerance);
      layer.accumulate({});
      CHECK(distance(layer.weight().gradient, label.gradients[1]) < kind.tolerance);
      CHECK(distance(layer.bias().gradient, label.gradients[2]) < kind.tolerance);
      check_rows(layer, kind, inputs, {layer.weight().gradient, layer.bias().gradient}, grad, by_torch);
    }
  }
}

TEST_CASE("a linear layer takes another number of rows at any time") {
  for (const Kind& kind : kKinds) {
    Linear layer(parameter(normal({20, 40}, 1, kind.dtype)), parameter(normal({20}, 2, kind.dtype)), kind.backend);
    for (const int64_t rows : {3, 100, 1, 41, 40}) {  // both sides of is_small
      INFO(name_of(kind) << ", " << rows << " rows");
      const Tensor x = normal({rows, 40}, 3, kind.dtype), grad = normal({rows, 20}, 4, kind.dtype);
      const Tensor weight = layer.weight().value.to(at::kDouble), bias = layer.bias().value.to(at::kDouble);
      CHECK(distance(layer.forward(x, Pass::kTraining), at::linear(x.to(at::kDouble), weight, bias)) < kind.tolerance);
      CHECK(distance(layer.propagate(grad, true), at::mm(grad.to(at::kDouble), weight)) < kind.tolerance);
    }
  }
}

TEST_CASE("a linear layer makes no input gradient where none is wanted") {
  for (const Backend backend : {Backend::kNative, Backend::kAten}) {
    Linear layer(parameter(normal({2, 3}, 1)), parameter(normal({2}, 2)), backend);
    layer.forward(normal({4, 3}, 3), Pass::kTraining);
    CHECK_FALSE(layer.propagate(normal({4, 2}, 4), false).defined());
  }
}

TEST_CASE("an activation and its gradient are those of torch.nn") {
  for (const Activation function : kActivations) {
    for (const Kind& kind : kKinds) {
      INFO(mdl::name_of(function) << ", " << name_of(kind));
      const Tensor x = all_around_zero(7, kind.dtype), grad = normal(x.sizes(), 1, kind.dtype);
      const Reference label = autograd({x}, grad, [&](const auto& leaves) { return by_torch(function, leaves[0]); });
      Activate layer(function, kind.backend);
      CHECK(distance(layer.forward(x, Pass::kTraining), label.output) < kind.tolerance);
      CHECK(distance(layer.propagate(grad, true), label.gradients[0]) < kind.tolerance);
    }
  }
}

TEST_CASE("an activation with alpha is x + alpha (f(x) - x), an alpha for each neuron") {
  for (const Activation function : kActivations) {
    for (const Kind& kind : kKinds) {
      INFO(mdl::name_of(function) << ", " << name_of(kind));
      const Tensor x = all_around_zero(7, kind.dtype), grad = normal(x.sizes(), 1, kind.dtype);
      const ParameterView alpha = parameter(normal({7}, 2, kind.dtype));
      const auto by_formula = [&](const auto& leaves) {
        return leaves[0] + leaves[1] * (by_torch(function, leaves[0]) - leaves[0]);
      };
      const Reference label = autograd({x, alpha.value}, grad, by_formula);
      Activate layer(function, kind.backend, alpha);
      CHECK(distance(layer.forward(x, Pass::kTraining), label.output) < kind.tolerance);
      CHECK(distance(layer.propagate(grad, true), label.gradients[0]) < kind.tolerance);
      layer.accumulate({});
      CHECK(distance(alpha.gradient, label.gradients[1]) < kind.tolerance);
      check_rows(layer, kind, {x, alpha.value}, {alpha.gradient}, grad, by_formula);
    }
  }
}

TEST_CASE("an activation passes on what is not a number") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Activation function : kActivations) {
    for (const Kind& kind : kKinds) {
      INFO(mdl::name_of(function) << ", " << name_of(kind));
      Activate layer(function, kind.backend);
      CHECK(std::isnan(layer.forward(at::full({1, 1}, nan, kind.dtype), Pass::kTraining).item<double>()));
    }
  }
}

TEST_CASE("a layer norm and its gradients are those of torch.nn.LayerNorm") {
  for (const Kind& kind : kKinds) {
    for (const int64_t rows : {1, 37}) {
      INFO(name_of(kind) << ", " << rows << " rows");
      const Tensor x = normal({rows, 9}, 1, kind.dtype), grad = normal({rows, 9}, 2, kind.dtype);
      const ParameterView weight = parameter(normal({9}, 3, kind.dtype)), bias = parameter(normal({9}, 4, kind.dtype));
      const auto by_torch = [](const auto& leaves) {
        return torch::nn::functional::layer_norm(
            leaves[0], torch::nn::functional::LayerNormFuncOptions({9}).weight(leaves[1]).bias(leaves[2]));
      };
      const Reference label = autograd({x, weight.value, bias.value}, grad, by_torch);
      LayerNorm layer(weight, bias);
      CHECK(distance(layer.forward(x, Pass::kTraining), label.output) < kind.tolerance);
      CHECK(distance(layer.propagate(grad, true), label.gradients[0]) < kind.tolerance);
      layer.accumulate({});
      CHECK(distance(weight.gradient, label.gradients[1]) < kind.tolerance);
      CHECK(distance(bias.gradient, label.gradients[2]) < kind.tolerance);
      check_rows(layer, kind, {x, weight.value, bias.value}, {weight.gradient, bias.gradient}, grad, by_torch);
    }
  }
}

TEST_CASE("dropout leaves inputs as they are outside of training and where its factor is 0") {
  Dropout layer(0.5, 1, 0);
  const Tensor x = normal({20, 30}, 1);
  CHECK(at::equal(layer.forward(x, Pass::kEvaluation), x));
  layer.set_step({.number = 3, .dropout_factor = 0});
  CHECK(at::equal(layer.forward(x, Pass::kTraining), x));
}

TEST_CASE("dropout drops the same elements of outputs and gradients and scales up the others") {
  for (const auto dtype : {at::kDouble, at::kFloat}) {
    Dropout layer(0.25, 1, 0);
    layer.set_step({.number = 3});
    const Tensor x = normal({50, 60}, 1, dtype), grad = normal({50, 60}, 2, dtype);
    const Tensor kept = layer.forward(x, Pass::kTraining) != 0;
    CHECK(kept.to(at::kDouble).mean().item<double>() == Approx(0.75).margin(0.04));  // 5 standard deviations
    CHECK(distance(layer.forward(x, Pass::kTraining), x / 0.75 * kept) < 1e-6);
    CHECK(distance(layer.propagate(grad, true), grad / 0.75 * kept) < 1e-6);
  }
}

TEST_CASE("what is dropped depends on seed, layer and step") {
  const Tensor x = at::ones({50, 60});
  const auto mask = [&](uint64_t seed, uint32_t number, int64_t step) {
    Dropout layer(0.5, seed, number);
    layer.set_step({.number = step});
    return layer.forward(x, Pass::kTraining).clone();
  };
  CHECK(at::equal(mask(1, 2, 3), mask(1, 2, 3)));
  for (const Tensor& other : {mask(2, 2, 3), mask(1, 3, 3), mask(1, 2, 4)}) {
    // Two independent masks agree on half of the elements.
    CHECK((mask(1, 2, 3) == other).to(at::kDouble).mean().item<double>() == Approx(0.5).margin(0.05));
  }
}

TEST_CASE("a share of rate * factor is dropped") {
  Dropout layer(0.5, 1, 0);
  layer.set_step({.number = 1, .dropout_factor = 0.2});
  const Tensor y = layer.forward(at::ones({200, 200}), Pass::kTraining);
  CHECK((y == 0).to(at::kDouble).mean().item<double>() == Approx(0.1).margin(0.008));
  CHECK(y.mean().item<double>() == Approx(1).margin(0.009));
}
