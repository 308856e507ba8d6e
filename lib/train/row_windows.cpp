#include "train/row_windows.h"

#include <algorithm>
#include <numeric>
#include <system_error>

#include "base/error.h"
#include "base/random.h"
#include "base/signals.h"

namespace mdl {
namespace {

constexpr size_t kStretchRows = 2048;

}  // namespace

WindowOrder::WindowOrder(size_t rows, size_t batch_size, size_t window_rows, uint64_t seed)
    : rows_(rows), batch_size_(std::min(batch_size, rows)), seed_(seed) {
  stretch_ = batch_size_ * std::max<size_t>(1, std::min(kStretchRows, window_rows) / batch_size_);
  stretches_ = (rows_ + stretch_ - 1) / stretch_;
  stretches_of_window_ = std::min(stretches_, std::max<size_t>(1, window_rows / stretch_));
  windows_ = (stretches_ + stretches_of_window_ - 1) / stretches_of_window_;
}

size_t WindowOrder::rows_of(size_t window) const { return std::min(window_rows(), rows_ - window * window_rows()); }

std::vector<std::pair<size_t, size_t>> WindowOrder::stretches(int64_t epoch, size_t window) const {
  const Random random(seed_, Purpose::kRowOrder, static_cast<uint32_t>(epoch));
  std::vector<uint32_t> order(rows_ / stretch_);
  std::iota(order.begin(), order.end(), 0);
  shuffle(order, random);
  if (order.size() < stretches_) order.push_back(static_cast<uint32_t>(order.size()));
  const size_t start = random.bits(rows_ + 1) % rows_;
  std::vector<std::pair<size_t, size_t>> found;
  const size_t begin = window * stretches_of_window_, end = std::min(stretches_, begin + stretches_of_window_);
  for (size_t i = begin; i < end; ++i) {
    const size_t first = order[i] * stretch_;
    found.emplace_back((start + first) % rows_, std::min(stretch_, rows_ - first));
  }
  return found;
}

WindowOrder window_order(const RowCache& cache, const TrainConfig& train) {
  const auto batch = std::min(static_cast<size_t>(*train.batch_size), cache.rows());
  // Two windows are in memory, in half of it.
  const auto window = static_cast<size_t>(cache.memory()) / 4 / cache.row_bytes();
  if (window < batch) {
    fail(
        "data.memory: {} MB are too few: a batch of {} rows of {} bytes takes up to a quarter of them; set at least {} "
        "MB, or a smaller train.batch_size",
        cache.memory() / 1'000'000, batch, cache.row_bytes(), 4 * batch * cache.row_bytes() / 1'000'000 + 1);
  }
  return {cache.rows(), batch, window, static_cast<uint64_t>(train.seed)};
}

WindowReader::WindowReader(const RowCache& cache, const WindowOrder& order, int64_t steps)
    : cache_(cache), order_(order), steps_(steps) {}

WindowReader::~WindowReader() {
  if (reading_.valid()) reading_.wait();
}

int64_t WindowReader::reach(int64_t step) {
  const auto windows = static_cast<int64_t>(order_.windows());
  const int64_t epoch = step / steps_, window = order_.window_of(step % steps_);
  const int64_t number = epoch * windows + window;
  if (number != number_) {
    if (reading_.valid()) reading_.get();
    if (next_number_ != number) read(number, next_);
    std::swap(here_, next_);
    number_ = number;
    next_number_ = number + 1;
    try {
      const WithoutSignals inherited;
      reading_ = std::async(std::launch::async, [this] { read(next_number_, next_); });
    } catch (const std::system_error&) {  // no more threads
      next_number_ = -1;
    }
  }
  const int64_t end = window + 1 == windows ? steps_ : (window + 1) * order_.batches_of_window();
  return epoch * steps_ + end;
}

void WindowReader::read(int64_t number, CachedRows& to) const {
  const auto windows = static_cast<int64_t>(order_.windows());
  const auto window = static_cast<size_t>(number % windows);
  cache_.resize(to, order_.rows_of(window));
  size_t at = 0;
  for (const auto& [first, count] : order_.stretches(number / windows, window)) {
    cache_.read(first, count, to, at);
    at += count;
  }
}

}  // namespace mdl
