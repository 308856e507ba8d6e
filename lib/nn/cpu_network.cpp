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

CpuNetwork::CpuNetwork(const Network& network, const std::vector<std::vector<float>>& values, int64_t rows) : network_(network), rows_(rows) {
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
    Layer layer{.product = Product(weight, *next++)};
    if (i + 2 < widths.size()) {
      if (network.normalization == Normalization::kLayer) {
        layer.norm_weight = *next++;
        layer.norm_bias = *next++;
      }
      if (network.parametric) layer.alpha = *next++;
    }
    layers_.push_back(std::move(layer));
  }
  if (network.has_front()) front_.resize(static_cast<size_t>(rows * widths[0]));
  before_.resize(static_cast<size_t>(rows * *std::max_element(widths.begin() + 1, widths.end())));
  after_.resize(before_.size());
}

const float* CpuNetwork::operator()(const float* dense, const int64_t* categories) {
  const float* x = network_.has_front() ? front(dense, categories) : dense;
  for (const Layer& layer : layers_) {
    layer.product(x, before_.data(), rows_);
    if (&layer == &layers_.back()) break;
    if (!layer.norm_weight.empty()) normalize(before_.data(), layer.norm_weight, layer.norm_bias, rows_);
    const float* alpha = layer.alpha.empty() ? nullptr : layer.alpha.data();
    kernels::activate(network_.activation, before_.data(), alpha, after_.data(), rows_, layer.product.outputs());
    x = after_.data();
  }
  return before_.data();
}

/// As Front::forward().
const float* CpuNetwork::front(const float* dense, const int64_t* categories) {
  const int64_t width = network_.widths[0], numbers = network_.numbers, rest = network_.dense - numbers;
  const auto tables = static_cast<int64_t>(tables_.size());
  const int64_t number_width = frequency_.empty() ? numbers : numbers * network_.periodic_outputs;
  if (!frequency_.empty()) {
    const kernels::Periodic<const float*> layer{numbers, network_.frequencies, network_.periodic_outputs,
                                                frequency_.data(), phase_.data(), weight_.data(), bias_.data()};
    kernels::periodic(layer, dense, network_.dense, front_.data(), width, rows_);
  }
  for (int64_t r = 0; r < rows_; ++r) {
    const float* from = dense + r * network_.dense;
    float* to = front_.data() + r * width;
    if (frequency_.empty()) std::copy_n(from, numbers, to);
    to = std::copy_n(from + numbers, rest, to + number_width);
    for (int64_t j = 0; j < tables; ++j) {
      to = std::copy_n(tables_[static_cast<size_t>(j)].data() + categories[r * tables + j] * network_.embedding_width, network_.embedding_width, to);
    }
    float* row = to - width;
    for (size_t i = 0; i < scale_.size(); ++i) row[i] *= scale_[i];
  }
  return front_.data();
}

}  // namespace mdl::nn
