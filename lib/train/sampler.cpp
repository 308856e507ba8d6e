#include "train/sampler.h"

#include <algorithm>
#include <numeric>

namespace mdl {

Sampler::Sampler(std::vector<uint32_t> rows, const SamplerOptions& options)
    : rows_(std::move(rows)), is_short_(!options.windows && rows_.size() < options.rows_each), seed_(options.seed),
      batch_size_(std::min(options.batch_size, options.rows_each)),
      batches_per_epoch_(static_cast<int64_t>(
          (options.drop_last ? options.rows_each : options.rows_each + batch_size_ - 1) / batch_size_)),
      windows_(options.windows) {}

std::span<const uint32_t> Sampler::batch(int64_t step) {
  const int64_t epoch = step / batches_per_epoch_;
  if (windows_) return batch_of_window(epoch, step % batches_per_epoch_);
  if (epoch != epoch_) {
    order_ = rows_;
    shuffle(order_, Random(seed_, Purpose::kRowOrder, static_cast<uint32_t>(epoch)));
    epoch_ = epoch;
  }
  const auto place = static_cast<size_t>(step % batches_per_epoch_);
  if (is_short_) {
    const auto batches = static_cast<size_t>(batches_per_epoch_);
    const size_t size = order_.size() / batches, larger = order_.size() % batches;
    if (size == 0) return {order_.data() + place % order_.size(), 1};
    return {order_.data() + place * size + std::min(place, larger), size + (place < larger ? 1 : 0)};
  }
  const size_t begin = place * batch_size_;
  return {order_.data() + begin, std::min(batch_size_, order_.size() - begin)};
}

std::span<const uint32_t> Sampler::batch_of_window(int64_t epoch, int64_t place) {
  const int64_t window = windows_->window_of(place);
  if (epoch != epoch_ || window != window_) {
    order_.resize(windows_->rows_of(static_cast<size_t>(window)));
    std::iota(order_.begin(), order_.end(), 0);
    const uint64_t seed = member_seed(seed_, static_cast<uint64_t>(window) + 1);
    shuffle(order_, Random(seed, Purpose::kRowOrder, static_cast<uint32_t>(epoch)));
    epoch_ = epoch;
    window_ = window;
  }
  const size_t begin = static_cast<size_t>(place - window * windows_->batches_of_window()) * batch_size_;
  return {order_.data() + begin, std::min(batch_size_, order_.size() - begin)};
}

std::vector<uint32_t> initial_sample(const std::vector<uint32_t>& rows) {
  constexpr size_t kMost = 8192;
  std::vector<uint32_t> sample;
  const size_t count = std::min(kMost, rows.size());
  for (size_t i = 0; i < count; ++i) sample.push_back(rows[i * rows.size() / count]);
  return sample;
}

}  // namespace mdl
