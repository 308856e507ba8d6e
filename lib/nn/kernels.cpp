#include "nn/kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <type_traits>

#include "nn/math.h"

// Each loop is compiled for several instruction sets; the best one for the processor is taken when the program is loaded.
#if defined(__x86_64__) && defined(__gnu_linux__)
#define MDL_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define MDL_CLONES
#endif

// Packs are passed among inlined functions only, so their calling convention does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace mdl::nn::kernels {
namespace {

constexpr int64_t kMostFrequencies = 64;

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
MDL_CLONES void linear(const T* x, const T* weight, const T* bias, T* scratch, T* y, int64_t rows, int64_t in, int64_t out) {
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

namespace {

struct Relu {
  template <class T>
  [[gnu::always_inline]] static void at(T z, T& value, T& slope) {
    value = z < T(0) ? T(0) : z;  // NaN stays NaN
    slope = z > T(0) ? T(1) : T(0);
  }
};

struct Silu {
  template <class T>
  [[gnu::always_inline]] static void at(T z, T& value, T& slope) {
    const T sigmoid = 1 / (1 + fast_exp(-z));
    value = z * sigmoid;
    slope = sigmoid * (1 + z * (1 - sigmoid));
  }
};

struct Tanh {
  template <class T>
  [[gnu::always_inline]] static void at(T z, T& value, T& slope) {
    const T e = fast_exp(-2 * std::abs(z));
    value = std::copysign((1 - e) / (1 + e), z);
    slope = 1 - value * value;
  }
};

/// Klambauer, Unterthiner, Mayr and Hochreiter 2017.
struct Selu {
  template <class T>
  [[gnu::always_inline]] static void at(T z, T& value, T& slope) {
    constexpr T kScale = T(1.0507009873554804934193349852946), kAlpha = T(1.6732632423543772848170429916717);
    const T e = kScale * kAlpha * fast_exp(std::min(z, T(0)));
    value = z > T(0) ? kScale * z : e - kScale * kAlpha;
    slope = z > T(0) ? kScale : e;
  }
};

/// z tanh(log(1 + e^z)) (Misra 2019), with tanh(log(1 + e)) = e (e + 2) / (e (e + 2) + 2).
struct Mish {
  template <class T>
  [[gnu::always_inline]] static void at(T z, T& value, T& slope) {
    const T e = fast_exp(std::min(z, T(20)));
    const T n = e * (e + 2);
    const T t = n / (n + 2);
    value = z * t;
    slope = t + z * (1 - t * t) * (e / (1 + e));
  }
};

template <class F, class T>
[[gnu::always_inline]] inline void activate_by(const T* z, const T* alpha, T* y, int64_t rows, int64_t width) {
  for (int64_t r = 0; r < rows; ++r, z += width, y += width) {
    for (int64_t j = 0; j < width; ++j) {
      T value, slope;
      F::at(z[j], value, slope);
      y[j] = alpha == nullptr ? value : z[j] + alpha[j] * (value - z[j]);
    }
  }
}

template <class F, class T>
[[gnu::always_inline]] inline void activate_backward_by(const T* z, const T* grad_y, const T* alpha, T* grad_z, T* __restrict grad_alpha, int64_t rows,
                                                        int64_t width) {
  if (alpha != nullptr) std::fill_n(grad_alpha, width, T(0));
  for (int64_t r = 0; r < rows; ++r, z += width, grad_y += width, grad_z += width) {
    for (int64_t j = 0; j < width; ++j) {
      T value, slope;
      F::at(z[j], value, slope);
      const T grad = grad_y[j];
      grad_z[j] = alpha == nullptr ? grad * slope : grad * (1 + alpha[j] * (slope - 1));
      if (alpha != nullptr) grad_alpha[j] += grad * (value - z[j]);
    }
  }
}

/// The products over a row's frequencies, whose number is most often 16 and then known to the compiler.
template <int64_t kFrequencies, class T>
[[gnu::always_inline]] inline void periodic_by(const Periodic<const T*>& layer, const T* x, int64_t row_stride, T* y, int64_t y_stride, int64_t rows) {
  const int64_t frequencies = kFrequencies > 0 ? kFrequencies : layer.frequencies, learned = layer.outputs - 1;
  for (int64_t i = 0; i < layer.numbers; ++i) {
    const T* frequency = layer.frequency + i * frequencies;
    const T* phase = layer.phase + i * frequencies;
    for (int64_t r = 0; r < rows; ++r) {
      const T number = x[r * row_stride + i];
      T* out = y + r * y_stride + i * layer.outputs;
      T cosine[kMostFrequencies];
      for (int64_t f = 0; f < frequencies; ++f) cosine[f] = sin_cos_turns(frequency[f] * number + phase[f] * T(1 / (2 * std::numbers::pi))).cos;
      for (int64_t o = 0; o < learned; ++o) {
        const T* weight = layer.weight + (i * learned + o) * frequencies;
        T sum = layer.bias[i * learned + o];
        for (int64_t f = 0; f < frequencies; ++f) sum += weight[f] * cosine[f];
        out[o] = sum;
      }
      out[learned] = number;
    }
  }
}

template <int64_t kFrequencies, class T>
[[gnu::always_inline]] inline void periodic_backward_by(const Periodic<const T*>& layer, const T* x, int64_t row_stride, const T* grad_y, int64_t y_stride,
                                                        int64_t rows, const Periodic<T*>& gradient) {
  const int64_t frequencies = kFrequencies > 0 ? kFrequencies : layer.frequencies, learned = layer.outputs - 1;
  constexpr T kTurn = T(2 * std::numbers::pi);
  std::fill_n(gradient.weight, layer.numbers * learned * frequencies, T(0));
  std::fill_n(gradient.bias, layer.numbers * learned, T(0));
  for (int64_t i = 0; i < layer.numbers; ++i) {
    const T* frequency = layer.frequency + i * frequencies;
    const T* phase = layer.phase + i * frequencies;
    T grad_frequency[kMostFrequencies] = {}, grad_phase[kMostFrequencies] = {};
    for (int64_t r = 0; r < rows; ++r) {
      const T number = x[r * row_stride + i];
      const T* grad = grad_y + r * y_stride + i * layer.outputs;
      T sine[kMostFrequencies], cosine[kMostFrequencies], grad_cosine[kMostFrequencies] = {};
      for (int64_t f = 0; f < frequencies; ++f) {
        const SinCos<T> both = sin_cos_turns(frequency[f] * number + phase[f] * T(1 / (2 * std::numbers::pi)));
        sine[f] = both.sin;
        cosine[f] = both.cos;
      }
      for (int64_t o = 0; o < learned; ++o) {
        const T* weight = layer.weight + (i * learned + o) * frequencies;
        T* grad_weight = gradient.weight + (i * learned + o) * frequencies;
        gradient.bias[i * learned + o] += grad[o];
        for (int64_t f = 0; f < frequencies; ++f) {
          grad_cosine[f] += grad[o] * weight[f];
          grad_weight[f] += grad[o] * cosine[f];
        }
      }
      for (int64_t f = 0; f < frequencies; ++f) {
        const T grad_angle = -grad_cosine[f] * sine[f];
        grad_phase[f] += grad_angle;
        grad_frequency[f] += grad_angle * (kTurn * number);
      }
    }
    std::copy_n(grad_frequency, frequencies, gradient.frequency + i * frequencies);
    std::copy_n(grad_phase, frequencies, gradient.phase + i * frequencies);
  }
}

}  // namespace

template <class T>
MDL_CLONES void activate(Activation function, const T* z, const T* alpha, T* y, int64_t rows, int64_t width) {
  switch (function) {
    case Activation::kRelu: return activate_by<Relu>(z, alpha, y, rows, width);
    case Activation::kSilu: return activate_by<Silu>(z, alpha, y, rows, width);
    case Activation::kTanh: return activate_by<Tanh>(z, alpha, y, rows, width);
    case Activation::kSelu: return activate_by<Selu>(z, alpha, y, rows, width);
    case Activation::kMish: return activate_by<Mish>(z, alpha, y, rows, width);
    case Activation::kGelu: break;
  }
}

template <class T>
MDL_CLONES void activate_backward(Activation function, const T* z, const T* grad_y, const T* alpha, T* grad_z, T* grad_alpha, int64_t rows, int64_t width) {
  switch (function) {
    case Activation::kRelu: return activate_backward_by<Relu>(z, grad_y, alpha, grad_z, grad_alpha, rows, width);
    case Activation::kSilu: return activate_backward_by<Silu>(z, grad_y, alpha, grad_z, grad_alpha, rows, width);
    case Activation::kTanh: return activate_backward_by<Tanh>(z, grad_y, alpha, grad_z, grad_alpha, rows, width);
    case Activation::kSelu: return activate_backward_by<Selu>(z, grad_y, alpha, grad_z, grad_alpha, rows, width);
    case Activation::kMish: return activate_backward_by<Mish>(z, grad_y, alpha, grad_z, grad_alpha, rows, width);
    case Activation::kGelu: break;
  }
}

template <class T>
MDL_CLONES void periodic(const Periodic<const T*>& layer, const T* x, int64_t row_stride, T* y, int64_t y_stride, int64_t rows) {
  if (layer.frequencies == 16) return periodic_by<16>(layer, x, row_stride, y, y_stride, rows);
  periodic_by<0>(layer, x, row_stride, y, y_stride, rows);
}

template <class T>
MDL_CLONES void periodic_backward(const Periodic<const T*>& layer, const T* x, int64_t row_stride, const T* grad_y, int64_t y_stride, int64_t rows,
                                  const Periodic<T*>& gradient) {
  if (layer.frequencies == 16) return periodic_backward_by<16>(layer, x, row_stride, grad_y, y_stride, rows, gradient);
  periodic_backward_by<0>(layer, x, row_stride, grad_y, y_stride, rows, gradient);
}

template <class T>
MDL_CLONES void dropout_mask(const Random& random, uint64_t first_block, double rate, T* mask, int64_t count) {
  constexpr int64_t kBlocks = 64, kPerBlock = 8;
  const auto dropped_below = static_cast<uint32_t>(std::lround(rate * 65536));
  const T kept = T(1 / (1 - dropped_below / 65536.0));
  uint32_t words[4 * kBlocks];
  for (int64_t i = 0; i < count; i += kBlocks * kPerBlock) {
    random.fill(first_block + static_cast<uint64_t>(i / kPerBlock), kBlocks, words);
    const int64_t wanted = std::min(kBlocks * kPerBlock, count - i), low = std::min(4 * kBlocks, wanted);
    for (int64_t k = 0; k < low; ++k) mask[i + k] = (words[k] & 0xFFFF) < dropped_below ? T(0) : kept;
    for (int64_t k = low; k < wanted; ++k) mask[i + k] = words[k - 4 * kBlocks] >> 16 < dropped_below ? T(0) : kept;
  }
}

template <class T>
MDL_CLONES double sum_of_squares(const T* values, int64_t count) {
  constexpr int64_t kAtOnce = 16;
  double lanes[kAtOnce] = {};
  int64_t i = 0;
  for (; i + kAtOnce <= count; i += kAtOnce) {
    for (int64_t k = 0; k < kAtOnce; ++k) lanes[k] += static_cast<double>(values[i + k]) * static_cast<double>(values[i + k]);
  }
  for (; i < count; ++i) lanes[0] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  return sum;
}

template <class T>
MDL_CLONES bool adam(T* __restrict parameter, const T* __restrict gradient, T* __restrict first, T* __restrict second, int64_t count, const AdamStep& step) {
  const T size = T(step.step_size), root = T(1 / step.root_correction), epsilon = T(step.epsilon), scale = T(step.gradient_scale);
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
MDL_CLONES bool sgd(T* __restrict parameter, const T* __restrict gradient, T* __restrict velocity, int64_t count, const SgdStep& step) {
  const T rate = T(step.learning_rate), momentum = T(step.momentum), scale = T(step.gradient_scale), l2 = T(step.l2);
  Bits<T> largest = 0;
  for (int64_t i = 0; i < count; ++i) {
    largest = std::max(largest, magnitude_bits(gradient[i]));
    velocity[i] = momentum * velocity[i] + (scale * gradient[i] + l2 * parameter[i]);
    parameter[i] -= rate * velocity[i];
  }
  return largest < magnitude_bits(std::numeric_limits<T>::infinity());
}

#define MDL_INSTANTIATE(T)                                                                                  \
  template void linear(const T*, const T*, const T*, T*, T*, int64_t, int64_t, int64_t);                    \
  template void linear_grad_weight(const T*, const T*, T*, int64_t, int64_t, int64_t);                      \
  template void linear_grad_input(const T*, const T*, T*, int64_t, int64_t, int64_t);                       \
  template void column_sums(const T*, T*, int64_t, int64_t);                                                \
  template void column_sums_of_products(const T*, const T*, T*, int64_t, int64_t);                          \
  template void multiply_columns(const T*, const T*, T*, int64_t, int64_t);                                 \
  template void activate(Activation, const T*, const T*, T*, int64_t, int64_t);                             \
  template void activate_backward(Activation, const T*, const T*, const T*, T*, T*, int64_t, int64_t);      \
  template void periodic(const Periodic<const T*>&, const T*, int64_t, T*, int64_t, int64_t);               \
  template void periodic_backward(const Periodic<const T*>&, const T*, int64_t, const T*, int64_t, int64_t, const Periodic<T*>&); \
  template void dropout_mask(const Random&, uint64_t, double, T*, int64_t);                                 \
  template double sum_of_squares(const T*, int64_t);                                                        \
  template bool adam(T*, const T*, T*, T*, int64_t, const AdamStep&);                                       \
  template bool sgd(T*, const T*, T*, int64_t, const SgdStep&);
MDL_INSTANTIATE(float)
MDL_INSTANTIATE(double)

}  // namespace mdl::nn::kernels
