// The rows of a run as the network takes them: inputs, targets and weights of any choice of rows, on the device.
#pragma once

#include <ATen/ATen.h>

#include <span>
#include <vector>

#include "train/prepare.h"

namespace mdl {

struct Batch {
  at::Tensor inputs;    // [rows, width]
  at::Tensor targets;   // [rows]: 0 or 1; the class index; the standardised number
  at::Tensor weights;   // [rows], or undefined: all 1
};

/// What a row's weight is: in training its own times its class's, scaled so that the training rows have a mean of 1; in
/// validation its own.
enum class Use { kTraining, kValidation };

class Batches {
 public:
  /// On a GPU the whole encoded table lies on the device. `prepared` must outlive this.
  Batches(const Prepared& prepared, const ClassWeights& class_weights, at::Device device);

  /// The rows in the order given; valid until the next call for the same use.
  const Batch& gather(std::span<const uint32_t> rows, Use use);

  /// The sum of the weights of the rows.
  double weight(std::span<const uint32_t> rows, Use use) const;

 private:
  const std::vector<float>& weights(Use use) const { return use == Use::kTraining ? training_weights_ : prepared_.weights; }
  void gather_on_host(std::span<const uint32_t> rows, const std::vector<float>& weights, Batch& batch);

  const Prepared& prepared_;
  InputWriter writer_;
  at::Device device_;
  std::vector<float> targets_, training_weights_;   // by row; weights may be empty
  Batch batches_[2];                                // by use
  Batch table_[2];                                  // on a GPU: all rows
};

}  // namespace mdl
