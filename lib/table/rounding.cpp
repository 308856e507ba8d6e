#include "table/rounding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace mdl {
namespace {

/// The largest power of ten that is not larger.
double power_of_ten(double number) { return std::pow(10, std::floor(std::log10(number))); }

/// Without the digits that a product of decimals gets.
double decimal(double number) { return parse_number(fmt::format("{:.14g}", number)).value_or(number); }

double on_grid(double number, double range, double (*round)(double)) {
  const double step = power_of_ten(range / 100), rounded = decimal(round(number / step) * step);
  return std::isfinite(rounded) ? rounded : number;
}

}  // namespace

std::optional<double> number_between(double low, double high, std::span<const double> sorted) {
  for (double step = power_of_ten(high / 2 - low / 2); low + step / 4 > low; step /= 10) {
    const double found = decimal((std::floor(low / step + 0.5) + 0.5) * step);
    if (found > low && found < high && !std::ranges::binary_search(sorted, found)) return found;
  }
  return std::nullopt;
}

double rounded_down(double number, double range) { return std::min(number, on_grid(number, range, std::floor)); }

double rounded_up(double number, double range) { return std::max(number, on_grid(number, range, std::ceil)); }

}  // namespace mdl
