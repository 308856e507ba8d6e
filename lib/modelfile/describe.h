// What a model is, as text for people and as JSON for programs.
#pragma once

#include <string>

#include "modelfile/model.h"

namespace mdl {

/// "32 x 10-64-1, relu, layer normalization": members, widths of the layers, what is between them.
std::string network_text(const Network& network);

/// Lines of at most 80 columns, long lists and names cut. `path` is what the model is called.
std::string describe_text(const Model& model, const std::string& path);

/// Everything that the file holds but the weights, indented; bytes that are not UTF-8 become U+FFFD. A score that is undefined is absent.
std::string describe_json(const Model& model, const std::string& path);

}  // namespace mdl
