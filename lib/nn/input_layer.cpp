#include "nn/input_layer.h"

#include <algorithm>
#include <numbers>

#include "infer/bag.h"
#include "nn/kernels.h"
#include "nn/periodic_gradient.h"

namespace mdl::nn {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;

/// `data` gives the numbers of one parameter.
template <class Pointer, class Data>
infer::Periodic<Pointer> sizes_and(const Network& network, const NamedParameters<ParameterView>::Periodic& periodic,
                                   Data data) {
  return {network.numbers,      network.frequencies,   network.periodic_outputs, data(periodic.frequency),
          data(periodic.phase), data(periodic.weight), data(periodic.bias)};
}

template <class T>
infer::Periodic<const T*> values_of(const Network& network, const NamedParameters<ParameterView>::Periodic& periodic) {
  return sizes_and<const T*>(network, periodic, [](const ParameterView& p) { return p.value.const_data_ptr<T>(); });
}

template <class T>
infer::Periodic<T*> gradients_of(const Network& network, const NamedParameters<ParameterView>::Periodic& periodic) {
  return sizes_and<T*>(network, periodic, [](const ParameterView& p) { return p.gradient.data_ptr<T>(); });
}

}  // namespace

InputLayer::InputLayer(const Network& network, const NamedParameters<ParameterView>& parameters, Backend backend)
    : network_(network), backend_(backend), periodic_(parameters.periodic), embeddings_(parameters.embeddings),
      bags_(parameters.bags), scale_(parameters.scale) {}

BagTensors BagTensors::of(const Bags& bags, at::Device device) {
  const auto view = [](const auto& values, at::ScalarType type) {
    return at::from_blob(const_cast<void*>(static_cast<const void*>(values.data())),
                         {static_cast<int64_t>(values.size())}, type);
  };
  Tensor squares = at::empty({static_cast<int64_t>(bags.count())}, at::kDouble);
  for (size_t b = 0; b < bags.count(); ++b) {
    const std::span<const int32_t> bag = bags.bag(b);
    double sum = 0, same = 0;
    for (size_t i = 0; i < bag.size(); ++i) {
      same = i > 0 && bag[i] == bag[i - 1] ? same + 1 : 1;
      sum += 2 * same - 1;  // of the squares of how often each element is there
    }
    const double factor = bag_factor(static_cast<int64_t>(bag.size()));
    squares.data_ptr<double>()[b] = sum * factor * factor;
  }
  return {view(bags.elements, at::kInt).to(device), view(bags.offsets, at::kLong).to(device), squares.to(device)};
}

const Tensor& InputLayer::forward(const Inputs& inputs) {
  dense_ = inputs.dense;
  indices_ = inputs.indices;
  bag_tensors_ = inputs.bags;
  if (backend_ == Backend::kAten) {
    forward_by_aten();
  } else if (dense_.scalar_type() == at::kDouble) {
    forward_by_loops<double>();
  } else {
    forward_by_loops<float>();
  }
  return output_;
}

void InputLayer::accumulate(const Tensor& weights) {
  const Tensor grad = weighed(grad_output_, weights);
  if (backend_ == Backend::kAten) {
    accumulate_by_aten(grad);
  } else if (grad.scalar_type() == at::kDouble) {
    accumulate_by_loops<double>(grad);
  } else {
    accumulate_by_loops<float>(grad);
  }
}

