// The multilayer perceptron on flat parameters.
//
//   parameters [n]:  | 0.weight | pad | 0.bias | pad | 2.weight | pad | ...      gradients [n]: the same layout
//
// Each slice starts at a multiple of 64 bytes; the padding stays zero. The slices are those of parameters_of(network).
// Several networks as one, by ATen's operators: parameters [members, n], and what comes and goes [members, rows, ...].
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <vector>

#include "modelfile/network.h"
#include "nn/dropout_masks.h"
#include "nn/input_layer.h"
#include "nn/layers.h"

namespace mdl::nn {

/// A stretch of the flat tensors that holds one parameter.
struct ParameterSlice {
  int64_t begin, size;  // in elements
  Role role;
  int64_t inputs;  // kWeight: of its layer
};

struct MlpOptions {
  double dropout = 0;
  uint64_t seed = 0;                  // of dropout
  at::ScalarType dtype = at::kFloat;  // or kDouble
  at::Device device = at::kCPU;
  Backend backend = device.is_cpu() ? Backend::kNative : Backend::kAten;
  std::vector<uint64_t> seeds = {};  // of dropout: so many networks as one, by ATen; empty: one by itself
};

class Mlp {
 public:
  /// All parameters are zero.
  Mlp(const Network& network, const MlpOptions& options);

  /// The values in the order of parameters_of(network).
  void set_values(const std::vector<std::vector<float>>& values, int64_t member = 0);
  std::vector<std::vector<float>> values() const;

  /// Those of one network, [n].
  Tensor parameters_of_member(int64_t member) const;

  /// Inputs to outputs [rows, out] (logits, or the standardised target). Valid until the next forward(). In training
  /// the step chooses the dropout.
  const Tensor& forward(const Inputs& inputs, Pass pass, const Step& step = {});

  /// Gradients of the loss by all parameters, from that by the outputs of the last forward(), which must stay as it is
  /// until the backward pass is done.
  void backward(const Tensor& grad_outputs);

  /// The same in two steps, between which row_norms() tells how large each row's gradient by all parameters is: weighed
  /// by what follows from it, as where rows are clipped one by one (Abadi et al. 2016), none has too much of a say.
  /// accumulate(): the rows' gradients times their weights [rows], summed; undefined weights: ones.
  void propagate(const Tensor& grad_outputs);
  void accumulate(const Tensor& weights);

  /// Of each row of the last propagate() the squared norm of its gradient, [rows].
  Tensor row_norms() const;

  const Network& network() const { return network_; }
  Tensor& parameters() { return parameters_; }
  const Tensor& parameters() const { return parameters_; }
  const Tensor& gradients() const { return gradients_; }
  const std::vector<ParameterSlice>& slices() const { return slices_; }
  InputLayer* input_layer() { return input_layer_.get(); }
  const std::vector<std::unique_ptr<Layer>>& layers() const { return layers_; }

 private:
  void sweep(const Tensor& grad_outputs, bool accumulating);

  Network network_;
  Tensor parameters_, gradients_;
  std::vector<ParameterSlice> slices_;
  std::unique_ptr<InputLayer> input_layer_;  // null: the dense inputs are the first layer's
  std::vector<std::unique_ptr<Layer>> layers_;
  std::vector<Dropout*> dropouts_;     // among `layers_`
  std::optional<DropoutMasks> masks_;  // of several networks
  int64_t rows_ = 0;                   // of the last forward()
};

}  // namespace mdl::nn
