// A network that only answers, on the CPU, without LibTorch: mdl predict starts in milliseconds, and evaluate and predict can never
// disagree. The loops are those that nn::Mlp trains with; a test holds both equal.
#pragma once

#include <cstdint>
#include <vector>

#include "modelfile/network.h"
#include "nn/product.h"

namespace mdl::nn {

/// Not for several threads at once: it owns the buffers between its layers.
class CpuNetwork {
 public:
  /// `values` are a member's, in the order of parameters_of(network); `rows` are computed at once.
  CpuNetwork(const Network& network, const std::vector<std::vector<float>>& values, int64_t rows);

  /// dense [rows, network.dense], categories [rows, tables] to outputs [rows, out], which are valid until the next call.
  const float* operator()(const float* dense, const int64_t* categories);

 private:
  struct Layer {
    Product product;
    std::vector<float> norm_weight, norm_bias;   // empty without LayerNorm
    std::vector<float> alpha;                    // empty unless parametric
  };
  const float* front(const float* dense, const int64_t* categories);

  Network network_;
  int64_t rows_;
  std::vector<float> frequency_, phase_, weight_, bias_, scale_;
  std::vector<std::vector<float>> tables_;
  std::vector<Layer> layers_;
  std::vector<float> front_, before_, after_;    // of the front; of a layer's product and of its activation
};

}  // namespace mdl::nn
