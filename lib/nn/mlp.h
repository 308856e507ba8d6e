// The multilayer perceptron on flat parameters.
//
//   parameters [n]:  | weight 0 | pad | bias 0 | pad | weight 1 | pad | ...      gradients [n]: the same layout
//
// Each segment starts at a multiple of 64 bytes; the padding stays zero.
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <vector>

#include "modelfile/model.h"
#include "nn/layers.h"

namespace mdl::nn {

/// A stretch of the flat tensors that holds one parameter.
struct Segment {
  int64_t begin, size;   // in elements
  bool decays;           // whether weight decay applies: weights yes, biases no
};

class Mlp {
 public:
  /// All parameters are zero. `options` gives type (float32 or float64) and device.
  Mlp(const Network& network, double dropout, int64_t seed, at::TensorOptions options);

  /// Glorot's uniform distribution for the weights, zero for the biases (as Keras' Dense does), from `seed` alone.
  void initialize(int64_t seed);

  void set_layers(const std::vector<LinearWeights>& layers);
  std::vector<LinearWeights> layers() const;

  /// Inputs [rows, in] to outputs [rows, out] (logits, or the standardised target). Valid until the next forward().
  const Tensor& forward(const Tensor& inputs, Pass pass, int64_t step = 0);

  /// Gradients of the loss by all parameters, from that by the outputs of the last forward().
  void backward(const Tensor& grad_outputs);

  Tensor& parameters() { return parameters_; }
  const Tensor& gradients() const { return gradients_; }
  const std::vector<Segment>& segments() const { return segments_; }
  int64_t parameter_count() const;   // padding not counted

 private:
  Network network_;
  Tensor parameters_, gradients_;
  std::vector<Segment> segments_;    // weight 0, bias 0, weight 1, ...
  std::vector<std::unique_ptr<Layer>> steps_;
  std::vector<Dropout*> dropouts_;   // among `steps_`
};

}  // namespace mdl::nn
