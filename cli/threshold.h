#pragma once

#include "modelfile/model.h"

namespace mdl {

/// Puts --threshold in place of the model's own. Throws WrongFlags where it is no probability or the model has no use for one.
void set_threshold(Model& model, double threshold);

}  // namespace mdl
