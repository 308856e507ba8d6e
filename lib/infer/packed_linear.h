// The matrix product of a network that only answers: the weight lies in the order in which it is read.
#pragma once

#include <cstdint>
#include <vector>

namespace mdl::infer {

/// y = x W^T + b with W [out, in] in strips of 16 outputs. Each y is the sum over the inputs in their order, so a row's
/// result depends on that row alone.
class PackedLinear {
 public:
  PackedLinear(const std::vector<float>& weight, const std::vector<float>& bias);

  int64_t inputs() const { return inputs_; }
  int64_t outputs() const { return outputs_; }

  /// x [rows, inputs], y [rows, outputs].
  void operator()(const float* x, float* y, int64_t rows) const;

 private:
  int64_t inputs_, outputs_;
  std::vector<float> strips_;  // [strips, 1 + inputs, 16]: the bias, then each input's weights, outputs that are not
                               // there zero
};

}  // namespace mdl::infer
