#include "metrics/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace mdl {

const char* name_of(Verdict verdict) {
  return verdict == Verdict::kPass ? "pass" : verdict == Verdict::kFail ? "fail" : "undecided";
}

namespace {

/// The bytes of the first COLUMN=VALUE of several: up to a comma that is not within an interval, [18, 30).
size_t first_condition(std::string_view group) {
  const size_t comma = std::min(group.find(','), group.size()), is = group.find('=');
  if (is >= comma || is + 1 == comma || (group[is + 1] != '[' && group[is + 1] != '(')) return comma;
  const size_t close = group.find_first_of(")]", is + 2);
  const bool interval = close != std::string_view::npos && close > comma &&
                        (close + 1 == group.size() || group[close + 1] == ',') &&
                        group.substr(is + 1, close - is - 1).find('=') == std::string_view::npos;
  return interval ? close + 1 : comma;
}

/// Why every score, or none, would keep the bound; empty where it is a bound.
std::string out_of_range(const Gate& gate, Task task) {
  const MetricRange range = range_of(gate.metric, task);
  const double low = gate.drop ? 0 : range.low, high = gate.drop ? range.high - range.low : range.high;
  if (gate.bound >= low && gate.bound <= high) return "";
  const std::string what = gate.drop ? fmt::format("a drop of {}", name_of(gate.metric)) : name_of(gate.metric);
  const bool percent = range.low == 0 && range.high == 1 && gate.bound > 1 && gate.bound <= 100;
  return fmt::format("{} is {}{}", what,
                     std::isinf(low)    ? fmt::format("at most {}", high)
                     : std::isinf(high) ? fmt::format("at least {}", low)
                                        : fmt::format("from {} to {}", low, high),
                     percent ? fmt::format("; did you mean {}?", shortest(gate.bound / 100)) : "");
}

}  // namespace

std::string parse_gate(const std::string& text, Task task, Gate& gate, bool drop) {
  const size_t bracket = text.find('['), close = text.rfind("]=");
  const bool grouped = bracket != std::string::npos && bracket < text.find('=');
  if (grouped && drop) return fmt::format("{}: a drop is of all rows; groups are for --fail-under", quote(text));
  const size_t equals = grouped ? close == std::string::npos ? close : close + 1 : text.find('=');
  if (equals == std::string::npos) {
    return grouped ? fmt::format("{}: expected METRIC[COLUMN=VALUE]=VALUE, for example {}[home=rent]=0.8", quote(text),
                                 name_of(main_metric(task)))
                   : fmt::format("{}: expected METRIC=VALUE, for example {}={}", quote(text),
                                 name_of(main_metric(task)), drop ? "0.01" : "0.8");
  }
  const std::string name(trim(std::string_view(text).substr(0, grouped ? bracket : equals)));
  Gate found{.drop = drop};
  const std::string problem = parse_metric(name, task, found.metric);
  if (!problem.empty()) return quote(text) + ": " + problem;
  std::string_view group = grouped ? std::string_view(text).substr(bracket + 1, close - bracket - 1)
                                   : std::string_view();
  while (!group.empty()) {
    const std::string_view one = group.substr(0, first_condition(group));
    const size_t is = one.find('=');
    if (is == std::string_view::npos || is == 0)
      return fmt::format("{}: {} is no COLUMN=VALUE", quote(text), quote(one));
    found.group.emplace_back(one.substr(0, is), one.substr(is + 1));
    group.remove_prefix(std::min(group.size(), one.size() + 1));
  }
  if (grouped && found.group.empty()) return fmt::format("{}: the brackets hold no COLUMN=VALUE", quote(text));
  const std::string bound = text.substr(equals + 1);
  const auto number = parse_number(bound);
  if (!number) return fmt::format("{}: {} is not a number", quote(text), quote(bound));
  found.bound = *number;
  if (const std::string problem = out_of_range(found, task); !problem.empty()) return quote(text) + ": " + problem;
  gate = std::move(found);
  return "";
}

GateResult judge(const Gate& gate, const Scores& scores, const Intervals* intervals) {
  GateResult result{gate, score_of(scores, gate.metric), intervals == nullptr ? Verdict::kFail : Verdict::kUndecided};
  if (!result.value) return result;
  const bool lower = !higher_is_better(gate.metric);
  // How much worse this model is than the other: for a score where more is better, less is worse.
  const auto flip = [&](double difference) { return gate.drop && !lower ? 0 - difference : difference; };
  result.value = flip(*result.value);
  const bool at_most = gate.drop || lower;
  const auto keeps = [&](double value) { return at_most ? value <= gate.bound : value >= gate.bound; };
  if (intervals == nullptr) {
    result.verdict = keeps(*result.value) ? Verdict::kPass : Verdict::kFail;
    return result;
  }
  for (const auto& [metric, interval] : *intervals) {
    if (metric != gate.metric) continue;
    const auto [low, high] = std::minmax({flip(interval.low), flip(interval.high)});
    result.interval = Interval{low, high};
    const bool low_keeps = keeps(low), high_keeps = keeps(high);
    result.verdict = low_keeps && high_keeps   ? Verdict::kPass
                     : low_keeps || high_keeps ? Verdict::kUndecided
                                               : Verdict::kFail;
  }
  return result;
}

}  // namespace mdl