void InputLayer::add_row_norms(Tensor& squared) const {
  Tensor grad = grad_output_;
  if (scale_) {
    squared += squared_norms(grad * plain_);
    grad = grad * scale_->value;
  }
  if (periodic_) {
    const PeriodicRows rows = periodic_rows(grad);
    // Of a number's weights the outer product of its outputs' gradients and its cosines, of its biases the former.
    squared += (rows.grad.square().sum(2) * (rows.cosine.square().sum(2) + 1)).sum(1);
    squared += (rows.grad_angle.square() * (rows.turns.square() + 1)).sum({1, 2});  // phases and frequencies
  }
  // Each row has one row of each embedding.
  const int64_t embedded = static_cast<int64_t>(embeddings_.size()) * network_.embedding_width;
  if (embedded > 0) squared += squared_norms(grad.narrow(1, first_of_bags() - embedded, embedded));
  for (int64_t j = 0; j < static_cast<int64_t>(bags_.size()); ++j) {
    const Tensor of_bag = grad.narrow(1, first_of_bags() + j * network_.bag_width, network_.bag_width);
    const Tensor numbers = indices_.select(1, static_cast<int64_t>(embeddings_.size()) + j);
    squared += squared_norms(of_bag) * bag_tensors_.squares.index_select(0, numbers).to(grad.scalar_type());
  }
}

std::span<const int32_t> InputLayer::bag(int64_t row, int64_t j) const {
  const int64_t number =
      indices_.const_data_ptr<int64_t>()[row * indices_.size(1) + static_cast<int64_t>(embeddings_.size()) + j];
  const int64_t* offsets = bag_tensors_.offsets.const_data_ptr<int64_t>() + number;
  return {bag_tensors_.elements.const_data_ptr<int32_t>() + offsets[0], static_cast<size_t>(offsets[1] - offsets[0])};
}

template <class T>
void InputLayer::forward_by_loops() {
  const int64_t rows = dense_.size(0), width = network_.widths[0], numbers = network_.numbers,
                rest = network_.dense - numbers;
  fit_buffer(plain_, width, dense_);
  T* to = plain_.data_ptr<T>();
  const T* dense = dense_.const_data_ptr<T>();
  int64_t offset = numbers;
  if (periodic_) {
    offset = numbers * network_.periodic_outputs;
    infer::periodic(values_of<T>(network_, *periodic_), dense, network_.dense, to, width, rows);
  } else {
    for (int64_t r = 0; r < rows; ++r) std::copy_n(dense + r * network_.dense, numbers, to + r * width);
  }
  for (int64_t r = 0; r < rows; ++r) std::copy_n(dense + r * network_.dense + numbers, rest, to + r * width + offset);
  offset += rest;
  const auto count = static_cast<int64_t>(embeddings_.size()), places = count + static_cast<int64_t>(bags_.size());
  for (int64_t j = 0; j < count; ++j, offset += network_.embedding_width) {
    const T* weights = embeddings_[static_cast<size_t>(j)].value.const_data_ptr<T>();
    const int64_t* index = indices_.const_data_ptr<int64_t>() + j;
    for (int64_t r = 0; r < rows; ++r)
      std::copy_n(weights + index[r * places] * network_.embedding_width, network_.embedding_width,
                  to + r * width + offset);
  }
  for (int64_t j = 0; j < places - count; ++j, offset += network_.bag_width) {
    const T* table = bags_[static_cast<size_t>(j)].value.const_data_ptr<T>();
    for (int64_t r = 0; r < rows; ++r) infer::embed_bag(bag(r, j), table, network_.bag_width, to + r * width + offset);
  }
  if (!scale_) {
    output_ = plain_;
    return;
  }
  fit_buffer(output_, width, dense_);
  kernels::multiply_columns(plain_.const_data_ptr<T>(), scale_->value.const_data_ptr<T>(), output_.data_ptr<T>(), rows,
                            width);
}

