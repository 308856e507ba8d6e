#pragma once

#include "modelfile/model.h"

namespace mdl {

/// Puts --threshold in place of the model's own; false, after a word on stderr, where it is no probability or the model has no use for one.
bool set_threshold(Model& model, double threshold, const char* command);

}  // namespace mdl
