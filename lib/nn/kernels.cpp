#include "nn/kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/clones.h"

// Packs are passed among inlined functions only, so their calling convention does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace mdl::nn::kernels {
namespace {

template <class T>
[[gnu::always_inline]] inline void add_scaled(T* __restrict to, const T* __restrict from, T factor, int64_t count) {
  for (int64_t i = 0; i < count; ++i) to[i] += factor * from[i];
}

/// 64 bytes, which the compiler makes one or several registers of.
template <class T>
using Pack [[gnu::vector_size(64)]] = T;

template <class T>
constexpr int64_t kLanes = 64 / sizeof(T);

template <class T>
[[gnu::always_inline]] inline Pack<T> load(const T* from) {
  Pack<T> pack;
  std::memcpy(&pack, from, sizeof pack);
  return pack;
}

template <class T>
[[gnu::always_inline]] inline T sum_of(const Pack<T>& pack) {
  T sum = 0;
  for (int64_t k = 0; k < kLanes<T>; ++k) sum += pack[k];
  return sum;
}

template <class T>
[[gnu::always_inline]] inline T dot(const T* a, const T* b, int64_t count) {
  T rest = 0;
  int64_t i = 0;
  if (count >= kLanes<T>) {
    Pack<T> sums = {};
    for (; i + kLanes<T> <= count; i += kLanes<T>) sums += load(a + i) * load(b + i);
    rest = sum_of<T>(sums);
  }
  for (; i < count; ++i) rest += a[i] * b[i];
  return rest;
}

/// The bits of |value|, which order as the numbers do; what is not finite comes last.
template <class T>
using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;

template <class T>
[[gnu::always_inline]] inline Bits<T> magnitude_bits(T value) {
  return std::bit_cast<Bits<T>>(value) & (~Bits<T>{0} >> 1);
}

}  // namespace

template <class T>
MDL_CLONES void linear(const T* x, const T* weight, const T* bias, T* scratch, T* y, int64_t rows, int64_t in,
                       int64_t out) {
  if (out == 1) {
    for (int64_t r = 0; r < rows; ++r) y[r] = bias[0] + dot(x + r * in, weight, in);
    return;
  }
  // The transposed weight in strips of so many outputs, whose sums stay in a register while a row's inputs go by.
  constexpr int64_t kWide = kLanes<T>;
  for (int64_t strip = 0; strip < out; strip += kWide) {
    const int64_t wide = std::min(kWide, out - strip);
    for (int64_t i = 0; i < in; ++i) {
      for (int64_t o = 0; o < kWide; ++o) scratch[i * kWide + o] = o < wide ? weight[(strip + o) * in + i] : T(0);
    }
    T start[kWide] = {};
    std::copy_n(bias + strip, wide, start);
    for (int64_t r = 0; r < rows; ++r) {
      Pack<T> sums = load(start);
      for (int64_t i = 0; i < in; ++i) sums += x[r * in + i] * load(scratch + i * kWide);
      T* to = y + r * out + strip;
      // What is written too much is the next row's, which comes later.
      if (wide == kWide || (out < kWide && (rows - r) * out >= kWide)) {
        std::memcpy(to, &sums, sizeof sums);
      } else {
        for (int64_t o = 0; o < wide; ++o) to[o] = sums[o];
      }
    }
  }
}

template <class T>
MDL_CLONES void linear_grad_weight(const T* grad_y, const T* x, T* grad_weight, int64_t rows, int64_t in, int64_t out) {
  constexpr int64_t kWide = kLanes<T>;
  for (int64_t strip = 0; strip < in; strip += kWide) {
    const int64_t wide = std::min(kWide, in - strip);
    // Rows whose strip can be loaded whole, though it may reach into the next rows, without reading past the end of x.
    const int64_t whole = std::clamp<int64_t>((rows * in - strip - kWide) / in + 1, 0, rows);
    for (int64_t o = 0; o < out; ++o) {
      Pack<T> even = {}, odd = {};
      int64_t r = 0;
      for (; r + 1 < whole; r += 2) {
        even += grad_y[r * out + o] * load(x + r * in + strip);
        odd += grad_y[(r + 1) * out + o] * load(x + (r + 1) * in + strip);
      }
      even += odd;
      for (; r < rows; ++r) {
        for (int64_t k = 0; k < wide; ++k) even[k] += grad_y[r * out + o] * x[r * in + strip + k];
      }
      for (int64_t k = 0; k < wide; ++k) grad_weight[o * in + strip + k] = even[k];
    }
  }
}

template <class T>
MDL_CLONES void linear_grad_input(const T* grad_y, const T* weight, T* grad_x, int64_t rows, int64_t in, int64_t out) {
  for (int64_t r = 0; r < rows; ++r) {
    T* row = grad_x + r * in;
    std::fill_n(row, in, T(0));
    for (int64_t o = 0; o < out; ++o) add_scaled(row, weight + o * in, grad_y[r * out + o], in);
  }
}

template <class T>
MDL_CLONES void column_sums(const T* from, T* to, int64_t rows, int64_t columns) {
  std::fill_n(to, columns, T(0));
  for (int64_t r = 0; r < rows; ++r) add_scaled(to, from + r * columns, T(1), columns);
}

