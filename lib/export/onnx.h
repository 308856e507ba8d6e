// A model as an ONNX file, preprocessing inside: what onnxruntime and the like compute without mdl.
//
//   inputs   one a feature column, of its name, [rows, 1]: numeric ones double, NaN where missing; categorical ones
//   string, where
//            any text that was not seen in training, so "" too, counts as missing
//   outputs  label string [rows] and probabilities float [rows, classes], in the model's order; of a regression
//   prediction float [rows]
//
// Computes what predict/predictor.h does: encoding, averages and probabilities in double, the network in float.
// Opset 17.
#pragma once

#include <string>
#include <vector>

#include "modelfile/model.h"

namespace mdl {

/// The bytes of the file. Throws Error when ONNX cannot hold the model: names, categories and classes must be UTF-8,
/// and a column must have a name; 2 GiB are the most. `notes` gets a line for each output that is called otherwise,
/// since a column has its name.
std::string format_onnx(const Model& model, std::vector<std::string>* notes = nullptr);

}  // namespace mdl
