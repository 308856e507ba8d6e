#include "train/row_cache.h"

#include <algorithm>

namespace mdl {
namespace {

template <class T>
std::string_view bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

}  // namespace

RowCache::RowCache(const std::string& folder, size_t rows, size_t numbers, size_t indices, bool weights, int64_t memory)
    : rows_(rows), numbers_(numbers), indices_(indices), weights_(weights), memory_(memory),
      file_(std::make_unique<ScratchFile>(folder)) {}

void RowCache::write(size_t first, const CachedRows& rows) {
  // All rows' numbers, then all indices, targets and weights.
  uint64_t part = 0;
  const auto put = [&](const auto& values, size_t width) {
    file_->write(part + 4 * first * width, bytes_of(values));
    part += 4 * rows_ * width;
  };
  put(rows.rows.numbers, numbers_);
  put(rows.rows.indices, indices_);
  put(rows.targets, 1);
  if (weights_) put(rows.weights, 1);
}

void RowCache::read(size_t first, size_t count, CachedRows& to, size_t at) const {
  const size_t straight = std::min(count, rows_ - first);
  read_straight(first, straight, to, at);
  if (straight < count) read_straight(0, count - straight, to, at + straight);
}

void RowCache::read_straight(size_t first, size_t count, CachedRows& to, size_t at) const {
  uint64_t part = 0;
  const auto get = [&](auto& values, size_t width) {
    file_->read(part + 4 * first * width, reinterpret_cast<char*>(values.data() + at * width), 4 * count * width);
    part += 4 * rows_ * width;
  };
  get(to.rows.numbers, numbers_);
  get(to.rows.indices, indices_);
  get(to.targets, 1);
  if (!weights_) return;
  get(to.weights, 1);
  for (size_t i = at; i < at + count; ++i)
    to.weights[i] = static_cast<float>(static_cast<double>(to.weights[i]) * weight_factor_);
}

void RowCache::resize(CachedRows& rows, size_t count) const {
  rows.rows.rows = count;
  rows.rows.numbers.resize(count * numbers_);
  rows.rows.indices.resize(count * indices_);
  rows.targets.resize(count);
  rows.weights.resize(weights_ ? count : 0);
}

}  // namespace mdl
