// The safetensors container: an 8-byte little-endian header length, a JSON header, tensor bytes without holes.
// Format and rejection rules: huggingface/safetensors, safetensors/src/tensor.rs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_source.h"

namespace mdl {

enum class DType { kU8, kI64, kF32, kF64 };

/// Bytes of one element.
size_t size_of(DType);

struct TensorData {
  DType dtype = DType::kF32;
  std::vector<int64_t> shape;
  std::string bytes;  // little-endian, row-major; product(shape) * size_of(dtype) of them

  template <class T>
  static TensorData of(DType dtype, std::vector<int64_t> shape, const std::vector<T>& values) {
    return {dtype, std::move(shape),
            std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T))};
  }
  /// A copy as numbers; T must be the type that `dtype` names.
  template <class T>
  std::vector<T> values() const {
    std::vector<T> out(bytes.size() / sizeof(T));
    bytes.copy(reinterpret_cast<char*>(out.data()), out.size() * sizeof(T));
    return out;
  }
};

struct Safetensors {
  std::map<std::string, std::string> metadata;
  std::map<std::string, TensorData> tensors;
};

/// Strict: refuses whatever the format's own reader refuses, and more than 16 MiB of header, 65,536 tensors, names over
/// 1 KiB or rank over 8. Throws Error "<name>: is not a usable model file: <why>".
Safetensors parse_safetensors(std::string_view bytes, const std::string& name);

/// The same of the bytes of a file, at most `limit`, a tensor after the other: memory holds what is in the file once.
Safetensors read_safetensors(ByteSource& source, const std::string& path, uint64_t limit);

/// Tensors of 8-byte elements first, so that every tensor is aligned to its element; then by name. Same input, same
/// bytes.
std::string format_safetensors(const Safetensors&);

}  // namespace mdl
