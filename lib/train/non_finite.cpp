#include "train/non_finite.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace mdl {

std::string diagnose_non_finite(const TrainingData& data, std::span<const uint32_t> rows) {
  constexpr float kExtreme = 10;  // standard deviations
  constexpr size_t kMostNames = 5;
  if (rows.empty()) return "";
  struct Extreme {
    float distance = 0;
    uint32_t row = 0;
  };
  const size_t numeric = data.encoder.numeric_count();
  std::vector<Extreme> extremes(numeric);
  for (const uint32_t row : rows) {
    for (size_t f = 0; f < numeric; ++f) {
      const float distance = std::abs(data.rows.numbers[row * numeric + f]);
      if (!(distance <= extremes[f].distance)) extremes[f] = {distance, row};
    }
  }
  std::vector<std::string> numbers, columns;
  for (const uint32_t row : rows) numbers.push_back(fmt::format("{}", row + 1));
  for (size_t f = 0; f < numeric; ++f) {
    if (extremes[f].distance <= kExtreme) continue;
    columns.push_back(fmt::format("{} is {:.3g} standard deviations from its mean in row {}",
                                  quote(data.encoder.features[f].name), extremes[f].distance, extremes[f].row + 1));
  }
  std::string text = fmt::format(", in row{} {} of the table", rows.size() > 1 ? "s" : "",
                                 join_names(numbers, kMostNames));
  return text + (columns.empty() ? "; no column's values there are extreme"
                                 : "; extreme values: " + join_names(columns, kMostNames));
}

}  // namespace mdl
