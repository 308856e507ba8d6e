// The masks of nn::Dropout (layers.h) for several networks and all their layers at once, made on the device.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

namespace mdl::nn {

class DropoutMasks {
 public:
  /// Of networks with these seeds and layers of these widths; of the kind of `like`.
  DropoutMasks(const std::vector<uint64_t>& seeds, std::vector<int64_t> widths, const at::Tensor& like);

  /// The step's masks, [members, rows, width] for each layer, bit by bit those of kernels::dropout_mask(). `step`: its
  /// StepValues.
  std::vector<at::Tensor> draw(const at::Tensor& step, int64_t rows);

 private:
  void place_counters(int64_t rows);

  const std::vector<int64_t> widths_;
  const at::TensorOptions options_;
  at::Tensor keys_[2];              // [members, 1], int64: the seeds' low and high halves
  int64_t rows_ = 0;                // that the counters are for
  at::Tensor blocks_, layers_;      // [1, blocks of all layers], int64
  std::vector<int64_t> of_layers_;  // how many of them
};

}  // namespace mdl::nn
