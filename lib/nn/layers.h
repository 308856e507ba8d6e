// The layers of a multilayer perceptron, each with its forward pass and the backward pass written down, in two steps.
//
//   x [rows, in] --Linear--> [rows, out] --Activate--> [rows, out] --Dropout--> ...
//   <--- propagate(): gradients of the loss, same shapes, in the other direction; each layer keeps that of its output
//   accumulate(): the parameters' gradients from what was kept, the rows weighed or not
//
// What is kept also tells how large each row's own parameter gradient is (add_row_norms()), so that rows can be weighed
// by it without a pass for each. A layer keeps what its backward pass needs in buffers of its own, made once for a
// number of rows. Parameters and gradients are views into the network's flat tensors. CPU and CUDA tensors, float32 and
// float64.
//
// By ATen's operators several networks of one shape compute as one: all tensors then have one more dimension before,
// [members, rows, width], weights [members, out, in], and the other parameters one for the rows, too: [members, 1,
// out].
#pragma once

#include <ATen/ATen.h>

#include "base/random.h"
#include "config/config.h"

namespace mdl::nn {

using at::Tensor;

enum class Pass { kTraining, kEvaluation };

/// What a forward() in training belongs to.
struct Step {
  int64_t number = 0;
  double dropout_factor = 1;  // what dropout's rate is multiplied by
  int64_t first_row = 0;      // of the step's batch, where these rows are a stretch of it and others compute the rest
  Tensor on_device = {};      // of several networks, in place of all of these: StepValues (step_values.h)
};

/// Makes `buffer` a dense tensor of the kind of `like`, and of its shape but for the number of columns. Its memory is
/// kept for the largest it has been.
void fit_buffer(Tensor& buffer, int64_t columns, const Tensor& like);

/// The sum over the rows of `x`, in the shape of `parameter`.
Tensor sum_of_rows(const Tensor& x, const Tensor& parameter);

class Layer {
 public:
  virtual ~Layer() = default;

  /// The result is valid until the next forward(). `x` must stay as it is until the backward pass is done.
  virtual const Tensor& forward(const Tensor& x, Pass pass) = 0;

  /// From the gradient of the loss by the last output, which must stay as it is until the backward pass is done, to
  /// that by the last input. The result is valid until the next propagate(); undefined where `wants_input_gradient` is
  /// false.
  virtual const Tensor& propagate(const Tensor& grad_output, bool wants_input_gradient) = 0;

  /// Overwrites the gradients of the parameters with the sums over the rows of the last propagate(), each row's times
  /// its weight; `weights` [rows], undefined: ones. Once after each propagate().
  virtual void accumulate(const Tensor& /*weights*/) {}

  /// Adds to squared [rows] the squared norm of each row's gradient by the parameters.
  virtual void add_row_norms(Tensor& /*squared*/) const {}
};

/// The rows of `gradient` times their weights; undefined weights: as it is. Of one network, as the norms of rows.
Tensor weighed(const Tensor& gradient, const Tensor& weights);

/// The squared norm of each row of a [rows, ...] tensor, [rows].
Tensor squared_norms(const Tensor& rows);

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
  const Tensor& propagate(const Tensor& grad_output, bool wants_input_gradient) override;
  void accumulate(const Tensor& weights) override;
  void add_row_norms(Tensor& squared) const override;

 private:
  bool small(int64_t rows) const;
  ParameterView weight_, bias_;
  Backend backend_;
  Tensor weight_t_;  // a view of the weight, [in, out]
  Tensor scratch_;   // the transposed weight of the small product
  Tensor input_, output_, grad_output_, grad_input_;
};

/// y = f(x), elementwise; with alpha [width] y = x + alpha (f(x) - x). GELU is the exact one, x * Phi(x).
class Activate final : public Layer {
 public:
  Activate(Activation function, Backend backend, ParameterView alpha = {})
      : function_(function), backend_(backend), alpha_(std::move(alpha)) {}
  const Tensor& forward(const Tensor& x, Pass pass) override;
  const Tensor& propagate(const Tensor& grad_output, bool wants_input_gradient) override;
  void accumulate(const Tensor& weights) override;
  void add_row_norms(Tensor& squared) const override;

 private:
  Tensor grad_alpha_rows() const;
  bool by_loops() const { return backend_ == Backend::kNative && function_ != Activation::kGelu; }
  Activation function_;
  Backend backend_;
  ParameterView alpha_;
  Tensor input_, output_, grad_output_, grad_input_;
  Tensor value_;  // kAten: f(x)
};

/// y = (x - mean) / sqrt(variance + 1e-5) * weight + bias, mean and variance of each row (Ba, Kiros and Hinton 2016,
/// as torch.nn.LayerNorm has it); weight and bias [width].
class LayerNorm final : public Layer {
 public:
  LayerNorm(ParameterView weight, ParameterView bias) : weight_(std::move(weight)), bias_(std::move(bias)) {}
  const Tensor& forward(const Tensor& x, Pass pass) override;
  const Tensor& propagate(const Tensor& grad_output, bool wants_input_gradient) override;
  void accumulate(const Tensor& weights) override;
  void add_row_norms(Tensor& squared) const override;

 private:
  Tensor normalized() const;
  ParameterView weight_, bias_;
  Tensor input_, output_, mean_, reciprocal_, grad_output_, grad_input_;
  Tensor normalized_;  // of several networks
};

/// In training, y = x / (1 - rate) with probability 1 - rate, else 0, decided by (seed, layer, step, place of the row
/// in the step's whole batch, place in the row) alone: a stretch of a batch has the mask that it has within the whole.
class Dropout final : public Layer {
 public:
  Dropout(double rate, uint64_t seed, uint32_t layer) : rate_(rate), random_(seed, Purpose::kDropout, layer) {}

  /// What the next forward() belongs to.
  void set_step(const Step& step) { step_ = step; }

  /// The mask of the next forward() of several networks.
  void set_mask(Tensor mask) { mask_ = std::move(mask); }
  const Tensor& forward(const Tensor& x, Pass pass) override;
  const Tensor& propagate(const Tensor& grad_output, bool wants_input_gradient) override;

 private:
  double rate_;
  Random random_;
  Step step_;
  Tensor mask_, output_, grad_input_;
};

}  // namespace mdl::nn
