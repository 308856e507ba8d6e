// What changes from step to step beside the rows, as numbers on the device: a step that reads them there is the same
// series of operations each time, which a GPU can be given once.
#pragma once

#include <ATen/ATen.h>

namespace mdl::nn {

/// Places in a float64 tensor, one for a step.
enum StepValue : int64_t {
  kNumber,          // of the step, from 1
  kDroppedBelow,    // of 2^16: dropout's rate
  kKept,            // what dropout multiplies the others by
  kLearningRate,    //
  kStepSize,        // Adam: the learning rate / (1 - beta1^t)
  kRootCorrection,  // Adam: sqrt(1 - beta2^t)
  kWeightDecay,     //
  kAverageShare,    // how far the average of the weights moves to them
  kStepValues
};

}  // namespace mdl::nn
