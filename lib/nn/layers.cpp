#include "nn/layers.h"

#include <cmath>

#include "nn/kernels.h"

namespace mdl::nn {
namespace {

/// Makes `buffer` a dense [rows, columns] tensor of the kind of `like`; does nothing when it is one already.
void fit_buffer(Tensor& buffer, int64_t rows, int64_t columns, const Tensor& like) {
  if (!buffer.defined() || buffer.size(0) != rows || buffer.size(1) != columns) buffer = at::empty({rows, columns}, like.options());
}

/// Calls `body` with a value of the tensor's element type.
template <class Body>
void by_type(const Tensor& tensor, Body body) {
  if (tensor.scalar_type() == at::kDouble) {
    body(double());
  } else {
    body(float());
  }
}

}  // namespace

Linear::Linear(Tensor weight, Tensor bias, Tensor grad_weight, Tensor grad_bias)
    : weight_(std::move(weight)), bias_(std::move(bias)), grad_weight_(std::move(grad_weight)), grad_bias_(std::move(grad_bias)), weight_t_(weight_.t()) {}

bool Linear::small(int64_t rows) const { return weight_.is_cpu() && kernels::is_small(rows, weight_.size(1), weight_.size(0)); }

const Tensor& Linear::forward(const Tensor& x, Pass) {
  const int64_t rows = x.size(0), in = weight_.size(1), out = weight_.size(0);
  input_ = x;
  fit_buffer(output_, rows, out, x);
  if (small(rows)) {
    fit_buffer(scratch_, in, out, x);
    by_type(x, [&](auto type) {
      using T = decltype(type);
      kernels::linear(x.const_data_ptr<T>(), weight_.const_data_ptr<T>(), bias_.const_data_ptr<T>(), scratch_.data_ptr<T>(), output_.data_ptr<T>(), rows, in, out);
    });
  } else {
    at::addmm_out(output_, bias_, x, weight_t_);
  }
  return output_;
}

const Tensor& Linear::backward(const Tensor& grad_output, bool wants_input_gradient) {
  const int64_t rows = input_.size(0), in = weight_.size(1), out = weight_.size(0);
  if (wants_input_gradient) fit_buffer(grad_input_, rows, in, input_);
  by_type(grad_output, [&](auto type) {
    using T = decltype(type);
    if (small(rows)) {
      kernels::linear_grad_weight(grad_output.const_data_ptr<T>(), input_.const_data_ptr<T>(), grad_weight_.data_ptr<T>(), rows, in, out);
      if (wants_input_gradient) kernels::linear_grad_input(grad_output.const_data_ptr<T>(), weight_.const_data_ptr<T>(), grad_input_.data_ptr<T>(), rows, in, out);
    } else {
      at::mm_out(grad_weight_, grad_output.t(), input_);
      if (wants_input_gradient) at::mm_out(grad_input_, grad_output, weight_);
    }
    if (grad_output.is_cpu()) {
      kernels::column_sums(grad_output.const_data_ptr<T>(), grad_bias_.data_ptr<T>(), rows, out);
    } else {
      at::sum_out(grad_bias_, grad_output, 0);
    }
  });
  return grad_input_;
}

const Tensor& Activate::forward(const Tensor& x, Pass) {
  input_ = x;
  fit_buffer(output_, x.size(0), x.size(1), x);
  switch (function_) {
    case Activation::kRelu:
      if (x.is_cpu()) {
        by_type(x, [&](auto type) { kernels::relu(x.const_data_ptr<decltype(type)>(), output_.data_ptr<decltype(type)>(), x.numel()); });
      } else {
        at::clamp_min_out(output_, x, 0);
      }
      break;
    case Activation::kGelu:
      at::gelu_out(output_, x);
      break;
    case Activation::kSilu:
      at::silu_out(output_, x);
      break;
    case Activation::kTanh:
      at::tanh_out(output_, x);
      break;
  }
  return output_;
}

const Tensor& Activate::backward(const Tensor& grad_output, bool) {
  fit_buffer(grad_input_, input_.size(0), input_.size(1), input_);
  switch (function_) {
    case Activation::kRelu:
      if (input_.is_cpu()) {
        by_type(input_, [&](auto type) {
          using T = decltype(type);
          kernels::relu_backward(grad_output.const_data_ptr<T>(), output_.const_data_ptr<T>(), grad_input_.data_ptr<T>(), output_.numel());
        });
      } else {
        at::threshold_backward_out(grad_input_, grad_output, output_, 0);
      }
      break;
    case Activation::kGelu:
      at::gelu_backward_out(grad_input_, grad_output, input_);
      break;
    case Activation::kSilu:
      at::silu_backward_out(grad_input_, grad_output, input_);
      break;
    case Activation::kTanh:
      at::tanh_backward_out(grad_input_, grad_output, output_);
      break;
  }
  return grad_input_;
}

const Tensor& Dropout::forward(const Tensor& x, Pass pass) {
  if (pass == Pass::kEvaluation) {
    output_ = x;
    return output_;
  }
  fit_buffer(output_, x.size(0), x.size(1), x);
  fit_buffer(mask_, x.size(0), x.size(1), x);
  // The mask is drawn on the host, four elements a block, so that it is the same on every device.
  const int64_t count = x.numel();
  const Tensor host = x.is_cpu() ? mask_ : at::empty_like(mask_, mask_.options().device(at::kCPU));
  const auto dropped_below = static_cast<uint32_t>(std::ldexp(rate_, 32));
  const auto first_block = static_cast<uint64_t>(step_) << 32;
  by_type(x, [&](auto type) {
    using T = decltype(type);
    const T kept = T(1 / (1 - rate_));
    T* mask = host.data_ptr<T>();
    for (int64_t i = 0; i < count; i += 4) {
      const auto words = random_.words(first_block + static_cast<uint64_t>(i / 4));
      for (int64_t k = 0; k < std::min<int64_t>(4, count - i); ++k) mask[i + k] = words[k] < dropped_below ? T(0) : kept;
    }
  });
  if (!x.is_cpu()) mask_.copy_(host);
  at::mul_out(output_, x, mask_);
  return output_;
}

const Tensor& Dropout::backward(const Tensor& grad_output, bool) {
  fit_buffer(grad_input_, mask_.size(0), mask_.size(1), mask_);
  at::mul_out(grad_input_, grad_output, mask_);
  return grad_input_;
}

}  // namespace mdl::nn
