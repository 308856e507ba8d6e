#include "train/sampler.h"

#include <algorithm>

namespace mdl {

Sampler::Sampler(std::vector<uint32_t> rows, const SamplerOptions& options)
    : rows_(std::move(rows)), is_short_(rows_.size() < options.rows_each), seed_(options.seed),
      batch_size_(std::min(options.batch_size, options.rows_each)),
      batches_per_epoch_(static_cast<int64_t>(
          (options.drop_last ? options.rows_each : options.rows_each + batch_size_ - 1) / batch_size_)) {}

std::span<const uint32_t> Sampler::batch(int64_t step) {
  const int64_t epoch = step / batches_per_epoch_;
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

}  // namespace mdl
