// The architecture of a network and the parameters it has: what the model file stores and nn::Mlp computes with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "config/config.h"

namespace mdl {

/// The inputs of a row are `dense` numbers, the first `numbers` of them the numeric features, an index for each of
/// `embeddings` and a bag for each of `bags`. The input layer makes the first layer's inputs of them, in this order:
///   each numeric feature x   W cos(2 pi f x + p) + b and x itself (`periodic_outputs` values);
///                            x alone without periodic embeddings
///   the other dense inputs   as they are
///   each index               its row of a learned embedding
///   each bag (table/bags.h)  the sum of its rows of a learned table, divided by the root of their number
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
  std::vector<int64_t> embeddings;  // rows of each: the number of categories and, first, one for the rest
  int64_t embedding_width = 8;
  std::vector<int64_t> bags;  // rows of each table, the first that of missing cells
  int64_t bag_width = 16;
  int64_t members = 1;  // networks of this shape whose predictions are averaged

  /// widths[0], as the input layer makes it.
  int64_t input_width() const;
  bool has_input_layer() const { return scale || frequencies > 0 || !embeddings.empty() || !bags.empty(); }
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
  kEmbedding,
  kBag
};

/// Describes one parameter of a member. The layers' names are those in the state_dict of torch.nn.Sequential(Linear,
/// [LayerNorm,] activation, Linear, ...).
struct Parameter {
  std::string name;            // "2.weight"
  std::vector<int64_t> shape;  // of a Linear: [out, in], [out]
  Role role = Role::kWeight;

  int64_t size() const;
};

/// A member's parameters by their names. A `Handle` is what stands for one of them: its description, its values, a
/// tensor, a name in a script.
template <class Handle>
struct NamedParameters {
  struct Periodic {
    Handle frequency, phase;  // [numbers, frequencies]
    Handle weight;            // [numbers, outputs - 1, frequencies]
    Handle bias;              // [numbers, outputs - 1]
  };
  struct Layer {
    Handle weight, bias;
    std::optional<Handle> norm_weight, norm_bias;  // LayerNorm
    std::optional<Handle> alpha;                   // of the activation
  };
  std::optional<Periodic> periodic;
  std::vector<Handle> embeddings;  // [rows, width] each
  std::vector<Handle> bags;        // likewise
  std::optional<Handle> scale;     // [inputs of the first layer]
  std::vector<Layer> layers;
};

/// The descriptions of the parameters that a member of the network has.
NamedParameters<Parameter> named_parameters(const Network&);

/// What `handle_of(parameter, place)` gives for each of the parameters. It is called in the order of the declarations
/// above, which is the order of the model file and of Values; `place` counts from 0.
template <class HandleOf>
auto bind(const Network& network, HandleOf handle_of) {
  using Handle = std::invoke_result_t<HandleOf, const Parameter&, size_t>;
  const NamedParameters<Parameter> from = named_parameters(network);
  NamedParameters<Handle> to;
  size_t place = 0;
  const auto next = [&](const Parameter& parameter) { return handle_of(parameter, place++); };
  const auto next_if = [&](const std::optional<Parameter>& parameter) {
    return parameter ? std::optional<Handle>(next(*parameter)) : std::nullopt;
  };
  if (const auto& p = from.periodic)
    to.periodic.emplace(
        typename NamedParameters<Handle>::Periodic{next(p->frequency), next(p->phase), next(p->weight), next(p->bias)});
  for (const Parameter& embedding : from.embeddings) to.embeddings.push_back(next(embedding));
  for (const Parameter& bag : from.bags) to.bags.push_back(next(bag));
  to.scale = next_if(from.scale);
  for (const auto& layer : from.layers) {
    to.layers.push_back({next(layer.weight), next(layer.bias), next_if(layer.norm_weight), next_if(layer.norm_bias),
                         next_if(layer.alpha)});
  }
  return to;
}

/// One behind the other, in the order of bind().
std::vector<Parameter> parameters_of(const Network&);

/// Number of values in one member.
int64_t parameter_count(const Network&);

/// The name of a member's parameter in the model file: with one member the parameter's own, else "members.<m>.<name>".
std::string name_in_file(const Network&, int64_t member, const Parameter&);

}  // namespace mdl
