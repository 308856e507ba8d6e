// What stands before the first linear layer: periodic embeddings of numbers, embeddings of categories, a learned
// scale (see modelfile/network.h).
//
//   dense [rows, dense] --+-- numbers --periodic--+
//                         +-- the rest -----------+--concat--> * scale --> [rows, inputs of the first layer]
//   indices [rows, E + B] --+------embeddings-----+
//                           +------bags-----------+
#pragma once

#include <ATen/ATen.h>

#include <optional>
#include <span>
#include <vector>

#include "modelfile/network.h"
#include "nn/layers.h"
#include "table/bags.h"

namespace mdl::nn {

/// Bags as tensors (table/bags.h); undefined without any.
struct BagTensors {
  Tensor elements, offsets;  // int32, int64
  Tensor squares;  // of each bag, double: what the squared norm of the gradient of its embedding is multiplied by
                   // to be that of the gradient of the table

  /// On the CPU they lie in `bags`, which must outlive them.
  static BagTensors of(const Bags& bags, at::Device device);
};

/// The inputs of some rows.
struct Inputs {
  Inputs(Tensor numbers) : dense(std::move(numbers)) {}
  Inputs(Tensor numbers, Tensor indices, BagTensors bags = {})
      : dense(std::move(numbers)), indices(std::move(indices)), bags(std::move(bags)) {}

  Tensor dense;    // [rows, dense], float
  Tensor indices;  // [rows, embeddings + bags], int64: a row of each embedding, a bag for each table of bags; undefined
                   // without any
  BagTensors bags;  // that are numbered so
};

class InputLayer {
 public:
  /// Of the parameters it takes those that stand before the layers.
  InputLayer(const Network& network, const NamedParameters<ParameterView>& parameters, Backend backend);

  /// Valid until the next forward(). `inputs` must stay as they are until the backward pass is done.
  const Tensor& forward(const Inputs& inputs);

  /// The backward pass as a Layer's, without a gradient of the inputs.
  void propagate(const Tensor& grad_output) { grad_output_ = grad_output; }
  void accumulate(const Tensor& weights);
  void add_row_norms(Tensor& squared) const;

 private:
  template <class T>
  void forward_by_loops();
  template <class T>
  void accumulate_by_loops(const Tensor& grad_output);
  void forward_by_aten();
  void accumulate_by_aten(const Tensor& grad_output);

  /// What the gradients of the periodic embeddings are made of.
  struct PeriodicRows {
    Tensor grad;        // [rows, numbers, outputs - 1]: of the learned outputs
    Tensor cosine;      // [rows, numbers, frequencies]
    Tensor grad_angle;  // likewise
    Tensor turns;       // [rows, numbers, 1]: 2 pi x
  };
  PeriodicRows periodic_rows(const Tensor& grad_plain) const;

  /// The elements of the bags of all rows, by ATen: of each its row of the table, the row of the batch and the factor;
  /// of several networks its network, too.
  struct BagElements {
    Tensor elements, rows, members;  // [elements], int64
    Tensor factors;                  // [elements, 1]

    c10::List<std::optional<Tensor>> in_table() const { return index(elements); }
    c10::List<std::optional<Tensor>> in_batch() const { return index(rows); }

   private:
    c10::List<std::optional<Tensor>> index(const Tensor& rows) const {
      c10::List<std::optional<Tensor>> index;
      if (members.defined()) index.push_back(members);
      index.push_back(rows);
      return index;
    }
  };
  BagElements bag_elements(int64_t j) const;

  std::span<const int32_t> bag(int64_t row, int64_t j) const;

  /// Of the outputs the first that is of a bag.
  int64_t first_of_bags() const { return network_.widths[0] - static_cast<int64_t>(bags_.size()) * network_.bag_width; }

  Network network_;
  Backend backend_;
  std::optional<NamedParameters<ParameterView>::Periodic> periodic_;
  std::vector<ParameterView> embeddings_, bags_;
  std::optional<ParameterView> scale_;
  Tensor dense_, indices_, grad_output_;  // of the last forward() and propagate()
  BagTensors bag_tensors_;                // likewise
  Tensor plain_, output_;                 // before and after the scale; the same without one
  Tensor grad_plain_;
};

}  // namespace mdl::nn
