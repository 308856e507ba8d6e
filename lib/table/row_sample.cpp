#include "table/row_sample.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace mdl {

void RowSample::add(uint32_t file, uint64_t first, size_t count) {
  const Random random(seed_, Purpose::kSketch, file);
  for (uint64_t row = first; row < first + count; ++row) add({random.bits(row), {file, row}});
}

void RowSample::merge(const RowSample& other) {
  for (const Keyed& row : other.rows_) add(row);
}

void RowSample::add(const Keyed& row) {
  if (row.key > bound_) return;
  rows_.push_back(row);
  if (rows_.size() >= 2 * most_) cut();
}

void RowSample::cut() {
  if (rows_.size() <= most_) return;
  const auto end = rows_.begin() + static_cast<ptrdiff_t>(most_);
  std::nth_element(rows_.begin(), end - 1, rows_.end());
  bound_ = (end - 1)->key;
  rows_.erase(end, rows_.end());
}

std::vector<RowSample::Row> RowSample::rows() const {
  RowSample exact = *this;
  exact.cut();
  std::vector<Row> rows;
  for (const Keyed& row : exact.rows_) rows.push_back(row.row);
  std::ranges::sort(rows);
  return rows;
}

double RowSample::rank_error(size_t rows) {
  constexpr double kImprobable = 1e-6;
  return std::sqrt(std::log(2 / kImprobable) / (2 * static_cast<double>(rows)));
}

}  // namespace mdl
