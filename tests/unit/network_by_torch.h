// Networks as plain LibTorch expressions, to hold our own against.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "modelfile/network.h"
#include "table/bags.h"
#include "torch_test.h"

namespace mdl {

/// `network` with its first width as its input layer makes it.
inline Network with_input_layer(Network network, std::vector<int64_t> hidden_and_outputs) {
  network.widths = std::move(hidden_and_outputs);
  network.widths.insert(network.widths.begin(), network.input_width());
  return network;
}

/// RealMLP's shape, narrow.
inline const Network kRealMlp = with_input_layer({.activation = Activation::kMish,
                                                  .parametric = true,
                                                  .scale = true,
                                                  .dense = 7,
                                                  .numbers = 4,
                                                  .frequencies = 16,
                                                  .embeddings = {5, 11},
                                                  .embedding_width = 3},
                                                 {24, 24, 24, 2});

inline at::Tensor by_torch(Activation function, const at::Tensor& x) {
  switch (function) {
    case Activation::kRelu: return torch::nn::ReLU()(x);
    case Activation::kGelu: return torch::nn::GELU()(x);
    case Activation::kSilu: return torch::nn::SiLU()(x);
    case Activation::kTanh: return torch::nn::Tanh()(x);
    case Activation::kSelu: return torch::nn::SELU()(x);
    case Activation::kMish: return torch::nn::Mish()(x);
  }
  return x;
}

/// Of all sizes, with rows that come twice and in all tables of the network.
inline Bags bags_for(const Network& network) {
  Bags bags;
  if (network.bags.empty()) return bags;
  const auto rows = static_cast<int32_t>(*std::ranges::min_element(network.bags));
  for (int32_t b = 1; b < 9; ++b) {
    std::vector<int32_t> bag;
    for (int32_t i = 0; i < b; ++i) bag.push_back((i * i + b) % rows);
    bags.add(std::move(bag));
  }
  return bags;
}

/// What stands before the first layer; takes its parameters from `p`, those of parameters_of(), and moves `p` past
/// them.
inline at::Tensor front_by_torch(const Network& network, const at::Tensor& dense, const at::Tensor& categories,
                                 const at::Tensor*& p) {
  at::Tensor x = dense.slice(1, 0, network.numbers).unsqueeze(-1);
  if (network.frequencies > 0 && network.numbers > 0) {
    const at::Tensor waves = at::cos(2 * std::numbers::pi * p[0] * x + p[1]);
    x = at::cat({at::einsum("rif,iof->rio", {waves, p[2]}) + p[3], x}, 2);
    p += 4;
  }
  std::vector<at::Tensor> parts = {x.flatten(1), dense.slice(1, network.numbers)};
  for (size_t j = 0; j < network.embeddings.size(); ++j)
    parts.push_back(at::embedding(*p++, categories.select(1, static_cast<int64_t>(j))));
  const Bags bags = bags_for(network);
  for (size_t j = 0; j < network.bags.size(); ++j) {
    const at::Tensor numbers = categories.select(1, static_cast<int64_t>(network.embeddings.size() + j));
    std::vector<at::Tensor> rows;
    for (int64_t r = 0; r < numbers.size(0); ++r) {
      const auto bag = bags.bag(static_cast<size_t>(numbers[r].item<int64_t>()));
      const at::Tensor elements = at::tensor(std::vector<int64_t>(bag.begin(), bag.end()), at::kLong);
      rows.push_back(p->index_select(0, elements).sum(0) / std::sqrt(static_cast<double>(bag.size())));
    }
    parts.push_back(at::stack(rows));
    ++p;
  }
  const at::Tensor all = at::cat(parts, 1);
  return network.scale ? all * *p++ : all;
}

inline at::Tensor network_by_torch(const Network& network, const at::Tensor& dense, const at::Tensor& categories,
                                   const std::vector<at::Tensor>& parameters) {
  const at::Tensor* p = parameters.data();
  at::Tensor x = network.has_input_layer() ? front_by_torch(network, dense, categories, p) : dense;
  for (size_t i = 0; i + 1 < network.widths.size(); ++i) {
    x = torch::nn::functional::linear(x, p[0], p[1]);
    p += 2;
    if (i + 2 == network.widths.size()) break;
    if (network.normalization == Normalization::kLayer) {
      x = torch::nn::functional::layer_norm(
          x, torch::nn::functional::LayerNormFuncOptions({x.size(1)}).weight(p[0]).bias(p[1]));
      p += 2;
    }
    const at::Tensor value = by_torch(network.activation, x);
    x = network.parametric ? x + *p++ * (value - x) : value;
  }
  return x;
}

/// Category indices that meet every row of every table, and every bag; undefined without tables.
inline at::Tensor all_categories(const Network& network, int64_t rows) {
  if (network.embeddings.empty() && network.bags.empty()) return {};
  std::vector<at::Tensor> columns;
  for (const int64_t size : network.embeddings) columns.push_back(at::arange(rows) % size);
  for (size_t j = 0; j < network.bags.size(); ++j)
    columns.push_back((at::arange(rows) + static_cast<int64_t>(j)) % static_cast<int64_t>(bags_for(network).count()));
  return at::stack(columns, 1).contiguous();
}

}  // namespace mdl
