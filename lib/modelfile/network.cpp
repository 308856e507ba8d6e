#include "modelfile/network.h"

#include <fmt/format.h>

#include <functional>
#include <numeric>

namespace mdl {

int64_t Network::input_width() const {
  const int64_t per_number = frequencies > 0 ? periodic_outputs : 1;
  return numbers * per_number + (dense - numbers) + static_cast<int64_t>(embeddings.size()) * embedding_width;
}

int64_t Parameter::size() const { return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>()); }

std::vector<Parameter> parameters_of(const Network& network) {
  std::vector<Parameter> parameters;
  if (network.frequencies > 0 && network.numbers > 0) {
    const int64_t numbers = network.numbers, frequencies = network.frequencies, outputs = network.periodic_outputs - 1;
    parameters.push_back({"periodic.frequency", {numbers, frequencies}, Role::kFrequency});
    parameters.push_back({"periodic.phase", {numbers, frequencies}, Role::kPhase});
    parameters.push_back({"periodic.weight", {numbers, outputs, frequencies}, Role::kPeriodicWeight});
    parameters.push_back({"periodic.bias", {numbers, outputs}, Role::kPeriodicBias});
  }
  for (size_t j = 0; j < network.embeddings.size(); ++j) {
    parameters.push_back(
        {fmt::format("embedding.{}", j), {network.embeddings[j], network.embedding_width}, Role::kEmbedding});
  }
  const auto& widths = network.widths;
  if (network.scale) parameters.push_back({"scale", {widths[0]}, Role::kScale});
  size_t place = 0;  // in the Sequential
  for (size_t i = 0; i + 1 < widths.size(); ++i) {
    parameters.push_back({fmt::format("{}.weight", place), {widths[i + 1], widths[i]}, Role::kWeight});
    parameters.push_back({fmt::format("{}.bias", place++), {widths[i + 1]}, Role::kBias});
    if (i + 2 == widths.size()) break;
    if (network.normalization == Normalization::kLayer) {
      parameters.push_back({fmt::format("{}.weight", place), {widths[i + 1]}, Role::kNormWeight});
      parameters.push_back({fmt::format("{}.bias", place++), {widths[i + 1]}, Role::kNormBias});
    }
    if (network.parametric) parameters.push_back({fmt::format("{}.alpha", place), {widths[i + 1]}, Role::kAlpha});
    ++place;
  }
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
