// For tests that need LibTorch. Include it first: c10 and Catch2 both define CHECK, and the last one wins.
#pragma once

#include <torch/torch.h>

#include <limits>
#include <vector>

#include "nn/layers.h"

#undef CHECK

#include "catch.h"

namespace mdl {

/// A way to compute, and how far from float64 its results may lie.
struct Kind {
  at::ScalarType dtype;
  nn::Backend backend;
  double tolerance;
};

inline constexpr Kind kKinds[] = {{at::kDouble, nn::Backend::kNative, 1e-10},
                                  {at::kDouble, nn::Backend::kAten, 1e-10},
                                  {at::kFloat, nn::Backend::kNative, 1e-4},
                                  {at::kFloat, nn::Backend::kAten, 1e-4}};

inline std::string name_of(const Kind& kind) {
  return std::string(kind.dtype == at::kDouble ? "float64" : "float32") +
         (kind.backend == nn::Backend::kNative ? ", own loops" : ", ATen");
}

/// Standard normal numbers, the same for the same seed.
inline at::Tensor normal(at::IntArrayRef shape, uint64_t seed, at::ScalarType dtype = at::kDouble) {
  return at::randn(shape, at::detail::createCPUGenerator(seed), at::TensorOptions(at::kDouble)).to(dtype);
}

/// The largest |a - b| / (1 + |b|); infinite when the shapes differ.
inline double distance(const at::Tensor& a, const at::Tensor& b) {
  if (a.sizes() != b.sizes()) return std::numeric_limits<double>::infinity();
  if (a.numel() == 0) return 0;
  const at::Tensor expected = b.to(at::kDouble);
  return ((a.to(at::kDouble) - expected).abs() / (1 + expected.abs())).max().item<double>();
}

struct Reference {
  at::Tensor output;
  std::vector<at::Tensor> gradients;  // one an input
};

/// f(inputs), and the gradients of sum(grad_output * f(inputs)), by LibTorch's autograd in float64.
template <class Function>
Reference autograd(const std::vector<at::Tensor>& inputs, const at::Tensor& grad_output, Function function) {
  std::vector<at::Tensor> leaves;
  for (const at::Tensor& input : inputs) leaves.push_back(input.detach().to(at::kDouble).clone().requires_grad_());
  const at::Tensor output = function(leaves);
  return {output.detach(), torch::autograd::grad({output}, leaves, {grad_output.to(at::kDouble)})};
}

/// Of each row of inputs[0] alone the squared norm of the gradients by the other inputs, [rows].
template <class Function>
at::Tensor row_norms_by_autograd(const std::vector<at::Tensor>& inputs, const at::Tensor& grad_output,
                                 Function function) {
  std::vector<double> squared;
  for (int64_t row = 0; row < grad_output.size(0); ++row) {
    std::vector<at::Tensor> alone = inputs;
    alone[0] = inputs[0].narrow(0, row, 1);
    const Reference one = autograd(alone, grad_output.narrow(0, row, 1), function);
    squared.push_back(0);
    for (size_t i = 1; i < alone.size(); ++i) squared.back() += one.gradients[i].square().sum().template item<double>();
  }
  return at::tensor(squared, at::kDouble);
}

}  // namespace mdl
