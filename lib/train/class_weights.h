// train.class_weights, by class.
#pragma once

#include <vector>

#include "config/config.h"
#include "train/training_data.h"

namespace mdl {

/// The weight of each class; empty when all weigh the same. Throws Error when the config names a class that the target
/// has not, and of a regression.
std::vector<double> weights_by_class(const TrainingData& data, const ClassWeights& wanted);

}  // namespace mdl
