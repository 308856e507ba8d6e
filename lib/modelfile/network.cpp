#include "modelfile/network.h"

#include <fmt/format.h>

#include <functional>
#include <numeric>
#include <utility>

namespace mdl {

int64_t Network::input_width() const {
  const int64_t per_number = frequencies > 0 ? periodic_outputs : 1;
  return numbers * per_number + (dense - numbers) + static_cast<int64_t>(embeddings.size()) * embedding_width +
         static_cast<int64_t>(bags.size()) * bag_width;
}

int64_t Parameter::size() const { return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>()); }

NamedParameters<Parameter> named_parameters(const Network& network) {
  NamedParameters<Parameter> parameters;
  if (network.frequencies > 0 && network.numbers > 0) {
    const int64_t numbers = network.numbers, frequencies = network.frequencies, outputs = network.periodic_outputs - 1;
    parameters.periodic = {{"periodic.frequency", {numbers, frequencies}, Role::kFrequency},
                           {"periodic.phase", {numbers, frequencies}, Role::kPhase},
                           {"periodic.weight", {numbers, outputs, frequencies}, Role::kPeriodicWeight},
                           {"periodic.bias", {numbers, outputs}, Role::kPeriodicBias}};
  }
  for (size_t j = 0; j < network.embeddings.size(); ++j) {
    parameters.embeddings.push_back(
        {fmt::format("embedding.{}", j), {network.embeddings[j], network.embedding_width}, Role::kEmbedding});
  }
  for (size_t j = 0; j < network.bags.size(); ++j)
    parameters.bags.push_back({fmt::format("bag.{}", j), {network.bags[j], network.bag_width}, Role::kBag});
  const auto& widths = network.widths;
  if (network.scale) parameters.scale = {"scale", {widths[0]}, Role::kScale};
  size_t place = 0;  // in the Sequential
  for (size_t i = 0; i + 1 < widths.size(); ++i) {
    const auto named = [&](const char* name, std::vector<int64_t> shape, Role role) {
      return Parameter{fmt::format("{}.{}", place, name), std::move(shape), role};
    };
    const int64_t in = widths[i], out = widths[i + 1];
    auto& layer = parameters.layers.emplace_back();
    layer.weight = named("weight", {out, in}, Role::kWeight);
    layer.bias = named("bias", {out}, Role::kBias);
    ++place;
    if (i + 2 == widths.size()) break;
    if (network.normalization == Normalization::kLayer) {
      layer.norm_weight = named("weight", {out}, Role::kNormWeight);
      layer.norm_bias = named("bias", {out}, Role::kNormBias);
      ++place;
    }
    if (network.parametric) layer.alpha = named("alpha", {out}, Role::kAlpha);
    ++place;
  }
  return parameters;
}

std::vector<Parameter> parameters_of(const Network& network) {
  std::vector<Parameter> parameters;
  bind(network, [&](const Parameter& parameter, size_t) {
    parameters.push_back(parameter);
    return 0;
  });
  return parameters;
}

int64_t parameter_count(const Network& network) {
  int64_t count = 0;
  for (const Parameter& parameter : parameters_of(network)) count += parameter.size();
  return count;
}

std::string name_in_file(const Network& network, int64_t member, const Parameter& parameter) {
  return network.members == 1 ? parameter.name : fmt::format("members.{}.{}", member, parameter.name);
}

}  // namespace mdl
