// The data of tensors in JSON, which are nearly all of a request: read by themselves, in one pass, where a document of
// values would cost many times as much.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mdl {

/// A request without its tensors' data: each value of a key "data" in an object in a list in the outermost object
/// stands in `request` as its place in `data`.
struct TensorJson {
  std::string request;
  std::vector<std::string_view> data;  // of the text, not yet checked
};
TensorJson take_data(std::string_view text);

/// Texts are views of what they were read from, or of `held`.
struct TextTensor {
  std::vector<std::string_view> cells;  // no data() where missing
  std::vector<std::string> held;
};

/// The values of a list, or of lists in lists, in their order: null is NaN, and a text is refused; or as texts, numbers
/// as they stand, null missing. Throws Error, "input 'age': ...".
std::vector<double> numbers_in_json(std::string_view data, const std::string& name);
TextTensor texts_in_json(std::string_view data, const std::string& name);

}  // namespace mdl
