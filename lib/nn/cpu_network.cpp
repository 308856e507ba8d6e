#include "nn/cpu_network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "nn/activation_kernels.h"
#include "nn/periodic_kernels.h"

namespace mdl::nn {
namespace {

/// In place; see LayerNorm.
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

CpuNetwork::CpuNetwork(const Network& network, const std::vector<std::vector<float>>& values) : network_(network) {
  auto next = values.begin();
  if (network.frequencies > 0 && network.numbers > 0) {
    frequency_ = *next++;
    phase_ = *next++;
    weight_ = *next++;
    bias_ = *next++;
  }
  for (size_t j = 0; j < network.embeddings.size(); ++j) tables_.push_back(*next++);
  if (network.scale) scale_ = *next++;
  const auto& widths = network.widths;
  for (size_t i = 0; i + 1 < widths.size(); ++i) {
    const std::vector<float>& weight = *next++;
    Layer layer{.product = PackedLinear(weight, *next++)};
    if (i + 2 < widths.size()) {
      if (network.normalization == Normalization::kLayer) {
        layer.norm_weight = *next++;
        layer.norm_bias = *next++;
      }
      if (network.parametric) layer.alpha = *next++;
    }
    layers_.push_back(std::move(layer));
  }
}

const float* CpuNetwork::operator()(const float* dense, const int64_t* categories, int64_t rows,
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
    front(dense, categories, rows, buffers.input_layer);
    x = buffers.input_layer.data();
  }
  float *before = buffers.before.data(), *after = buffers.after.data();
  for (const Layer& layer : layers_) {
    layer.product(x, before, rows);
    if (&layer == &layers_.back()) break;
    if (!layer.norm_weight.empty()) normalize(before, layer.norm_weight, layer.norm_bias, rows);
    const float* alpha = layer.alpha.empty() ? nullptr : layer.alpha.data();
    kernels::activate(network_.activation, before, alpha, after, rows, layer.product.outputs());
    x = after;
  }
  return before;
}

/// As InputLayer::forward().
void CpuNetwork::front(const float* dense, const int64_t* categories, int64_t rows, std::vector<float>& out) const {
  const int64_t width = network_.widths[0], numbers = network_.numbers, rest = network_.dense - numbers;
  const auto tables = static_cast<int64_t>(tables_.size());
  const int64_t number_width = frequency_.empty() ? numbers : numbers * network_.periodic_outputs;
  if (!frequency_.empty()) {
    const kernels::Periodic<const float*> layer{numbers,           network_.frequencies, network_.periodic_outputs,
                                                frequency_.data(), phase_.data(),        weight_.data(),
                                                bias_.data()};
    kernels::periodic(layer, dense, network_.dense, out.data(), width, rows);
  }
  for (int64_t r = 0; r < rows; ++r) {
    const float* from = dense + r * network_.dense;
    float* to = out.data() + r * width;
    if (frequency_.empty()) std::copy_n(from, numbers, to);
    to = std::copy_n(from + numbers, rest, to + number_width);
    for (int64_t j = 0; j < tables; ++j) {
      to = std::copy_n(tables_[static_cast<size_t>(j)].data() + categories[r * tables + j] * network_.embedding_width,
                       network_.embedding_width, to);
    }
    float* row = to - width;
    for (size_t i = 0; i < scale_.size(); ++i) row[i] *= scale_[i];
  }
}

}  // namespace mdl::nn
