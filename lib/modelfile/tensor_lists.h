// Tensors of a model file that hold what many columns have, one behind the other.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "modelfile/safetensors.h"

namespace mdl {

class TensorWriter {
 public:
  template <class T>
  void add(const char* tensor, const std::vector<T>& values) {
    std::vector<T>& list = room<T>(tensor);
    list.insert(list.end(), values.begin(), values.end());
  }
  template <class T>
  void add(const char* tensor, T value) {
    room<T>(tensor).push_back(value);
  }

  /// A tensor that is there though it may be empty.
  template <class T>
  std::vector<T>& room(const char* tensor) {
    return std::get<std::vector<T>>(lists_.try_emplace(tensor, std::vector<T>()).first->second);
  }

  void write(Safetensors& file) const;

 private:
  std::map<std::string,
           std::variant<std::vector<float>, std::vector<double>, std::vector<int64_t>, std::vector<uint8_t>>>
      lists_;
};

/// Takes the tensors out of the file. Its methods throw Error with the reason alone.
class TensorReader {
 public:
  /// `file` must outlive this.
  explicit TensorReader(Safetensors& file) : file_(file) {}

  bool has(const char* tensor) const { return file_.tensors.contains(tensor); }

  /// How many values a tensor of rank 1 has left; 0 where there is none.
  int64_t left(const char* tensor) const;

  /// The next values, which must be finite.
  template <class T>
  std::vector<T> take(const char* tensor, size_t count);
  template <class T>
  T take(const char* tensor) {
    return take<T>(tensor, 1)[0];
  }

  /// All that was begun has been taken. The first that was not is told.
  void expect_end() const;

 private:
  struct List {
    std::string tensor;
    std::variant<std::vector<float>, std::vector<double>, std::vector<int64_t>, std::vector<uint8_t>> values;
    size_t size, next = 0;
  };
  template <class T>
  List& open(const char* tensor);

  Safetensors& file_;
  std::vector<List> lists_;  // in the order in which they were begun
};

}  // namespace mdl
