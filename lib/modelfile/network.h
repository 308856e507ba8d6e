// The architecture of a network and the parameters it has: what the model file stores and nn::Mlp computes with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/config.h"

namespace mdl {

/// widths[0] inputs, hidden layers, widths.back() outputs:
///   x --Linear--> [LayerNorm] --activation--> ... --Linear--> y
struct Network {
  std::vector<int64_t> widths;
  Activation activation = Activation::kRelu;
  Normalization normalization = Normalization::kNone;   // before each activation
};

enum class Role { kWeight, kBias, kNormWeight, kNormBias };

/// One parameter: its name is that in the state_dict of torch.nn.Sequential(Linear, [LayerNorm,] activation, Linear, ...).
struct Parameter {
  std::string name;            // "2.weight"
  std::vector<int64_t> shape;  // of a Linear: [out, in], [out]; of a LayerNorm: [width]
  Role role = Role::kWeight;

  int64_t size() const;
};

/// In the order of the network, each layer's weight before its bias.
std::vector<Parameter> parameters_of(const Network&);

}  // namespace mdl
