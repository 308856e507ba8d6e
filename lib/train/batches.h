// The rows of a run as the network takes them: inputs, targets and weights of any choice of rows, on the device.
#pragma once

#include <ATen/ATen.h>

#include <span>
#include <vector>

#include "nn/input_layer.h"
#include "table/input_writer.h"
#include "train/row_cache.h"
#include "train/training_data.h"

namespace mdl {

struct Batch {
  at::Tensor dense;    // [rows, dense]
  at::Tensor indices;  // [rows, embeddings, then bags], int64; undefined without any
  nn::BagTensors bags;
  at::Tensor targets;  // [rows]: 0 or 1; the class index; the standardised number
  at::Tensor weights;  // [rows], or undefined: all 1

  nn::Inputs inputs() const { return {dense, indices, bags}; }
};

/// What a row's weight is: in training its own times its class's, scaled so that the training rows have a mean of 1; in
/// validation its own.
enum class WeightKind { kTraining, kValidation };

class Batches {
 public:
  /// On a GPU the whole encoded table lies on the device, where there is room. `data` must outlive this.
  Batches(const TrainingData& data, const ClassWeights& class_weights, at::Device device);

  /// `table_there`: whether it does.
  Batches(const TrainingData& data, const ClassWeights& class_weights, at::Device device, bool table_there);

  /// All rows that train; not those of a run that streams.
  bool table_there() const { return table_.dense.defined() && !data_.cache; }

  /// What the batches' indices of bags number.
  const Bags& bags() const { return data_.rows.bags; }

  /// What rows number that train, of a run that streams: of this window, which must outlive its use. Without one, and
  /// for validation, they are those of the data.
  void set_window(const CachedRows* window) { window_ = window; }

  /// Fills `batch` with the rows in the order given; its tensors are used again where they fit.
  void gather(std::span<const uint32_t> rows, WeightKind use, Batch& batch) const;

  /// Where the table is on the device: the rows of `index` [members, rows], int64 and there, too, without a word to the
  /// host. All tensors have the dimension of the members.
  Batch gather_there(const at::Tensor& index, WeightKind use) const;

  /// Fills `batch`, tensors in the memory of the host, with the rows in the order given.
  void gather_here(std::span<const uint32_t> rows, WeightKind use, Batch& batch) const;

  /// Bytes that the encoded table takes on a device.
  static double table_bytes(const TrainingData& data);

 private:
  const std::vector<float>& weights(WeightKind use) const {
    return use == WeightKind::kTraining ? training_weights_ : own_weights_;
  }
  void gather_on_host(std::span<const uint32_t> rows, const EncodedRows& from, const std::vector<float>& targets,
                      const std::vector<float>& weights, Batch& batch) const;

  const TrainingData& data_;
  InputWriter writer_;
  nn::BagTensors bags_;
  at::Device device_;
  std::vector<float> targets_, own_weights_, training_weights_;  // by row; weights may be empty
  Batch table_;                                                  // where it is on the device: all rows, without weights
  const CachedRows* window_ = nullptr;
  at::Tensor weights_[2];  // likewise, by use
};

}  // namespace mdl
