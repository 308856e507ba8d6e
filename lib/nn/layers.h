// The layers of a multilayer perceptron, each with its forward pass and the backward pass written down.
//
//   x [rows, in] --Linear--> [rows, out] --Activate--> [rows, out] --Dropout--> ...
//   <--- gradients of the loss, same shapes, in the other direction
//
// A layer keeps what its backward pass needs (its inputs, its outputs) in buffers of its own, made once for a number of
// rows. Parameters and gradients are views into the network's flat tensors. CPU and CUDA tensors, float32 and float64.
#pragma once

#include <ATen/ATen.h>

#include "base/random.h"
#include "config/config.h"

namespace mdl::nn {

using at::Tensor;

enum class Pass { kTraining, kEvaluation };

/// Makes `buffer` a dense [rows, columns] tensor of the kind of `like`. Its memory is kept for the largest it has been.
void fit_buffer(Tensor& buffer, int64_t rows, int64_t columns, const Tensor& like);

class Layer {
 public:
  virtual ~Layer() = default;

  /// The result is valid until the next forward(). `x` must stay as it is until backward().
  virtual const Tensor& forward(const Tensor& x, Pass pass) = 0;

  /// From the gradient of the loss by the last output to that by the last input; parameter gradients are overwritten.
  /// The result is valid until the next backward(); undefined where `wants_input_gradient` is false.
  virtual const Tensor& backward(const Tensor& grad_output, bool wants_input_gradient) = 0;
};

/// A parameter and its gradient, both views of the same shape.
struct ParameterView {
  Tensor value, gradient;
};

/// Which code does the elementwise work and the small products: our own loops (CPU only), or ATen's operators (any
/// device).
enum class Backend { kNative, kAten };

/// y = x W^T + b, W [out, in], b [out].
class Linear final : public Layer {
 public:
  Linear(ParameterView weight, ParameterView bias, Backend backend);
  ParameterView& weight() { return weight_; }
  ParameterView& bias() { return bias_; }
  const Tensor& forward(const Tensor& x, Pass pass) override;
  const Tensor& backward(const Tensor& grad_output, bool wants_input_gradient) override;

 private:
  bool small(int64_t rows) const;
  ParameterView weight_, bias_;
  Backend backend_;
  Tensor weight_t_;  // a view of the weight, [in, out]
  Tensor scratch_;   // the transposed weight of the small product
  Tensor input_, output_, grad_input_;
};

/// y = f(x), elementwise; with alpha [width] y = x + alpha (f(x) - x). GELU is the exact one, x * Phi(x).
class Activate final : public Layer {
 public:
  Activate(Activation function, Backend backend, ParameterView alpha = {})
      : function_(function), backend_(backend), alpha_(std::move(alpha)) {}
  const Tensor& forward(const Tensor& x, Pass pass) override;
  const Tensor& backward(const Tensor& grad_output, bool wants_input_gradient) override;

 private:
  bool by_loops() const { return backend_ == Backend::kNative && function_ != Activation::kGelu; }
  Activation function_;
  Backend backend_;
  ParameterView alpha_;
  Tensor input_, output_, grad_input_;
  Tensor value_;  // kAten: f(x)
};

/// y = (x - mean) / sqrt(variance + 1e-5) * weight + bias, mean and variance of each row (Ba, Kiros and Hinton 2016,
/// as torch.nn.LayerNorm has it); weight and bias [width].
class LayerNorm final : public Layer {
 public:
  LayerNorm(ParameterView weight, ParameterView bias) : weight_(std::move(weight)), bias_(std::move(bias)) {}
  const Tensor& forward(const Tensor& x, Pass pass) override;
  const Tensor& backward(const Tensor& grad_output, bool wants_input_gradient) override;

 private:
  ParameterView weight_, bias_;
  Tensor input_, output_, mean_, reciprocal_, grad_input_;
};

/// In training, y = x / (1 - rate) with probability 1 - rate, else 0, decided by (seed, layer, step, element) alone.
class Dropout final : public Layer {
 public:
  Dropout(double rate, uint64_t seed, uint32_t layer) : rate_(rate), random_(seed, Purpose::kDropout, layer) {}

  /// The training step that the next forward() belongs to, and what the rate is multiplied by in it.
  void set_step(int64_t step, double factor) {
    step_ = step;
    factor_ = factor;
  }
  const Tensor& forward(const Tensor& x, Pass pass) override;
  const Tensor& backward(const Tensor& grad_output, bool wants_input_gradient) override;

 private:
  double rate_, factor_ = 1;
  Random random_;
  int64_t step_ = 0;
  Tensor mask_, output_, grad_input_;
};

}  // namespace mdl::nn
