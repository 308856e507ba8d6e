#include "train/quick_score.h"

#include <algorithm>

namespace mdl {

void QuickScore::add(const at::Tensor& outputs, const at::Tensor& targets, const at::Tensor& weights) {
  const at::Tensor host_outputs = outputs.cpu(), host_targets = targets.cpu(), host_weights = weights.defined() ? weights.cpu() : weights;
  const int64_t width = outputs.size(1);
  const float* z = host_outputs.const_data_ptr<float>();
  const float* y = host_targets.const_data_ptr<float>();
  for (int64_t r = 0; r < outputs.size(0); ++r, z += width) {
    const double weight = host_weights.defined() ? static_cast<double>(host_weights.const_data_ptr<float>()[r]) : 1;
    weight_ += weight;
    if (task_ == Task::kRegression) {
      const double truth = y[r], difference = z[0] - y[r];
      residual_ += weight * difference * difference;
      sum_ += weight * truth;
      squares_ += weight * truth * truth;
    } else {
      const auto label = task_ == Task::kBinary ? static_cast<float>(z[0] >= 0) : static_cast<float>(std::max_element(z, z + width) - z);
      if (label == y[r]) right_ += weight;
    }
  }
}

Scores QuickScore::scores() const {
  if (task_ != Task::kRegression) return {{Metric::kAccuracy, right_ / weight_}};
  const double total = squares_ - sum_ * sum_ / weight_;
  return total > 0 ? Scores{{Metric::kR2, 1 - residual_ / total}} : Scores{};
}

}  // namespace mdl
