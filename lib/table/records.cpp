#include "table/records.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.h"

namespace mdl {

size_t first_buffer(const ByteSource& source, size_t most) {
  constexpr size_t kLeast = 64;
  return std::clamp(std::min(source.size_hint(), most) * 2, kLeast, most);
}

std::string_view text_of(const Cell& cell, std::string& room) {
  if (cell.type != Cell::Type::kNumber) return cell.text;
  constexpr double kExact = 0x1p53;
  const bool whole = std::abs(cell.number) <= kExact && cell.number == std::floor(cell.number);
  return room = whole ? fmt::format("{:.0f}", cell.number) : shortest(cell.number);
}

std::string RecordReader::where() const { return fmt::format("{}:{}", name_, line_); }

size_t RecordReader::find(std::string_view column) const {
  if (by_name_.size() != header_.size()) {
    by_name_.resize(header_.size());
    std::iota(by_name_.begin(), by_name_.end(), size_t{0});
    std::ranges::sort(by_name_, {}, [&](size_t i) { return std::string_view(header_[i]); });
  }
  const auto found = std::ranges::lower_bound(by_name_, column, {},
                                              [&](size_t i) { return std::string_view(header_[i]); });
  return found != by_name_.end() && header_[*found] == column ? *found : header_.size();
}

}  // namespace mdl
