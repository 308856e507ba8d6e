#include "table/value_embedding.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/hash.h"
#include "table/encoder.h"

namespace mdl {
namespace {

constexpr size_t kBins = 20;
constexpr double kFewestValues = 20, kFewestRows = 20, kLeastShareOfRows = 0.5, kLeastRatio = 10, kLeastMissed = 0.2;

/// The rows of one value.
struct Value {
  double number = 0, rows = 0;
  double squares = 0;        // sum of the targets' squares
  std::vector<double> sums;  // of the targets, one a class; of a regression one
};

struct NumberHash {
  size_t operator()(double number) const {
    number += 0.0;  // -0 and 0 are equal
    return keyed_hash({reinterpret_cast<const char*>(&number), sizeof number});
  }
};

/// Ascending; none where there are more than an embedding holds.
std::vector<Value> values_of(const Column& column, std::span<const uint32_t> train, const TargetValues& labels) {
  const bool classes = !labels.classes.empty();
  double mean = 0;
  for (const uint32_t row : train) mean += classes ? 0 : labels.numbers[row] / static_cast<double>(train.size());
  const size_t targets = classes ? static_cast<size_t>(*std::ranges::max_element(labels.classes)) + 1 : 1;
  std::vector<Value> values;
  std::unordered_map<double, size_t, NumberHash> places;
  for (const uint32_t row : train) {
    const double number = column.number(row);
    if (std::isnan(number)) continue;
    const auto [place, fresh] = places.try_emplace(number, values.size());
    if (fresh) {
      if (values.size() == kMostEmbeddedCategories) return {};
      values.push_back({.number = number, .sums = std::vector<double>(targets)});
    }
    Value& value = values[place->second];
    const double target = classes ? 1 : labels.numbers[row] - mean;
    ++value.rows;
    value.squares += target * target;
    value.sums[classes ? static_cast<size_t>(labels.classes[row]) : 0] += target;
  }
  std::ranges::sort(values, {}, &Value::number);
  return values;
}

/// The curve: means of bins of whole values, linear between the bins' middles by rank.
class Curve {
 public:
  explicit Curve(const std::vector<Value>& values) {
    double rows = 0, rank = 0;
    for (const Value& value : values) rows += value.rows;
    size_t last = kBins;
    for (const Value& value : values) {
      const double middle = rank + value.rows / 2;
      const auto bin = std::min(static_cast<size_t>(middle / rows * kBins), kBins - 1);
      if (bin != last) bins_.push_back({.sums = std::vector<double>(value.sums.size())});
      last = bin;
      Bin& to = bins_.back();
      to.rows += value.rows;
      to.middle += middle * value.rows;
      for (size_t k = 0; k < value.sums.size(); ++k) to.sums[k] += value.sums[k];
      rank += value.rows;
    }
    for (Bin& bin : bins_) {
      bin.middle /= bin.rows;
      for (double& sum : bin.sums) sum /= bin.rows;
    }
  }

  size_t bins() const { return bins_.size(); }

  /// Target k's mean at this rank.
  double at(double rank, size_t k) const {
    const auto after = std::ranges::upper_bound(bins_, rank, {}, &Bin::middle);
    if (after == bins_.begin()) return bins_.front().sums[k];
    if (after == bins_.end()) return bins_.back().sums[k];
    const Bin& before = *(after - 1);
    return std::lerp(before.sums[k], after->sums[k], (rank - before.middle) / (after->middle - before.middle));
  }

 private:
  struct Bin {
    double rows = 0, middle = 0;
    std::vector<double> sums;  // in the end means
  };
  std::vector<Bin> bins_;
};

}  // namespace

std::vector<double> select_value_embeddings(const Column& column, std::span<const uint32_t> train,
                                            const TargetValues& labels, size_t fewest) {
  const std::vector<Value> values = values_of(column, train, labels);
  double counted = 0, all_rows = 0, rows = 0, rank = 0, off_curve = 0, within = 0, squares = 0;
  std::vector<double> sums(values.empty() ? 0 : values[0].sums.size());
  const Curve curve(values);
  for (const Value& value : values) {
    const double middle = rank + value.rows / 2;
    rank += value.rows;
    all_rows += value.rows;
    if (value.rows < kFewestRows) continue;
    ++counted;
    rows += value.rows;
    squares += value.squares;
    off_curve += value.squares;
    within += value.squares;
    for (size_t k = 0; k < sums.size(); ++k) {
      const double sum = value.sums[k], smooth = curve.at(middle, k);
      off_curve += value.rows * smooth * smooth - 2 * smooth * sum;
      within -= sum * sum / value.rows;
      sums[k] += sum;
    }
  }
  if (counted < kFewestValues || rows < kLeastShareOfRows * all_rows) return {};
  double about_mean = squares;
  for (const double sum : sums) about_mean -= sum * sum / rows;
  const double freedom = std::max(1.0, counted - static_cast<double>(curve.bins())),
               noise = within / std::max(1.0, rows - counted);
  const double missed = off_curve - within - freedom * noise, seen = about_mean - off_curve;
  if (off_curve - within < kLeastRatio * freedom * noise || missed < kLeastMissed * (missed + seen)) return {};
  std::vector<double> numbers;
  for (const Value& value : values) {
    if (value.rows >= static_cast<double>(fewest)) numbers.push_back(value.number);
  }
  return numbers;
}

}  // namespace mdl
