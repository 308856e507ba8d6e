// What the parts of a model file share when they are read: values of its description and tensors, each checked. Everything throws Error
// with the reason alone.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "config/config.h"
#include "modelfile/safetensors.h"

namespace mdl::parts {

using nlohmann::json;
using nlohmann::ordered_json;

template <class Enum, size_t count>
Enum parse_enum(const json& text, const Named<Enum> (&names)[count]) {
  const auto& word = text.get_ref<const std::string&>();
  for (const auto& [value, name] : names) {
    if (word == name) return value;
  }
  fail("{} is not a value that this version knows", quote(word));
}

/// JSON's own conversions would take 2.5 or true for a whole number.
inline int64_t whole(const json& value, int64_t most) {
  if (!value.is_number_unsigned() || value.get<uint64_t>() > static_cast<uint64_t>(most)) fail("{} in it is not a whole number in range", quote(value.dump()));
  return value.get<int64_t>();
}

inline double real(const json& value) {
  if (!value.is_number()) fail("{} in it is not a number", quote(value.dump()));
  return value.get<double>();
}

inline double share(const json& value) {
  const double number = real(value);
  if (!(number >= 0 && number <= 1)) fail("{} in it is outside 0 to 1", quote(value.dump()));
  return number;
}

inline void expect_distinct(std::vector<std::string_view> texts, const char* what) {
  std::sort(texts.begin(), texts.end());
  const auto twice = std::adjacent_find(texts.begin(), texts.end());
  if (twice != texts.end()) fail("it has two {} of the name {}", what, quote(*twice));
}

/// Throws when it is not there, or not of this type and shape.
inline const TensorData& tensor(const Safetensors& file, const std::string& name, DType dtype, const std::vector<int64_t>& shape) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end()) fail("tensor {} is not there", name);
  if (found->second.dtype != dtype || found->second.shape != shape) fail("tensor {} has another type or shape than the network needs", name);
  return found->second;
}

template <class T>
std::vector<T> finite(const Safetensors& file, const std::string& name, DType dtype, const std::vector<int64_t>& shape) {
  auto values = tensor(file, name, dtype, shape).values<T>();
  for (const T value : values) {
    if (!std::isfinite(value)) fail("tensor {} holds a value that is not finite", name);
  }
  return values;
}

}  // namespace mdl::parts