template <class T>
void InputLayer::accumulate_by_loops(const Tensor& grad_output) {
  const int64_t rows = dense_.size(0), width = network_.widths[0];
  const T* grad = grad_output.const_data_ptr<T>();
  if (scale_) {
    kernels::column_sums_of_products(grad, plain_.const_data_ptr<T>(), scale_->gradient.data_ptr<T>(), rows, width);
    fit_buffer(grad_plain_, width, dense_);
    kernels::multiply_columns(grad, scale_->value.const_data_ptr<T>(), grad_plain_.data_ptr<T>(), rows, width);
    grad = grad_plain_.const_data_ptr<T>();
  }
  if (periodic_) {
    kernels::periodic_backward(values_of<T>(network_, *periodic_), dense_.const_data_ptr<T>(), network_.dense, grad,
                               width, rows, gradients_of<T>(network_, *periodic_));
  }
  const auto count = static_cast<int64_t>(embeddings_.size()), places = count + static_cast<int64_t>(bags_.size());
  int64_t offset = first_of_bags() - count * network_.embedding_width;
  for (int64_t j = 0; j < count; ++j, offset += network_.embedding_width) {
    Tensor& gradient = embeddings_[static_cast<size_t>(j)].gradient;
    T* sums = gradient.data_ptr<T>();
    std::fill_n(sums, gradient.numel(), T(0));
    const int64_t* index = indices_.const_data_ptr<int64_t>() + j;
    for (int64_t r = 0; r < rows; ++r) {
      T* row = sums + index[r * places] * network_.embedding_width;
      for (int64_t k = 0; k < network_.embedding_width; ++k) row[k] += grad[r * width + offset + k];
    }
  }
  std::vector<T> of_row(static_cast<size_t>(network_.bag_width));
  for (int64_t j = 0; j < places - count; ++j, offset += network_.bag_width) {
    Tensor& gradient = bags_[static_cast<size_t>(j)].gradient;
    T* sums = gradient.data_ptr<T>();
    std::fill_n(sums, gradient.numel(), T(0));
    for (int64_t r = 0; r < rows; ++r) {
      const std::span<const int32_t> elements = bag(r, j);
      const auto factor = static_cast<T>(bag_factor(static_cast<int64_t>(elements.size())));
      for (size_t k = 0; k < of_row.size(); ++k)
        of_row[k] = factor * grad[r * width + offset + static_cast<int64_t>(k)];
      for (const int32_t element : elements) {
        T* row = sums + element * network_.bag_width;
        for (size_t k = 0; k < of_row.size(); ++k) row[k] += of_row[k];
      }
    }
  }
}

void InputLayer::forward_by_aten() {
  const int64_t numbers = network_.numbers;
  std::vector<Tensor> parts;
  const Tensor x = dense_.narrow(-1, 0, numbers);
  if (periodic_) {
    const auto& [frequency, phase, weight, bias] = *periodic_;
    // [rows, numbers, frequencies], then [rows, numbers, outputs - 1].
    const Tensor cosine = (kTurn * x.unsqueeze(-1) * frequency.value + phase.value).cos();
    const Tensor learned = (weight.value * cosine.unsqueeze(-2)).sum(-1) + bias.value;
    parts.push_back(at::cat({learned, x.unsqueeze(-1)}, -1).flatten(-2));
  } else {
    parts.push_back(x);
  }
  parts.push_back(dense_.narrow(-1, numbers, network_.dense - numbers));
  for (size_t j = 0; j < embeddings_.size(); ++j) {
    const Tensor index = indices_.select(-1, static_cast<int64_t>(j));
    const Tensor& table = embeddings_[j].value;
    parts.push_back(table.dim() == 2 ? table.index_select(0, index)
                                     : table.gather(1, index.unsqueeze(-1).expand({-1, -1, table.size(-1)})));
  }
  at::DimVector sizes(dense_.sizes());
  sizes.back() = network_.bag_width;
  for (int64_t j = 0; j < static_cast<int64_t>(bags_.size()); ++j) {
    const BagElements all = bag_elements(j);
    const Tensor& table = bags_[static_cast<size_t>(j)].value;
    parts.push_back(at::zeros(sizes, table.options())
                        .index_put_(all.in_batch(), table.index(all.in_table()) * all.factors, /*accumulate=*/true));
  }
  plain_ = at::cat(parts, -1);
  output_ = scale_ ? plain_ * scale_->value : plain_;
}

