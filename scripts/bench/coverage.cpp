// How often a gate by intervals decides wrongly: its bound is the true score itself, so that each pass and each failure
// is one. And how often it decides where the bound is far off: eight standard deviations of the score. Prints Markdown.
//
//   coverage [--samples N] [--scores] [KIND]...
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "metrics/gate.h"
#include "metrics/intervals.h"

using namespace mdl;

namespace {

constexpr double kConfidence = 0.95;

using Engine = std::mt19937_64;
double normal(Engine& engine) { return std::normal_distribution<double>()(engine); }
double uniform(Engine& engine) { return std::uniform_real_distribution<double>()(engine); }

/// Two models' predictions for the same rows.
struct Sample {
  explicit Sample(size_t classes)
      : regression(classes == 0), classes{{std::max<size_t>(classes, 2), 1}, {std::max<size_t>(classes, 2), 1}} {}

  Scores scores(int model) const { return regression ? numbers[model].scores() : classes[model].scores(); }
  Intervals intervals() const {
    return regression ? intervals_of(numbers[0], kConfidence) : intervals_of(classes[0], kConfidence);
  }
  Intervals intervals_of_drops() const {
    return regression ? intervals_of_differences(numbers[0], numbers[1], kConfidence)
                      : intervals_of_differences(classes[0], classes[1], kConfidence);
  }

  bool regression;
  ClassificationRows classes[2];
  RegressionRows numbers[2];
};

struct Kind {
  const char* name;
  size_t classes;  // 0: a regression
  std::function<void(Engine&, Sample&)> add_row;
  Scores known = {};  // true scores that a large sample does not tell well
};

/// What a model makes of a logit: stretched and blurred, the second one more.
double seen(Engine& engine, double logit, int model) {
  return model == 0 ? 1.2 * (logit + 0.4 * normal(engine)) : 0.9 * (logit + 0.8 * normal(engine));
}

void add_binary(Engine& engine, Sample& sample, double middle, double spread, double weights = 0) {
  const double weight = std::exp(weights * normal(engine)), logit = middle + spread * normal(engine);
  const bool positive = uniform(engine) < 1 / (1 + std::exp(-logit));
  for (const int model : {0, 1}) {
    const double p = as_printed(static_cast<float>(1 / (1 + std::exp(-seen(engine, logit, model)))));
    sample.classes[model].add(positive, p >= 0.5, std::vector<double>{1 - p, p}, weight);
  }
}

void add_multiclass(Engine& engine, Sample& sample) {
  constexpr double kShares[] = {0.45, 0.25, 0.15, 0.1, 0.05};
  double logits[5], weights[5];
  for (size_t k = 0; k < 5; ++k) weights[k] = std::exp(logits[k] = 1.5 * std::log(kShares[k]) + 1.5 * normal(engine));
  const int label = std::discrete_distribution<int>(weights, weights + 5)(engine);
  for (const int model : {0, 1}) {
    std::vector<double> p(5);
    double sum = 0;
    for (size_t k = 0; k < 5; ++k) sum += p[k] = std::exp(seen(engine, logits[k], model));
    for (double& each : p) each = as_printed(static_cast<float>(each / sum));
    sample.classes[model].add(label, static_cast<int>(std::max_element(p.begin(), p.end()) - p.begin()), p);
  }
}

/// `error` is the first model's, the second has noise beside.
void add_number(Engine& engine, Sample& sample, double error) {
  const double label = 10 + 8 * uniform(engine);
  sample.numbers[0].add(label, label + error);
  sample.numbers[1].add(label, label + error + 0.5 * normal(engine));
}

std::vector<Kind> all_kinds() {
  // The squares of Student's errors with three degrees of freedom have a mean and no variance.
  const double root = std::sqrt(3.0), mae = 2 * root / std::acos(-1);
  const Scores of_student = {{Metric::kRmse, root},
                             {Metric::kMae, mae},
                             {Metric::kR2, 1 - 3 / (64 / 12.0)},
                             {Metric::kMape, mae * std::log(1.8) / 8}};
  return {{"imbalanced", 2, [](Engine& e, Sample& s) { add_binary(e, s, -3.5, 2); }},
          {"separated", 2, [](Engine& e, Sample& s) { add_binary(e, s, 0, 9); }},
          {"multiclass", 5, add_multiclass},
          {"heavy", 0, [](Engine& e, Sample& s) { add_number(e, s, std::student_t_distribution<double>(3)(e)); },
           of_student},
          // Asked for by name.
          {"rare", 2, [](Engine& e, Sample& s) { add_binary(e, s, -5, 2); }},
          {"weak", 2, [](Engine& e, Sample& s) { add_binary(e, s, 0.5, 0.5); }},
          {"weighted", 2, [](Engine& e, Sample& s) { add_binary(e, s, -2, 2, 0.7); }},
          {"normal", 0, [](Engine& e, Sample& s) { add_number(e, s, normal(e)); }},
          {"lognormal", 0,
           [](Engine& e, Sample& s) { add_number(e, s, (uniform(e) < 0.5 ? -1 : 1) * std::exp(normal(e))); }}};
}

Sample draw_sample(const Kind& kind, size_t rows, uint64_t seed) {
  Engine engine(seed);
  Sample sample(kind.classes);
  for (size_t i = 0; i < rows; ++i) kind.add_row(engine, sample);
  return sample;
}

/// Percentages of the samples.
struct Shares {
  double wrong_pass = 0, wrong_fail = 0, none = 0, passed = 0, failed = 0;
};

/// Half of the range that holds the middle two thirds, which one far value does not move.
double deviation_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double fraction) {
    return values[static_cast<size_t>(fraction * static_cast<double>(values.size() - 1))];
  };
  return (at(0.84) - at(0.16)) / 2;
}

