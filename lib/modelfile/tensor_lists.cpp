#include "modelfile/tensor_lists.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace mdl {
namespace {

template <class T>
constexpr DType kTypeOf = DType::kI64;
template <>
constexpr DType kTypeOf<float> = DType::kF32;
template <>
constexpr DType kTypeOf<double> = DType::kF64;
template <>
constexpr DType kTypeOf<uint8_t> = DType::kU8;

[[noreturn]] void refuse_shape(const std::string& tensor) {
  fail("tensor {} has another type or shape than the network needs", tensor);
}

}  // namespace

void TensorWriter::write(Safetensors& file) const {
  for (const auto& [name, list] : lists_) {
    file.tensors[name] = std::visit(
        []<class T>(const std::vector<T>& values) {
          return TensorData::of(kTypeOf<T>, {static_cast<int64_t>(values.size())}, values);
        },
        list);
  }
}

int64_t TensorReader::left(const char* tensor) const {
  if (const auto begun = std::ranges::find(lists_, tensor, &List::tensor); begun != lists_.end())
    return static_cast<int64_t>(begun->size - begun->next);
  const auto found = file_.tensors.find(tensor);
  return found == file_.tensors.end() || found->second.shape.size() != 1 ? 0 : found->second.shape[0];
}

template <class T>
TensorReader::List& TensorReader::open(const char* tensor) {
  if (const auto begun = std::ranges::find(lists_, tensor, &List::tensor); begun != lists_.end()) return *begun;
  const auto found = file_.tensors.extract(tensor);
  if (found.empty()) fail("tensor {} is not there", tensor);
  if (found.mapped().dtype != kTypeOf<T> || found.mapped().shape.size() != 1) refuse_shape(tensor);
  auto values = found.mapped().values<T>();
  if constexpr (std::is_floating_point_v<T>) {
    for (const T value : values) {
      if (!std::isfinite(value)) fail("tensor {} holds a value that is not finite", tensor);
    }
  }
  const size_t size = values.size();
  return lists_.emplace_back(List{tensor, std::move(values), size});
}

template <class T>
std::vector<T> TensorReader::take(const char* tensor, size_t count) {
  List& list = open<T>(tensor);
  if (count > list.size - list.next) refuse_shape(tensor);
  const auto from = std::get<std::vector<T>>(list.values).begin() + static_cast<ptrdiff_t>(list.next);
  list.next += count;
  return {from, from + static_cast<ptrdiff_t>(count)};
}

template std::vector<float> TensorReader::take(const char*, size_t);
template std::vector<double> TensorReader::take(const char*, size_t);
template std::vector<int64_t> TensorReader::take(const char*, size_t);
template std::vector<uint8_t> TensorReader::take(const char*, size_t);

void TensorReader::expect_end() const {
  for (const List& list : lists_) {
    if (list.next != list.size) refuse_shape(list.tensor);
  }
}

}  // namespace mdl
