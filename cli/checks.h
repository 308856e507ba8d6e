// What flags of several commands have in common.
#pragma once

#include <string>
#include <vector>

#include "modelfile/model.h"

namespace mdl {

/// Puts --threshold in place of the model's own. Throws WrongFlags where it is no probability or the model has no use for one.
void set_threshold(Model& model, double threshold);

/// Throws WrongFlags when `output`, which `flag` names, is one of the files that are read: it would be lost.
void expect_not_read(const char* flag, const std::string& output, const std::vector<std::string>& inputs);

}  // namespace mdl
