#include "nn/layers.h"

#include <tuple>

#include "infer/activation.h"
#include "nn/activation_gradient.h"
#include "nn/kernels.h"

namespace mdl::nn {
namespace {

/// Calls `body` with a value of the tensor's element type.
template <class Body>
void by_type(const Tensor& tensor, Body body) {
  if (tensor.scalar_type() == at::kDouble) {
    body(double());
  } else {
    body(float());
  }
}

Tensor by_aten(Activation function, const Tensor& x) {
  switch (function) {
    case Activation::kRelu: return at::relu(x);
    case Activation::kGelu: return at::gelu(x);
    case Activation::kSilu: return at::silu(x);
    case Activation::kTanh: return at::tanh(x);
    case Activation::kSelu: return at::selu(x);
    case Activation::kMish: return at::mish(x);
  }
  return x;
}

/// The gradient by x of sum(grad * f(x)); `value` is f(x).
Tensor backward_by_aten(Activation function, const Tensor& grad, const Tensor& x, const Tensor& value) {
  constexpr double kScale = 1.0507009873554804934193349852946, kAlpha = 1.6732632423543772848170429916717;
  switch (function) {
    case Activation::kRelu: return at::threshold_backward(grad, value, 0);
    case Activation::kGelu: return at::gelu_backward(grad, x);
    case Activation::kSilu: return at::silu_backward(grad, x);
    case Activation::kTanh: return at::tanh_backward(grad, value);
    case Activation::kSelu: return at::elu_backward(grad, kAlpha, kScale, 1, /*is_result=*/false, x);
    case Activation::kMish: return at::mish_backward(grad, x);
  }
  return grad;
}

}  // namespace

void fit_buffer(Tensor& buffer, int64_t columns, const Tensor& like) {
  at::DimVector sizes(like.sizes());
  sizes.back() = columns;
  if (!buffer.defined()) buffer = at::empty(sizes, like.options());
  if (buffer.sizes() != sizes) buffer.resize_(sizes);
}

Tensor sum_of_rows(const Tensor& x, const Tensor& parameter) { return x.sum(-2, parameter.dim() == x.dim()); }

Tensor weighed(const Tensor& gradient, const Tensor& weights) {
  return weights.defined() ? gradient * weights.unsqueeze(1) : gradient;
}

Tensor squared_norms(const Tensor& rows) { return rows.square().flatten(1).sum(1); }

Linear::Linear(ParameterView weight, ParameterView bias, Backend backend)
    : weight_(std::move(weight)), bias_(std::move(bias)), backend_(backend),
      weight_t_(weight_.value.transpose(-2, -1)) {}

bool Linear::small(int64_t rows) const {
  return backend_ == Backend::kNative && kernels::is_small(rows, weight_.value.size(1), weight_.value.size(0));
}

const Tensor& Linear::forward(const Tensor& x, Pass) {
  const int64_t rows = x.size(-2), in = weight_.value.size(-1), out = weight_.value.size(-2);
  input_ = x;
  fit_buffer(output_, out, x);
  if (small(rows)) {
    if (!scratch_.defined()) scratch_ = at::empty({in, kernels::kScratch}, x.options());
    by_type(x, [&](auto type) {
      using T = decltype(type);
      kernels::linear(x.const_data_ptr<T>(), weight_.value.const_data_ptr<T>(), bias_.value.const_data_ptr<T>(),
                      scratch_.data_ptr<T>(), output_.data_ptr<T>(), rows, in, out);
    });
  } else if (x.dim() == 3) {
    at::baddbmm_out(output_, bias_.value, x, weight_t_);
  } else {
    at::addmm_out(output_, bias_.value, x, weight_t_);
  }
  return output_;
}

const Tensor& Linear::propagate(const Tensor& grad_output, bool wants_input_gradient) {
  grad_output_ = grad_output;
  if (!wants_input_gradient) return grad_input_;
  const int64_t rows = input_.size(-2), in = weight_.value.size(-1), out = weight_.value.size(-2);
  fit_buffer(grad_input_, in, input_);
  if (small(rows)) {
    by_type(grad_output, [&](auto type) {
      using T = decltype(type);
      kernels::linear_grad_input(grad_output.const_data_ptr<T>(), weight_.value.const_data_ptr<T>(),
                                 grad_input_.data_ptr<T>(), rows, in, out);
    });
  } else {
    grad_output.dim() == 3 ? at::bmm_out(grad_input_, grad_output, weight_.value)
                           : at::mm_out(grad_input_, grad_output, weight_.value);
  }
  return grad_input_;
}

void Linear::accumulate(const Tensor& weights) {
  const int64_t rows = input_.size(-2), in = weight_.value.size(-1), out = weight_.value.size(-2);
  const Tensor grad = weighed(grad_output_, weights);
  if (backend_ == Backend::kAten) {
    if (grad.dim() == 3) {
      at::bmm_out(weight_.gradient, grad.transpose(-2, -1), input_);
    } else {
      at::mm_out(weight_.gradient, grad.t(), input_);
    }
    at::sum_out(bias_.gradient, grad, -2, bias_.gradient.dim() == grad.dim());
    return;
  }
  by_type(grad, [&](auto type) {
    using T = decltype(type);
    if (small(rows)) {
      kernels::linear_grad_weight(grad.const_data_ptr<T>(), input_.const_data_ptr<T>(), weight_.gradient.data_ptr<T>(),
                                  rows, in, out);
    } else {
      at::mm_out(weight_.gradient, grad.t(), input_);
    }
    kernels::column_sums(grad.const_data_ptr<T>(), bias_.gradient.data_ptr<T>(), rows, out);
  });
}

void Linear::add_row_norms(Tensor& squared) const {
  // Of the weight g x^T, of the bias g.
  squared.addcmul_(squared_norms(grad_output_), squared_norms(input_) + 1);
}

const Tensor& Activate::forward(const Tensor& x, Pass) {
  input_ = x;
  if (!by_loops()) {
    value_ = by_aten(function_, x);
    output_ = alpha_.value.defined() ? at::lerp(x, value_, alpha_.value) : value_;
    return output_;
  }
  fit_buffer(output_, x.size(1), x);
  by_type(x, [&](auto type) {
    using T = decltype(type);
    const T* alpha = alpha_.value.defined() ? alpha_.value.const_data_ptr<T>() : nullptr;
    infer::activate(function_, x.const_data_ptr<T>(), alpha, output_.data_ptr<T>(), x.size(0), x.size(1));
  });
  return output_;
}

const Tensor& Activate::propagate(const Tensor& grad_output, bool) {
  grad_output_ = grad_output;
  if (!by_loops()) {
    if (!alpha_.value.defined()) {
      grad_input_ = backward_by_aten(function_, grad_output, input_, value_);
      return grad_input_;
    }
    grad_input_ = backward_by_aten(function_, grad_output * alpha_.value, input_, value_) +
                  grad_output * (1 - alpha_.value);
    return grad_input_;
  }
  fit_buffer(grad_input_, input_.size(1), input_);
  by_type(input_, [&](auto type) {
    using T = decltype(type);
    const T* alpha = alpha_.value.defined() ? alpha_.value.const_data_ptr<T>() : nullptr;
    T* grad_alpha = alpha_.value.defined() ? alpha_.gradient.data_ptr<T>() : nullptr;
    kernels::activate_backward(function_, input_.const_data_ptr<T>(), grad_output.const_data_ptr<T>(), alpha,
                               grad_input_.data_ptr<T>(), grad_alpha, input_.size(0), input_.size(1));
  });
  return grad_input_;
}

/// Each row's gradient by alpha, [rows, width].
Tensor Activate::grad_alpha_rows() const {
  return grad_output_ * ((by_loops() ? by_aten(function_, input_) : value_) - input_);
}

void Activate::accumulate(const Tensor& weights) {
  if (!alpha_.value.defined()) return;
  if (by_loops() && !weights.defined()) return;  // done by propagate(), which has f(x) anyway
  alpha_.gradient.copy_(sum_of_rows(weighed(grad_alpha_rows(), weights), alpha_.gradient));
}

void Activate::add_row_norms(Tensor& squared) const {
  if (alpha_.value.defined()) squared += squared_norms(grad_alpha_rows());
}

const Tensor& LayerNorm::forward(const Tensor& x, Pass) {
  constexpr double kEpsilon = 1e-5;
  input_ = x;
  if (x.dim() == 3) {
    std::tie(normalized_, mean_, reciprocal_) = at::native_layer_norm(x, x.size(-1), {}, {}, kEpsilon);
    output_ = at::addcmul(bias_.value, normalized_, weight_.value);
    return output_;
  }
  std::tie(output_, mean_, reciprocal_) = at::native_layer_norm(x, weight_.value.sizes(), weight_.value, bias_.value,
                                                                kEpsilon);
  return output_;
}

const Tensor& LayerNorm::propagate(const Tensor& grad_output, bool) {
  grad_output_ = grad_output;
  if (grad_output.dim() == 3) {
    grad_input_ = std::get<0>(at::native_layer_norm_backward(grad_output * weight_.value, input_, input_.size(-1),
                                                             mean_, reciprocal_, {}, {}, {true, false, false}));
    return grad_input_;
  }
  fit_buffer(grad_input_, input_.size(1), input_);
  at::native_layer_norm_backward_out(grad_input_, weight_.gradient, bias_.gradient, grad_output, input_,
                                     weight_.value.sizes(), mean_, reciprocal_, weight_.value, bias_.value,
                                     {true, true, true});
  return grad_input_;
}

Tensor LayerNorm::normalized() const { return (input_ - mean_) * reciprocal_; }

void LayerNorm::accumulate(const Tensor& weights) {
  if (grad_output_.dim() == 3) {
    weight_.gradient.copy_(sum_of_rows(grad_output_ * normalized_, weight_.gradient));
    bias_.gradient.copy_(sum_of_rows(grad_output_, bias_.gradient));
    return;
  }
  if (!weights.defined()) return;  // done by propagate(), in the same pass over the rows
  const Tensor grad = weighed(grad_output_, weights);
  weight_.gradient.copy_((grad * normalized()).sum(0));
  bias_.gradient.copy_(grad.sum(0));
}

void LayerNorm::add_row_norms(Tensor& squared) const {
  squared += squared_norms(grad_output_ * normalized()) + squared_norms(grad_output_);
}

const Tensor& Dropout::forward(const Tensor& x, Pass pass) {
  if (pass == Pass::kEvaluation) {
    output_ = x;
    return output_;
  }
  fit_buffer(output_, x.size(-1), x);
  if (step_.on_device.defined()) return at::mul_out(output_, x, mask_);
  fit_buffer(mask_, x.size(-1), x);
  // The mask is drawn on the host, so that it is the same on every device.
  const Tensor host = x.is_cpu() ? mask_ : at::empty_like(mask_, mask_.options().device(at::kCPU));
  by_type(x, [&](auto type) {
    using T = decltype(type);
    kernels::dropout_mask(random_, static_cast<uint64_t>(step_.number) << 32, rate_ * step_.dropout_factor,
                          step_.first_row * x.size(1), host.data_ptr<T>(), x.numel());
  });
  if (!x.is_cpu()) mask_.copy_(host);
  at::mul_out(output_, x, mask_);
  return output_;
}

const Tensor& Dropout::propagate(const Tensor& grad_output, bool) {
  fit_buffer(grad_input_, mask_.size(-1), mask_);
  at::mul_out(grad_input_, grad_output, mask_);
  return grad_input_;
}

}  // namespace mdl::nn