template <class T>
MDL_CLONES void column_sums_of_products(const T* a, const T* b, T* __restrict to, int64_t rows, int64_t columns) {
  std::fill_n(to, columns, T(0));
  for (int64_t r = 0; r < rows; ++r, a += columns, b += columns) {
    for (int64_t j = 0; j < columns; ++j) to[j] += a[j] * b[j];
  }
}

template <class T>
MDL_CLONES void multiply_columns(const T* from, const T* factors, T* __restrict to, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; ++r, from += columns, to += columns) {
    for (int64_t j = 0; j < columns; ++j) to[j] = from[j] * factors[j];
  }
}

template <class T>
MDL_CLONES void dropout_mask(const Random& random, uint64_t first_block, double rate, int64_t first, T* mask,
                             int64_t count) {
  constexpr int64_t kBlocks = 64, kWords = 4 * kBlocks, kPerBlock = 8, kAtOnce = kBlocks * kPerBlock;
  const auto dropped_below = static_cast<uint32_t>(std::lround(rate * 65536));
  const T kept = T(1 / (1 - dropped_below / 65536.0));
  uint32_t words[kWords];
  // Of each group of elements the first half takes the words' low bits, the other half their high ones.
  for (int64_t group = first / kAtOnce * kAtOnce; group < first + count; group += kAtOnce) {
    random.fill(first_block + static_cast<uint64_t>(group / kPerBlock), kBlocks, words);
    const int64_t begin = std::max<int64_t>(0, first - group), end = std::min(kAtOnce, first + count - group);
    T* to = mask + (group - first);
    for (int64_t k = begin; k < std::min(kWords, end); ++k) to[k] = (words[k] & 0xFFFF) < dropped_below ? T(0) : kept;
    for (int64_t k = std::max(kWords, begin); k < end; ++k)
      to[k] = words[k - kWords] >> 16 < dropped_below ? T(0) : kept;
  }
}

template <class T>
MDL_CLONES double sum_of_squares(const T* values, int64_t count) {
  constexpr int64_t kAtOnce = 16;
  double lanes[kAtOnce] = {};
  int64_t i = 0;
  for (; i + kAtOnce <= count; i += kAtOnce) {
    for (int64_t k = 0; k < kAtOnce; ++k)
      lanes[k] += static_cast<double>(values[i + k]) * static_cast<double>(values[i + k]);
  }
  for (; i < count; ++i) lanes[0] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  return sum;
}

template <class T>
MDL_CLONES bool adam(T* __restrict parameter, const T* __restrict gradient, T* __restrict first, T* __restrict second,
                     int64_t count, const AdamStep& step) {
  const T size = T(step.step_size), root = T(1 / step.root_correction), epsilon = T(step.epsilon),
          scale = T(step.gradient_scale);
  const T beta1 = T(step.beta1), beta2 = T(step.beta2), rest1 = T(1 - step.beta1), rest2 = T(1 - step.beta2);
  const T l2 = T(step.l2), shrink = T(step.shrink);
  Bits<T> largest = 0;
  for (int64_t i = 0; i < count; ++i) {
    largest = std::max(largest, magnitude_bits(gradient[i]));
    const T g = scale * gradient[i] + l2 * parameter[i];
    first[i] = beta1 * first[i] + rest1 * g;
    second[i] = beta2 * second[i] + rest2 * g * g;
    parameter[i] = shrink * parameter[i] - size * first[i] / (std::sqrt(second[i]) * root + epsilon);
  }
  return largest < magnitude_bits(std::numeric_limits<T>::infinity());
}

template <class T>
MDL_CLONES bool sgd(T* __restrict parameter, const T* __restrict gradient, T* __restrict velocity, int64_t count,
                    const SgdStep& step) {
  const T rate = T(step.learning_rate), momentum = T(step.momentum), scale = T(step.gradient_scale), l2 = T(step.l2);
  Bits<T> largest = 0;
  for (int64_t i = 0; i < count; ++i) {
    largest = std::max(largest, magnitude_bits(gradient[i]));
    velocity[i] = momentum * velocity[i] + (scale * gradient[i] + l2 * parameter[i]);
    parameter[i] -= rate * velocity[i];
  }
  return largest < magnitude_bits(std::numeric_limits<T>::infinity());
}

#define MDL_INSTANTIATE(T)                                                               \
  template void linear(const T*, const T*, const T*, T*, T*, int64_t, int64_t, int64_t); \
  template void linear_grad_weight(const T*, const T*, T*, int64_t, int64_t, int64_t);   \
  template void linear_grad_input(const T*, const T*, T*, int64_t, int64_t, int64_t);    \
  template void column_sums(const T*, T*, int64_t, int64_t);                             \
  template void column_sums_of_products(const T*, const T*, T*, int64_t, int64_t);       \
  template void multiply_columns(const T*, const T*, T*, int64_t, int64_t);              \
  template void dropout_mask(const Random&, uint64_t, double, int64_t, T*, int64_t);     \
  template double sum_of_squares(const T*, int64_t);                                     \
  template bool adam(T*, const T*, T*, T*, int64_t, const AdamStep&);                    \
  template bool sgd(T*, const T*, T*, int64_t, const SgdStep&);
MDL_INSTANTIATE(float)
MDL_INSTANTIATE(double)

}  // namespace mdl::nn::kernels
