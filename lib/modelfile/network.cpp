#include "modelfile/network.h"

#include <fmt/format.h>

#include <functional>
#include <numeric>

namespace mdl {

int64_t Parameter::size() const { return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>()); }

std::vector<Parameter> parameters_of(const Network& network) {
  std::vector<Parameter> parameters;
  size_t place = 0;  // in the Sequential
  const auto add = [&](std::vector<int64_t> weight_shape, Role weight, Role bias) {
    const int64_t out = weight_shape[0];
    parameters.push_back({fmt::format("{}.weight", place), std::move(weight_shape), weight});
    parameters.push_back({fmt::format("{}.bias", place), {out}, bias});
    ++place;
  };
  const auto& widths = network.widths;
  for (size_t i = 0; i + 1 < widths.size(); ++i) {
    add({widths[i + 1], widths[i]}, Role::kWeight, Role::kBias);
    if (i + 2 == widths.size()) break;
    if (network.normalization == Normalization::kLayer) add({widths[i + 1]}, Role::kNormWeight, Role::kNormBias);
    ++place;  // the activation
  }
  return parameters;
}

}  // namespace mdl
