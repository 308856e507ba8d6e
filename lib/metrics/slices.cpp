#include "metrics/slices.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace mdl {
namespace {

/// The number of the fewest digits that is above `below` and at most `number`.
double roundest(double below, double number) {
  constexpr int kDigits = 17;
  for (int digits = 0; digits < kDigits; ++digits) {
    const std::string text = fmt::format("{:.{}e}", number, digits);
    double round = *parse_number(text);
    if (round > number) {
      const double unit = std::pow(10, std::stoi(text.substr(text.find('e') + 1)) - digits);
      round = parse_number(fmt::format("{:.{}e}", round - unit, digits)).value_or(number);
    }
    if (round > below && round <= number) return round + 0.0;
  }
  return number;
}

/// Whether the ends of two intervals are the same: numbers by their size, others by their letters.
bool same_end(const std::string& a, const std::string& b) {
  const auto one = parse_number(a), other = parse_number(b);
  return one && other ? *one == *other : a == b;
}

std::optional<double> fraction(double part, double whole) {
  if (whole == 0) return std::nullopt;
  return part / whole;
}

/// The largest less the smallest; empty where one is.
std::optional<double> spread(const std::vector<std::optional<double>>& rates) {
  if (!std::all_of(rates.begin(), rates.end(), [](const auto& rate) { return rate.has_value(); })) return std::nullopt;
  const auto [low, high] = std::minmax_element(rates.begin(), rates.end());
  return **high - **low;
}

}  // namespace

GroupRates rates_of(const ClassificationRows& counts) {
  const ClassificationSums& sums = counts.sums();
  const size_t positive = counts.positive(), negative = 1 - positive;
  const double wrong = std::max(0.0, sums.predicted_as[positive] - sums.true_positives[positive]);
  return {fraction(sums.predicted_weights()[positive], static_cast<double>(sums.weight)),
          fraction(sums.true_positives[positive], sums.labels[positive]), fraction(wrong, sums.labels[negative])};
}

void compare_groups(Slice& slice, const std::vector<GroupRates>& rates) {
  std::vector<size_t> ranked;
  for (size_t g = 0; g < slice.groups.size(); ++g) {
    if (!slice.groups[g].small && !slice.groups[g].scores.empty()) ranked.push_back(g);
  }
  if (ranked.size() < 2) return;
  for (const auto& [metric, ignored] : slice.groups[ranked[0]].scores) {
    SliceGap gap{.metric = metric, .highest = ranked[0], .lowest = ranked[0]};
    double highest = -HUGE_VAL, lowest = HUGE_VAL;
    bool defined = true;
    for (const size_t g : ranked) {
      const auto score = score_of(slice.groups[g].scores, metric);
      defined = defined && score;
      if (!score) break;
      if (*score > highest) gap.highest = g, highest = *score;
      if (*score < lowest) gap.lowest = g, lowest = *score;
    }
    if (!defined) continue;
    gap.difference = highest - lowest;
    if (highest > 0 && lowest >= 0) gap.ratio = lowest / highest;
    slice.gaps.push_back(gap);
  }
  if (rates.empty()) return;
  std::vector<std::optional<double>> selected, true_positive, false_positive;
  for (const size_t g : ranked) {
    selected.push_back(rates[g].selected);
    true_positive.push_back(rates[g].true_positive);
    false_positive.push_back(rates[g].false_positive);
  }
  slice.demographic_parity_difference = spread(selected);
  const auto [least, most] = std::minmax_element(selected.begin(), selected.end());
  slice.demographic_parity_ratio = fraction(**least, **most);
  const auto positive = spread(true_positive), negative = spread(false_positive);
  if (positive && negative) slice.equalized_odds_difference = std::max(*positive, *negative);
}

std::vector<double> quantile_cuts(std::vector<double> numbers, size_t bins, bool rounded) {
  std::vector<double> cuts;
  if (numbers.empty()) return cuts;
  std::sort(numbers.begin(), numbers.end());
  double last = numbers.front();  // what the interval before begins with
  for (size_t k = 1; k < bins; ++k) {
    auto at = numbers.begin() + static_cast<ptrdiff_t>(numbers.size() * k / bins);
    // Where the smallest number alone fills the first interval, it ends with it.
    if (cuts.empty() && *at == last) at = std::upper_bound(at, numbers.end(), last);
    if (at == numbers.end() || *at <= last) continue;
    const double before = *(std::lower_bound(numbers.begin(), at, *at) - 1);
    cuts.push_back(rounded ? roundest(before, *at) : *at);
    last = *at;
  }
  return cuts;
}

std::string interval_name(std::string_view low, std::string_view high) {
  return fmt::format("{}, {})", low.empty() ? "(-inf" : fmt::format("[{}", low), high.empty() ? "inf" : high);
}

std::optional<std::pair<std::string, std::string>> interval_ends(std::string_view name) {
  name = trim(name);
  if (name.size() < 2 || name.back() != ')') return std::nullopt;
  const std::vector<std::string> ends = split(name.substr(1, name.size() - 2), ',');
  if (ends.size() != 2) return std::nullopt;
  const std::string low(trim(ends[0])), high(trim(ends[1]));
  if (low.empty() || high.empty() || (name.front() == '(') != (low == "-inf")) return std::nullopt;
  if (name.front() != '(' && name.front() != '[') return std::nullopt;
  return std::pair(low == "-inf" ? "" : low, high == "inf" ? "" : high);
}

bool same_interval(std::string_view a, std::string_view b) {
  const auto one = interval_ends(a), other = interval_ends(b);
  return one && other && same_end(one->first, other->first) && same_end(one->second, other->second);
}

}  // namespace mdl
