// A model card: what is to be known about a model before it is used (Mitchell et al. 2019).
#pragma once

#include <string>

#include "modelfile/model.h"

namespace mdl {

/// GitHub-flavoured Markdown. What only a person can say is left as a line that starts with "TODO:". `path` is what the
/// model is called. Throws Error where it is a serving model.
std::string model_card(const Model& model, const std::string& path);

}  // namespace mdl
