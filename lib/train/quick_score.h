// Accuracy or R2 from raw outputs, added up batch by batch: the score beside the loss while training runs.
#pragma once

#include <ATen/ATen.h>

#include "metrics/metric.h"

namespace mdl {

class QuickScore {
 public:
  explicit QuickScore(Task task) : task_(task) {}

  /// outputs [rows, width], targets [rows] as the network learns them, weights [rows] or undefined.
  void add(const at::Tensor& outputs, const at::Tensor& targets, const at::Tensor& weights);

  Scores scores() const;

 private:
  Task task_;
  double weight_ = 0, right_ = 0;
  double residual_ = 0, sum_ = 0, squares_ = 0;
};

}  // namespace mdl
