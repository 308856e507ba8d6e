// What the parts of a model file share when they are read: values of its description and tensors, each checked.
// Everything throws Error with the reason alone.
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
  if (!value.is_number_unsigned() || value.get<uint64_t>() > static_cast<uint64_t>(most))
    fail("{} in it is not a whole number in range", quote(value.dump()));
  return value.get<int64_t>();
}

inline double real(const json& value) {
  if (!value.is_number()) fail("{} in it is not a number", quote(value.dump()));
  return value.get<double>();
}

inline double fraction(const json& value) {
  const double number = real(value);
  if (!(number >= 0 && number <= 1)) fail("{} in it is outside 0 to 1", quote(value.dump()));
  return number;
}

/// An object of which every key must be asked for: one that mdl passes over could mean something to another reader.
class Fields {
 public:
  /// `object` must outlive this.
  explicit Fields(const json& object) : object_(object) {
    if (!object.is_object()) fail("its description is damaged");
  }

  /// A key is asked for once.
  const json& at(const char* key) {
    asked_.emplace_back(key);
    return object_.at(key);
  }
  /// Null where it is not there.
  const json* find(const char* key) {
    const auto found = object_.find(key);
    if (found == object_.end()) return nullptr;
    asked_.emplace_back(key);
    return &*found;
  }
  void expect_end() const {
    if (asked_.size() == object_.size()) return;
    for (const auto& [key, value] : object_.items()) {
      if (std::find(asked_.begin(), asked_.end(), key) == asked_.end())
        fail("its description has the unknown key {}", quote(key));
    }
  }

 private:
  const json& object_;
  std::vector<std::string_view> asked_;
};

/// Takes the tensor out of the file. Throws when it is not there, or not of this type and shape.
inline TensorData take(Safetensors& file, const std::string& name, DType dtype, const std::vector<int64_t>& shape) {
  auto found = file.tensors.extract(name);
  if (found.empty()) fail("tensor {} is not there", name);
  if (found.mapped().dtype != dtype || found.mapped().shape != shape)
    fail("tensor {} has another type or shape than the network needs", name);
  return std::move(found.mapped());
}

template <class T>
std::vector<T> take_finite(Safetensors& file, const std::string& name, DType dtype, const std::vector<int64_t>& shape) {
  auto values = take(file, name, dtype, shape).values<T>();
  for (const T value : values) {
    if (!std::isfinite(value)) fail("tensor {} holds a value that is not finite", name);
  }
  return values;
}

/// Nothing may be left that only another reader would see.
inline void expect_all_taken(const Safetensors& file) {
  if (!file.tensors.empty()) fail("tensor {} is unexpected", quote(file.tensors.begin()->first));
}

}  // namespace mdl::parts
