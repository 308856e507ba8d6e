#include "infer/cpu_network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "infer/activation.h"
#include "infer/bag.h"
#include "infer/periodic.h"

namespace mdl::infer {
namespace {

/// In place; see nn::LayerNorm.
void normalize(float* x, const std::vector<float>& weight, const std::vector<float>& bias, int64_t rows) {
  const size_t width = weight.size();
  for (int64_t r = 0; r < rows; ++r, x += width) {
    double sum = 0, squares = 0;
    for (size_t j = 0; j < width; ++j) sum += x[j];
    const double mean = sum / static_cast<double>(width);
    for (size_t j = 0; j < width; ++j) squares += (x[j] - mean) * (x[j] - mean);
    const double factor = 1 / std::sqrt(squares / static_cast<double>(width) + 1e-5);
    for (size_t j = 0; j < width; ++j) x[j] = static_cast<float>((x[j] - mean) * factor) * weight[j] + bias[j];
  }
}

}  // namespace

CpuNetwork::CpuNetwork(const Network& network, const std::vector<std::vector<float>>& values)
    : network_(network), parameters_(bind(network, [&](const Parameter& parameter, size_t place) {
        return parameter.role == Role::kWeight ? std::vector<float>() : values[place];
      })) {
  const auto given = bind(network, [&](const Parameter&, size_t place) { return &values[place]; });
  for (const auto& layer : given.layers) products_.emplace_back(*layer.weight, *layer.bias);
}

const float* CpuNetwork::operator()(const float* dense, const int64_t* indices, const Bags& bags, int64_t rows,
                                    Buffers& buffers) const {
  const auto grow = [&](std::vector<float>& buffer, int64_t width) {
    buffer.resize(std::max(buffer.size(), static_cast<size_t>(rows * width)));
  };
  const auto& widths = network_.widths;
  grow(buffers.before, *std::max_element(widths.begin() + 1, widths.end()));
  grow(buffers.after, *std::max_element(widths.begin() + 1, widths.end()));
  const float* x = dense;
  if (network_.has_input_layer()) {
    grow(buffers.input_layer, widths[0]);
    input_layer(dense, indices, bags, rows, buffers.input_layer);
    x = buffers.input_layer.data();
  }
  float *before = buffers.before.data(), *after = buffers.after.data();
  for (size_t i = 0; i < products_.size(); ++i) {
    products_[i](x, before, rows);
    if (i + 1 == products_.size()) break;
    const auto& layer = parameters_.layers[i];
    if (layer.norm_weight) normalize(before, *layer.norm_weight, *layer.norm_bias, rows);
    activate(network_.activation, before, layer.alpha ? layer.alpha->data() : nullptr, after, rows,
             products_[i].outputs());
    x = after;
  }
  return before;
}

/// As nn::InputLayer::forward().
void CpuNetwork::input_layer(const float* dense, const int64_t* indices, const Bags& bags, int64_t rows,
                             std::vector<float>& out) const {
  const int64_t width = network_.widths[0], numbers = network_.numbers, rest = network_.dense - numbers;
  const auto embeddings = static_cast<int64_t>(parameters_.embeddings.size());
  const auto places = embeddings + static_cast<int64_t>(parameters_.bags.size());
  const auto& periodic = parameters_.periodic;
  if (periodic) {
    const Periodic<const float*> layer{numbers,
                                       network_.frequencies,
                                       network_.periodic_outputs,
                                       periodic->frequency.data(),
                                       periodic->phase.data(),
                                       periodic->weight.data(),
                                       periodic->bias.data()};
    infer::periodic(layer, dense, network_.dense, out.data(), width, rows);
  }
  for (int64_t r = 0; r < rows; ++r) {
    const float* from = dense + r * network_.dense;
    float* to = out.data() + r * width;
    if (!periodic) std::copy_n(from, numbers, to);
    to = std::copy_n(from + numbers, rest, to + (periodic ? numbers * network_.periodic_outputs : numbers));
    for (int64_t j = 0; j < embeddings; ++j) {
      const std::vector<float>& weights = parameters_.embeddings[static_cast<size_t>(j)];
      to = std::copy_n(weights.data() + indices[r * places + j] * network_.embedding_width, network_.embedding_width,
                       to);
    }
    for (int64_t j = embeddings; j < places; ++j) {
      const std::span<const int32_t> bag = bags.bag(static_cast<size_t>(indices[r * places + j]));
      embed_bag(bag, parameters_.bags[static_cast<size_t>(j - embeddings)].data(), network_.bag_width, to);
      to += network_.bag_width;
    }
    if (!parameters_.scale) continue;
    float* row = to - width;
    for (size_t i = 0; i < parameters_.scale->size(); ++i) row[i] *= (*parameters_.scale)[i];
  }
}

}  // namespace mdl::infer
