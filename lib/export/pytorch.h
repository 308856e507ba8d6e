// A model's recipe in PyTorch.
#pragma once

#include <string>

#include "modelfile/model.h"

namespace mdl {

/// A Python script that loads the model file and prints predictions for raw rows, as `mdl predict --only` does. It
/// needs PyTorch alone, and says no more than this model needs. Throws Error where that is a serving model.
std::string format_pytorch(const Model& model);

}  // namespace mdl
