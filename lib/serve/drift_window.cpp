#include "serve/drift_window.h"

#include <numeric>

#include "evaluate/drift.h"

namespace mdl {

DriftWindow::DriftWindow(const Encoder& encoder) : encoder_(encoder), starts_{0} {
  if (!encoder.has_histograms()) return;
  for (const Feature& feature : encoder.features) starts_.push_back(starts_.back() + feature.histogram.counts.size());
  for (auto& counts : counts_) counts = std::make_unique<std::atomic<int64_t>[]>(starts_.back());
}

void DriftWindow::add(const RecordReader& record, const RecordEncoder& columns) {
  std::atomic<int64_t>* counts = counts_[current_].get();
  for (size_t f = 0; f + 1 < starts_.size(); ++f) {
    const size_t bin = bin_of_cell(encoder_, encoder_.features[f], record.cell(columns.column(f)));
    counts[starts_[f] + bin].fetch_add(1, std::memory_order_relaxed);
  }
}

void DriftWindow::turn() {
  const size_t next = 1 - current_;
  for (size_t i = 0; i < starts_.back(); ++i) counts_[next][i] = 0;
  current_ = next;
}

Drift DriftWindow::drift() const {
  std::vector<std::vector<int64_t>> seen;
  for (size_t f = 0; f + 1 < starts_.size(); ++f) {
    auto& of_feature = seen.emplace_back();
    for (size_t i = starts_[f]; i < starts_[f + 1]; ++i) of_feature.push_back(counts_[0][i] + counts_[1][i]);
  }
  const bool any = !seen.empty() && std::accumulate(seen[0].begin(), seen[0].end(), int64_t{0}) > 0;
  return any ? drift_from_training(encoder_, seen) : Drift();
}

}  // namespace mdl