InputLayer::BagElements InputLayer::bag_elements(int64_t j) const {
  const Tensor numbers = indices_.select(-1, static_cast<int64_t>(embeddings_.size()) + j).flatten();
  const Tensor& offsets = bag_tensors_.offsets;
  const Tensor begin = offsets.index_select(0, numbers), sizes = offsets.index_select(0, numbers + 1) - begin;
  BagElements all;
  all.rows = at::repeat_interleave(sizes);
  const Tensor shift = (begin - (sizes.cumsum(0) - sizes)).index_select(0, all.rows);
  const Tensor places = at::arange(all.rows.size(0), all.rows.options()) + shift;
  all.elements = bag_tensors_.elements.index_select(0, places).to(at::kLong);
  all.factors = sizes.to(dense_.scalar_type()).rsqrt().index_select(0, all.rows).unsqueeze(1);
  if (dense_.dim() == 2) return all;
  all.members = all.rows.div(dense_.size(1), "floor");
  all.rows = all.rows.remainder(dense_.size(1));
  return all;
}

InputLayer::PeriodicRows InputLayer::periodic_rows(const Tensor& grad_plain) const {
  const int64_t numbers = network_.numbers, outputs = network_.periodic_outputs;
  PeriodicRows all;
  all.grad = grad_plain.narrow(-1, 0, numbers * outputs).unflatten(-1, {numbers, outputs}).narrow(-1, 0, outputs - 1);
  all.turns = kTurn * dense_.narrow(-1, 0, numbers).unsqueeze(-1);
  const Tensor angle = all.turns * periodic_->frequency.value + periodic_->phase.value;
  all.cosine = angle.cos();
  all.grad_angle = -(all.grad.unsqueeze(-1) * periodic_->weight.value).sum(-2) * angle.sin();
  return all;
}

void InputLayer::accumulate_by_aten(const Tensor& grad_output) {
  Tensor grad = grad_output;
  if (scale_) {
    scale_->gradient.copy_(sum_of_rows(grad * plain_, scale_->gradient));
    grad = grad * scale_->value;
  }
  if (periodic_) {
    const PeriodicRows rows = periodic_rows(grad);
    const auto sum = [&](const Tensor& of_rows, const ParameterView& parameter) {
      parameter.gradient.copy_(of_rows.sum(dense_.dim() - 2, /*keepdim=*/dense_.dim() == 3));
    };
    sum(rows.grad.unsqueeze(-1) * rows.cosine.unsqueeze(-2), periodic_->weight);
    sum(rows.grad, periodic_->bias);
    sum(rows.grad_angle * rows.turns, periodic_->frequency);
    sum(rows.grad_angle, periodic_->phase);
  }
  const int64_t width = network_.embedding_width;
  int64_t offset = first_of_bags() - static_cast<int64_t>(embeddings_.size()) * width;
  for (size_t j = 0; j < embeddings_.size(); ++j, offset += width) {
    Tensor& gradient = embeddings_[j].gradient;
    gradient.zero_();
    // Not by index_add_, which on a GPU adds in any order; `unsafe`: without asking it whether the indices are right.
    c10::List<std::optional<Tensor>> index;
    if (gradient.dim() == 3) index.push_back(at::arange(gradient.size(0), indices_.options()).unsqueeze(1));
    index.push_back(indices_.select(-1, static_cast<int64_t>(j)));
    at::_index_put_impl_(gradient, index, grad.narrow(-1, offset, width), /*accumulate=*/true, /*unsafe=*/true);
  }
  for (int64_t j = 0; j < static_cast<int64_t>(bags_.size()); ++j, offset += network_.bag_width) {
    const BagElements all = bag_elements(j);
    Tensor& gradient = bags_[static_cast<size_t>(j)].gradient;
    gradient.zero_();
    gradient.index_put_(all.in_table(), grad.narrow(-1, offset, network_.bag_width).index(all.in_batch()) * all.factors,
                        /*accumulate=*/true);
  }
}

}  // namespace mdl::nn
