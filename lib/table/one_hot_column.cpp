#include "table/one_hot_column.h"

#include <numeric>

#include "table/encoder.h"
#include "table/scaling.h"

namespace mdl {
namespace {

/// The inputs of each category and of what is none, from how often each occurs.
std::vector<float> encode_robustly(const std::vector<size_t>& counts, size_t missing) {
  const size_t categories = counts.size(), rows = std::accumulate(counts.begin(), counts.end(), missing);
  if (categories == 1) return robust_encoding({{1, counts[0]}, {-1, missing}});
  if (categories == 2) return robust_encoding({{1, counts[0]}, {-1, counts[1]}, {0, missing}});
  std::vector<float> encoding((categories + 1) * categories);
  for (size_t k = 0; k < categories; ++k) {
    const std::vector<float> two = robust_encoding({{0, rows - counts[k]}, {1, counts[k]}});
    for (size_t row = 0; row <= categories; ++row) encoding[row * categories + k] = two[row == k ? 1 : 0];
  }
  return encoding;
}

}  // namespace

OneHotColumn OneHotColumn::fit(Categories categories, const EncoderOptions& options) {
  OneHotColumn fitted{.categories = ValueIndex(std::move(categories.names))};
  if (options.scaling == Scaling::kRobust)
    fitted.encoding = encode_robustly(categories.counts, categories.missing + categories.rest);
  return fitted;
}

ColumnInputs OneHotColumn::inputs() const {
  const size_t count = categories.size();
  return {.indices = count, .width = encoding.empty() ? count : encoding.size() / (count + 1), .encoding = encoding};
}

}  // namespace mdl
