// A network that only answers, on the CPU, without LibTorch: mdl predict starts in milliseconds, and evaluate and
// predict can never disagree. The loops are those that nn::Mlp trains with; a test holds both equal.
#pragma once

#include <cstdint>
#include <vector>

#include "modelfile/network.h"
#include "nn/packed_linear.h"

namespace mdl::nn {

class CpuNetwork {
 public:
  /// What lies between the layers; each thread needs its own.
  struct Buffers {
    std::vector<float> input_layer, before, after;  // of the input_layer; of a layer's product and of its activation
  };

  /// `values` are a member's, in the order of parameters_of(network).
  CpuNetwork(const Network& network, const std::vector<std::vector<float>>& values);

  /// dense [rows, network.dense], categories [rows, tables] to outputs [rows, out], which stand in `buffers` until
  /// their next use.
  const float* operator()(const float* dense, const int64_t* categories, int64_t rows, Buffers& buffers) const;

 private:
  struct Layer {
    PackedLinear product;
    std::vector<float> norm_weight, norm_bias;  // empty without LayerNorm
    std::vector<float> alpha;                   // empty unless parametric
  };
  void front(const float* dense, const int64_t* categories, int64_t rows, std::vector<float>& out) const;

  Network network_;
  std::vector<float> frequency_, phase_, weight_, bias_, scale_;
  std::vector<std::vector<float>> tables_;
  std::vector<Layer> layers_;
};

}  // namespace mdl::nn
