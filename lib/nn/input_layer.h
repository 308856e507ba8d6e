// What stands before the first linear layer: periodic embeddings of numbers, embeddings of categories, a learned
// scale (see modelfile/network.h).
//
//   dense [rows, dense] --+-- numbers --periodic--+
//                         +-- the rest -----------+--concat--> * scale --> [rows, inputs of the first layer]
//   indices [rows, E] -------------embeddings-----+
#pragma once

#include <ATen/ATen.h>

#include <optional>
#include <vector>

#include "modelfile/network.h"
#include "nn/layers.h"

namespace mdl::nn {

/// The inputs of some rows.
struct Inputs {
  Inputs(Tensor numbers) : dense(std::move(numbers)) {}
  Inputs(Tensor numbers, Tensor indices) : dense(std::move(numbers)), indices(std::move(indices)) {}

  Tensor dense;    // [rows, dense], float
  Tensor indices;  // [rows, embeddings], int64: a row of each embedding; undefined without embeddings
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

  Network network_;
  Backend backend_;
  std::optional<NamedParameters<ParameterView>::Periodic> periodic_;
  std::vector<ParameterView> embeddings_;
  std::optional<ParameterView> scale_;
  Tensor dense_, indices_, grad_output_;  // of the last forward() and propagate()
  Tensor plain_, output_;                 // before and after the scale; the same without one
  Tensor grad_plain_;
};

}  // namespace mdl::nn
