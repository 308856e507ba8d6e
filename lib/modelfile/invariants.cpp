#include "modelfile/invariants.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/error.h"
#include "base/text.h"
#include "modelfile/model.h"

namespace mdl {
namespace {

constexpr int64_t kMostRows = int64_t{1} << 53;

void expect_distinct(std::vector<std::string_view> texts, const char* what) {
  std::sort(texts.begin(), texts.end());
  const auto twice = std::adjacent_find(texts.begin(), texts.end());
  if (twice != texts.end()) fail("it has two {} of the name {}", what, quote(*twice));
}

/// The rows in its bins.
int64_t expect_histogram(const Feature& feature) {
  const Histogram& histogram = feature.histogram;
  int64_t sum = 0;
  for (const int64_t count : histogram.counts) {
    if (count < 0 || count > kMostRows - sum) fail("tensor histogram.counts holds a value that is out of range");
    sum += count;
  }
  if (sum == 0) fail("the bins of column {} hold no row", quote(feature.name));
  return sum;
}

}  // namespace

void expect_sound(const Target& target) {
  const size_t classes = target.classes.size();
  const bool fits = target.task == Task::kBinary       ? classes == 2
                    : target.task == Task::kMulticlass ? classes >= 2
                                                       : classes == 0;
  if (!fits) fail("it has {} classes, which does not fit its task", classes);
  if (classes > kMostClasses) fail("it has {} classes, more than {}", classes, kMostClasses);
  expect_distinct({target.classes.begin(), target.classes.end()}, "classes");
  if (!(target.scale > 0)) fail("its target's scale is not positive");
  const Objective& objective = target.objective;
  if (objective.has_log_link() && !(objective.power() >= 1 && objective.power() <= 2))
    fail("its tweedie power is not between 1 and 2");
  if (!objective.has_quantiles()) return;
  const auto inside = [](double quantile) { return quantile > 0 && quantile < 1; };
  if (objective.quantiles.empty() || !std::ranges::all_of(objective.quantiles, inside) ||
      std::ranges::adjacent_find(objective.quantiles, std::greater_equal()) != objective.quantiles.end())
    fail("its quantiles do not ascend from 0 to 1");
  if (target.centers.size() != objective.quantiles.size())
    fail("it has {} centers for {} quantiles", target.centers.size(), objective.quantiles.size());
}

namespace {

/// Of a feature with an index alone, one of its indices or -1.
void expect_reference(const Encoder& encoder) {
  for (size_t f = 0; f < encoder.reference.size(); ++f) {
    const ColumnInputs inputs = encoder.features[f].inputs();
    const double cell = encoder.reference[f];
    if (inputs.imputed || cell == -1) continue;
    if (inputs.bag || !(cell >= 0 && cell < static_cast<double>(*inputs.indices) && cell == std::floor(cell)))
      fail("tensor encoder.reference holds a value that is out of range");
  }
}

}  // namespace

void expect_sound(const Encoder& encoder) {
  if (encoder.features.empty()) fail("it has no feature");
  std::vector<std::string_view> names;
  int64_t rows = 0;
  for (size_t f = 0; f < encoder.features.size(); ++f) {
    const Feature& feature = encoder.features[f];
    if (f > 0 && feature.number() != nullptr && encoder.features[f - 1].number() == nullptr)
      fail("its numeric features do not stand first");
    names.push_back(feature.name);
    if (!encoder.has_histograms()) continue;
    const int64_t sum = expect_histogram(feature);
    if (rows != 0 && sum != rows)
      fail("the bins of column {} hold {} rows, those of the others {}", quote(feature.name), sum, rows);
    rows = sum;
  }
  expect_distinct(std::move(names), "features");
  expect_reference(encoder);
}

void expect_sound(const Network& network, const Encoder& encoder, const Target& target) {
  const auto& widths = network.widths;
  if (widths.size() < 2) fail("its network has no layer");
  if (std::ranges::any_of(widths, [](int64_t width) { return width < 1; })) fail("a layer of its network is 0 wide");
  if (network.members < 1 || network.periodic_outputs < 2 || network.embedding_width < 1 || network.bag_width < 1)
    fail("a size of its network is 0");
  const bool fits = network.dense == static_cast<int64_t>(encoder.width()) &&
                    network.numbers == static_cast<int64_t>(encoder.numeric_count()) &&
                    network.embeddings == encoder.embeddings() && network.bags == encoder.bags();
  if (!fits || widths.front() != network.input_width())
    fail("its network has {} inputs, its features make {}", widths.front(), network.input_width());
  if (widths.back() != output_count(target))
    fail("its network has {} outputs, its target needs {}", widths.back(), output_count(target));
}

}  // namespace mdl
