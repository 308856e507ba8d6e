// The architecture of a network and the parameters it has: what the model file stores and nn::Mlp computes with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/config.h"

namespace mdl {

/// The inputs of a row are `dense` numbers, the first `numbers` of them the numeric features, and a category index for
/// each of `embeddings`. The input layer makes the first layer's inputs of them, in this order:
///   each numeric feature x   W cos(2 pi f x + p) + b and x itself (`periodic_outputs` values); x alone without
///   periodic embeddings the other dense inputs   as they are each category index      its row of a learned table
/// and multiplies each by a learned scale. The layers: x --Linear--> [LayerNorm] --activation--> ... --Linear--> y.
struct Network {
  std::vector<int64_t> widths;  // inputs of the first layer, hidden layers, outputs
  Activation activation = Activation::kRelu;
  bool parametric = false;                             // activation z + alpha (f(z) - z), an alpha for each neuron
  Normalization normalization = Normalization::kNone;  // before each activation
  bool scale = false;                                  // the input layer's learned scale
  int64_t dense = 0;
  int64_t numbers = 0;
  int64_t frequencies = 0;  // of the periodic embeddings; 0: none
  int64_t periodic_outputs = 4;
  std::vector<int64_t> embeddings;  // rows of each table: the number of categories and, first, one for the rest
  int64_t embedding_width = 8;
  int64_t members = 1;  // networks of this shape whose predictions are averaged

  /// widths[0], as the input layer makes it.
  int64_t input_width() const;
  bool has_input_layer() const { return scale || frequencies > 0 || !embeddings.empty(); }
};

enum class Role {
  kWeight,
  kBias,
  kNormWeight,
  kNormBias,
  kAlpha,
  kScale,
  kFrequency,
  kPhase,
  kPeriodicWeight,
  kPeriodicBias,
  kEmbedding
};

/// One parameter of a member. The layers' names are those in the state_dict of torch.nn.Sequential(Linear, [LayerNorm,]
/// activation, Linear, ...).
struct Parameter {
  std::string name;            // "2.weight"
  std::vector<int64_t> shape;  // of a Linear: [out, in], [out]
  Role role = Role::kWeight;

  int64_t size() const;
};

/// Of one member, in the order of the network:
///   periodic.frequency, periodic.phase [numbers, frequencies], periodic.weight [numbers, outputs - 1, frequencies],
///   periodic.bias [numbers, outputs - 1]; embedding.<j> [rows, width]; scale [inputs];
///   <i>.weight, <i>.bias of each Linear and LayerNorm, <i>.alpha of each activation
std::vector<Parameter> parameters_of(const Network&);

/// Number of values in one member.
int64_t parameter_count(const Network&);

/// The name of a member's parameter in the model file: with one member the parameter's own, else "members.<m>.<name>".
std::string name_in_file(const Network&, int64_t member, const Parameter&);

}  // namespace mdl
