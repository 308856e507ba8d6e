// The periodic embeddings' loops on the CPU. T is float or double.
#pragma once

#include <cstdint>

namespace mdl::infer {

inline constexpr int64_t kMostFrequencies = 64;

/// The sizes of the periodic embeddings and their parameters, shaped as NamedParameters says; `Pointer` is T* or
/// const T*.
template <class Pointer>
struct Periodic {
  int64_t numbers, frequencies, outputs;  // outputs: of a number, itself included
  Pointer frequency, phase, weight, bias;
};

/// For each row of x (row_stride apart) and each number in it its outputs, W cos(2 pi f x + p) + b and then x, into y
/// (y_stride apart).
template <class T>
void periodic(const Periodic<const T*>& layer, const T* x, int64_t row_stride, T* y, int64_t y_stride, int64_t rows);

}  // namespace mdl::infer
