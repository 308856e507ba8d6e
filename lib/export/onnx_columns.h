// The encoder's part of an ONNX graph: from the cells of columns to what the first layer's inputs are made of.
#pragma once

#include <string>
#include <vector>

#include "export/onnx_file.h"
#include "table/encoder.h"

namespace mdl::onnx {

struct EncodedColumns {
  Graph::Value numbers;                // [rows, columns with a number]; empty: there are none
  std::vector<Graph::Value> others;    // the other dense inputs, [rows, some] each
  std::vector<Graph::Value> embedded;  // [rows], a row of each embedding
};

/// An input of the graph for each column. Throws Error when ONNX cannot hold a name or a category.
EncodedColumns encode_columns(const Encoder& encoder, Graph& graph);

/// Throws Error when `text` is not UTF-8, as texts of ONNX are.
void check_utf8(const std::string& text, const std::string& what);

}  // namespace mdl::onnx
