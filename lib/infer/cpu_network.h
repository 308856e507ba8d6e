// A network that only answers, on the CPU, without LibTorch: mdl predict starts in milliseconds, and evaluate and
// predict can never disagree. The loops are those that nn::Mlp trains with; a test holds both equal.
#pragma once

#include <cstdint>
#include <vector>

#include "infer/packed_linear.h"
#include "modelfile/network.h"
#include "table/bags.h"

namespace mdl::infer {

class CpuNetwork {
 public:
  /// What lies between the layers; each thread needs its own.
  struct Buffers {
    std::vector<float> input_layer, before, after;  // of the input layer; of a layer's product and of its activation
  };

  /// `values` are a member's, in the order of parameters_of(network).
  CpuNetwork(const Network& network, const std::vector<std::vector<float>>& values);

  /// dense [rows, network.dense], indices [rows, embeddings, then bags] to outputs [rows, out], which stand in
  /// `buffers`
  /// until their next use. `bags`: what the latter number; a network without them needs none.
  const float* operator()(const float* dense, const int64_t* indices, const Bags& bags, int64_t rows,
                          Buffers& buffers) const;

 private:
  void input_layer(const float* dense, const int64_t* indices, const Bags& bags, int64_t rows,
                   std::vector<float>& out) const;

  Network network_;
  NamedParameters<std::vector<float>> parameters_;  // without the layers' weights, which lie in
  std::vector<PackedLinear> products_;              // their products
};

}  // namespace mdl::infer