/// Of gates on the first model's scores, or on what they drop by against the second's.
std::map<Metric, Shares> judge_samples(const Kind& kind, size_t rows, bool drop, const Scores& labels, int samples) {
  const auto found = [&](const Sample& sample) {
    return drop ? differences(sample.scores(0), sample.scores(1)) : sample.scores(0);
  };
  std::map<Metric, std::vector<double>> pilot;
  for (int i = 0; i < std::min(samples, 400); ++i) {
    for (const auto& [metric, score] : found(draw_sample(kind, rows, 1'000'000 + static_cast<uint64_t>(i))))
      pilot[metric].push_back(score);
  }
  std::map<Metric, double> far;
  for (const auto& [metric, values] : pilot) far[metric] = 8 * deviation_of(values);
  std::map<Metric, Shares> fractions;
  const double one = 100.0 / samples;
  for (int i = 0; i < samples; ++i) {
    const Sample sample = draw_sample(kind, rows, 2'000'000 + static_cast<uint64_t>(i));
    const Scores scores = found(sample);
    const Intervals intervals = drop ? sample.intervals_of_drops() : sample.intervals();
    for (const auto& [metric, label] : labels) {
      const bool higher = higher_is_better(metric), at_most = drop || !higher;
      const double bound = drop && higher ? -label : label, loose = at_most ? far[metric] : -far[metric];
      const auto result = [&](double at) {
        return judge({.metric = metric, .bound = at, .drop = drop}, scores, &intervals);
      };
      Shares& fraction = fractions[metric];
      const GateResult here = result(bound);
      if (here.verdict == Verdict::kPass) fraction.wrong_pass += one;
      if (here.verdict == Verdict::kFail) fraction.wrong_fail += one;
      if (!here.interval) fraction.none += one;
      if (result(bound + loose).verdict == Verdict::kPass) fraction.passed += one;
      if (result(bound - loose).verdict == Verdict::kFail) fraction.failed += one;
    }
  }
  return fractions;
}

void print_scores(const std::map<Metric, Shares>& fractions, const std::string& what) {
  for (const auto& [metric, fraction] : fractions) {
    fmt::print("| {}, {} | {:.1f} % | {:.1f} % | {:.1f} % | {:.0f} % | {:.0f} % |\n", what, name_of(metric),
               fraction.wrong_pass, fraction.wrong_fail, fraction.none, fraction.passed, fraction.failed);
  }
}

/// The worst score of each column.
void print_worst(const std::map<Metric, Shares>& fractions, const std::string& what) {
  const auto worst = [&](double Shares::*member, bool most, int digits) {
    const auto less = [&](const auto& a, const auto& b) { return a.second.*member < b.second.*member; };
    const auto found = most ? std::max_element(fractions.begin(), fractions.end(), less)
                            : std::min_element(fractions.begin(), fractions.end(), less);
    const double value = found->second.*member;
    return fmt::format("{:.{}f} %{}", value, digits,
                       value == (most ? 0 : 100) ? "" : fmt::format(" ({})", name_of(found->first)));
  };
  const auto middle = [&](double Shares::*member) {
    std::vector<double> values;
    for (const auto& [metric, fraction] : fractions) values.push_back(fraction.*member);
    std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
  };
  fmt::print("| {} | {} | {} | {} | {:.0f} %, {} | {:.0f} %, {} |\n", what, worst(&Shares::wrong_pass, true, 1),
             worst(&Shares::wrong_fail, true, 1), worst(&Shares::none, true, 1), middle(&Shares::passed),
             worst(&Shares::passed, false, 0), middle(&Shares::failed), worst(&Shares::failed, false, 0));
}

}  // namespace

int main(int argc, char** argv) {
  constexpr size_t kUsual = 4;
  int samples = 2000;
  bool scores = false;
  std::vector<std::string> wanted;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--samples") == 0 && i + 1 < argc) {
      samples = std::max(1, std::atoi(argv[++i]));
    } else if (std::strcmp(argv[i], "--scores") == 0) {
      scores = true;
    } else {
      wanted.emplace_back(argv[i]);
    }
  }
  fmt::print(
      "| {} | wrong passes | wrong failures | no interval | far off: passes | far off: failures |\n| --- | --- | --- | "
      "--- | --- | --- |\n",
      scores ? "kind, rows, score" : "kind, rows");
  const std::vector<Kind> kinds = all_kinds();
  for (size_t i = 0; i < kinds.size(); ++i) {
    const Kind& kind = kinds[i];
    if (wanted.empty() ? i >= kUsual : std::find(wanted.begin(), wanted.end(), kind.name) == wanted.end()) continue;
    const Sample large = draw_sample(kind, 2'000'000, 1);
    Scores labels = large.scores(0);
    const Scores drops = differences(labels, large.scores(1));
    for (auto& [metric, label] : labels) label = score_of(kind.known, metric).value_or(label);
    for (const size_t rows : {size_t{100}, size_t{300}, size_t{1000}}) {
      for (const bool drop : {false, true}) {
        const std::map<Metric, Shares> fractions = judge_samples(kind, rows, drop, drop ? drops : labels, samples);
        const std::string what = fmt::format("{}, {}{}", kind.name, rows, drop ? ", drop" : "");
        scores ? print_scores(fractions, what) : print_worst(fractions, what);
        std::fflush(stdout);
      }
    }
  }
}
