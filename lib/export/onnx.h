// A model as an ONNX file with its preprocessing: what onnxruntime and others compute without mdl.
//
//   inputs   one for each feature column, of its name, [rows, 1]: numeric columns double, NaN where missing;
//            categorical columns string, where a text not seen in training, so "" too, counts as missing
//   outputs  label string [rows] and probabilities float [rows, classes], in the model's order;
//            of a regression prediction float [rows]
//
// Computes what infer/compiled_model.h does: encoding, averages and probabilities in double, the network in float.
// Opset 17.
#pragma once

#include <string>
#include <vector>

#include "modelfile/model.h"

namespace mdl {

/// The bytes of the file. Throws Error when ONNX cannot hold the model: it is a serving model, one of quantiles or one with an exposure; names, categories and classes must be UTF-8,
/// and a column must have a name; 2 GiB are the most. `notes` gets a line for each output that is called otherwise,
/// since a column has its name.
std::string format_onnx(const Model& model, std::vector<std::string>* notes = nullptr);

}  // namespace mdl
