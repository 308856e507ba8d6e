#include "metrics/gate.h"

#include <cmath>

#include "base/random.h"
#include "catch.h"
#include "metrics/intervals.h"

using namespace mdl;

namespace {

std::string problem_of(const std::string& text, Task task = Task::kBinary) {
  Gate gate{};
  return parse_gate(text, task, gate);
}

Verdict judged(Metric metric, double bound, const Scores& scores) { return judge({metric, bound}, scores).verdict; }

}  // namespace

TEST_CASE("a metric's name finds the metric") {
  for (const Task task : {Task::kBinary, Task::kMulticlass, Task::kRegression}) {
    for (const std::string& name : metric_names(task)) {
      CAPTURE(name);
      REQUIRE(find_metric(name));
      CHECK(name_of(*find_metric(name)) == name);
    }
  }
  CHECK_FALSE(find_metric("F1"));
  CHECK_FALSE(find_metric(""));
}

TEST_CASE("each task has its metrics, named as in scikit-learn") {
  const std::vector<std::string> of_classes = {"accuracy",
                                               "balanced_accuracy",
                                               "precision",
                                               "recall",
                                               "f1",
                                               "precision_macro",
                                               "recall_macro",
                                               "f1_macro",
                                               "precision_weighted",
                                               "recall_weighted",
                                               "f1_weighted",
                                               "roc_auc",
                                               "average_precision",
                                               "log_loss",
                                               "brier",
                                               "ece",
                                               "mcc"};
  CHECK(metric_names(Task::kBinary) == of_classes);
  CHECK(metric_names(Task::kMulticlass) == of_classes);
  CHECK(metric_names(Task::kRegression) ==
        std::vector<std::string>{"rmse", "mae", "r2", "mape", "median_absolute_error", "pinball", "poisson_deviance",
                                 "gamma_deviance", "tweedie_deviance"});
  CHECK(main_metric(Task::kBinary) == Metric::kAccuracy);
  CHECK(main_metric(Task::kMulticlass) == Metric::kAccuracy);
  CHECK(main_metric(Task::kRegression) == Metric::kR2);
}

TEST_CASE("where a class has over 80 % of the rows, accuracy makes way for a score that informs") {
  const auto of = [](Task task, const std::vector<double>& shares, size_t positive = 1) {
    return main_metric(task, shares, positive);
  };
  CHECK(of(Task::kBinary, {0.2, 0.8}) == Metric::kAccuracy);
  CHECK(of(Task::kBinary, {0.95, 0.05}) == Metric::kAveragePrecision);
  CHECK(of(Task::kBinary, {0.05, 0.95}, 0) == Metric::kAveragePrecision);
  CHECK(of(Task::kBinary, {0.05, 0.95}) == Metric::kRocAuc);
  CHECK(of(Task::kMulticlass, {0.4, 0.3, 0.3}) == Metric::kAccuracy);
  CHECK(of(Task::kMulticlass, {0.05, 0.9, 0.05}) == Metric::kBalancedAccuracy);
  CHECK(of(Task::kBinary, {}) == Metric::kAccuracy);  // of a serving model
  CHECK(of(Task::kRegression, {}) == Metric::kR2);
}

TEST_CASE("losses and errors are better when lower, all else when higher") {
  std::vector<std::string> lower;
  for (const Task task : {Task::kBinary, Task::kRegression}) {
    for (const std::string& name : metric_names(task)) {
      if (!higher_is_better(*find_metric(name))) lower.push_back(name);
    }
  }
  CHECK(lower == std::vector<std::string>{"log_loss", "brier", "ece", "rmse", "mae", "mape", "median_absolute_error",
                                          "pinball", "poisson_deviance", "gamma_deviance", "tweedie_deviance"});
}

TEST_CASE("a gate is a metric and its bound") {
  Gate gate{};
  CHECK(parse_gate("f1=0.80", Task::kBinary, gate) == "");
  CHECK(gate.metric == Metric::kF1);
  CHECK(gate.bound == 0.8);
  CHECK(parse_gate(" roc_auc = 1e-1 ", Task::kMulticlass, gate) == "");
  CHECK(gate.metric == Metric::kRocAuc);
  CHECK(gate.bound == 0.1);
  CHECK(parse_gate("r2=-0.5", Task::kRegression, gate) == "");
  CHECK(gate.metric == Metric::kR2);
  CHECK(gate.bound == -0.5);
}

TEST_CASE("a gate that cannot be read says why") {
  CHECK(problem_of("f1") == "'f1': expected METRIC=VALUE, for example accuracy=0.8");
  CHECK(problem_of("", Task::kRegression) == "'': expected METRIC=VALUE, for example r2=0.8");
  CHECK(problem_of("f1score=0.8") == "'f1score=0.8': there is no metric 'f1score'; did you mean 'f1'?");
  CHECK(problem_of("roc-auc=0.8") == "'roc-auc=0.8': there is no metric 'roc-auc'; did you mean 'roc_auc'?");
  CHECK(
      problem_of("=0.8", Task::kRegression) ==
      "'=0.8': there is no metric ''; known are rmse, mae, r2, mape, median_absolute_error, pinball, poisson_deviance, "
      "gamma_deviance and tweedie_deviance");
  CHECK(problem_of("f1=high") == "'f1=high': 'high' is not a number");
  CHECK(problem_of("f1=") == "'f1=': '' is not a number");
  CHECK(problem_of("f1=nan") == "'f1=nan': 'nan' is not a number");
  CHECK(problem_of("f1=0.8=0.9") == "'f1=0.8=0.9': '0.8=0.9' is not a number");
}

TEST_CASE("a metric of another task is no metric of this one") {
  CHECK(problem_of("f1=0.8", Task::kRegression) ==
        "'f1=0.8': the model's task is regression, which has no f1; it has rmse, mae, r2, mape, "
        "median_absolute_error, pinball, poisson_deviance, gamma_deviance and tweedie_deviance");
  CHECK(problem_of("rmse=3", Task::kMulticlass) ==
        "'rmse=3': the model's task is multiclass, which has no rmse; it has accuracy, balanced_accuracy, precision, "
        "recall, f1, "
        "precision_macro, recall_macro, f1_macro, precision_weighted, recall_weighted, f1_weighted, roc_auc, "
        "average_precision, "
        "log_loss, brier, ece and mcc");
}

TEST_CASE("a gate that cannot be read leaves the gate as it was") {
  Gate gate{Metric::kMcc, 0.25};
  parse_gate("f1=high", Task::kBinary, gate);
  CHECK(gate.metric == Metric::kMcc);
  CHECK(gate.bound == 0.25);
}

TEST_CASE("a score passes its bound from the better side, the bound itself included") {
  const Scores scores = {{Metric::kAccuracy, 0.8}, {Metric::kLogLoss, 0.5}};
  CHECK(judged(Metric::kAccuracy, 0.79, scores) == Verdict::kPass);
  CHECK(judged(Metric::kAccuracy, 0.8, scores) == Verdict::kPass);
  CHECK(judged(Metric::kAccuracy, 0.81, scores) == Verdict::kFail);
  CHECK(judged(Metric::kLogLoss, 0.51, scores) == Verdict::kPass);
  CHECK(judged(Metric::kLogLoss, 0.5, scores) == Verdict::kPass);
  CHECK(judged(Metric::kLogLoss, 0.49, scores) == Verdict::kFail);
}

TEST_CASE("a verdict carries its gate and the score") {
  const GateResult met = judge({Metric::kAccuracy, 0.75}, {{Metric::kAccuracy, 0.8}});
  CHECK(met.gate.metric == Metric::kAccuracy);
  CHECK(met.gate.bound == 0.75);
  CHECK(met.value == 0.8);
  CHECK(std::string(name_of(met.verdict)) == "pass");
}

TEST_CASE("a score that is undefined fails its gate") {
  const GateResult undefined = judge({Metric::kLogLoss, 100}, {{Metric::kAccuracy, 0.8}});
  CHECK(undefined.verdict == Verdict::kFail);
  CHECK_FALSE(undefined.value);
  CHECK(std::string(name_of(undefined.verdict)) == "fail");
}

TEST_CASE("a gate can be about a group of rows") {
  Gate gate{};
  CHECK(parse_gate("f1[gender=Female]=0.7", Task::kBinary, gate) == "");
  CHECK(gate.metric == Metric::kF1);
  CHECK(gate.bound == 0.7);
  CHECK(gate.group == std::vector<std::pair<std::string, std::string>>{{"gender", "Female"}});
  CHECK(parse_gate("rmse[home=rent,age=3=4]=1e3", Task::kRegression, gate) == "");
  CHECK(gate.group == std::vector<std::pair<std::string, std::string>>{{"home", "rent"}, {"age", "3=4"}});
  CHECK(parse_gate("f1[home=]=0.7", Task::kBinary, gate) == "");
  CHECK(gate.group == std::vector<std::pair<std::string, std::string>>{{"home", ""}});
  CHECK(problem_of("f1[gender=Female=0.7") ==
        "'f1[gender=Female=0.7': expected METRIC[COLUMN=VALUE]=VALUE, for example accuracy[home=rent]=0.8");
  CHECK(problem_of("f1[gender]=0.7") == "'f1[gender]=0.7': 'gender' is no COLUMN=VALUE");
  CHECK(problem_of("f1[]=0.7") == "'f1[]=0.7': the brackets hold no COLUMN=VALUE");
  CHECK(problem_of("f1score[a=b]=0.7") == "'f1score[a=b]=0.7': there is no metric 'f1score'; did you mean 'f1'?");
}

TEST_CASE("a gate can be about an interval, whose comma parts no columns") {
  using Group = std::vector<std::pair<std::string, std::string>>;
  const auto group = [](const std::string& conditions) {
    Gate gate{};
    CHECK(parse_gate("f1[" + conditions + "]=0.7", Task::kBinary, gate).empty());
    CHECK(gate.bound == 0.7);
    return gate.group;
  };
  CHECK(group("age=[18, 30)") == Group{{"age", "[18, 30)"}});
  CHECK(group("age=(-inf, 18),sex=F") == Group{{"age", "(-inf, 18)"}, {"sex", "F"}});
  CHECK(group("sex=F,age=[65,inf)") == Group{{"sex", "F"}, {"age", "[65,inf)"}});
  CHECK(group("band=(18, 30]") == Group{{"band", "(18, 30]"}});
  CHECK(group("region=(missing),sex=F") == Group{{"region", "(missing)"}, {"sex", "F"}});
  CHECK(group("a=(x,b=y)") == Group{{"a", "(x"}, {"b", "y)"}});
  CHECK(problem_of("f1[age=[18, 30]=0.7") == "'f1[age=[18, 30]=0.7': ' 30' is no COLUMN=VALUE");
}

TEST_CASE("a bound is a value that the score can have") {
  CHECK(problem_of("roc_auc=90") == "'roc_auc=90': roc_auc is from 0 to 1; did you mean 0.9?");
  CHECK(problem_of("accuracy=-0.1") == "'accuracy=-0.1': accuracy is from 0 to 1");
  CHECK(problem_of("f1[a=b]=120") == "'f1[a=b]=120': f1 is from 0 to 1");
  CHECK(problem_of("mcc=-2") == "'mcc=-2': mcc is from -1 to 1");
  CHECK(problem_of("log_loss=-1") == "'log_loss=-1': log_loss is at least 0");
  CHECK(problem_of("r2=1.5", Task::kRegression) == "'r2=1.5': r2 is at most 1");
  CHECK(problem_of("brier=1.5", Task::kMulticlass) == "");
  CHECK(problem_of("brier=1.5") == "'brier=1.5': brier is from 0 to 1; did you mean 0.015?");
  for (const Task task : {Task::kBinary, Task::kMulticlass, Task::kRegression}) {
    for (const std::string& name : metric_names(task)) {
      CAPTURE(name);
      const MetricRange range = range_of(*find_metric(name), task);
      for (const double end : {range.low, range.high}) {
        if (!std::isfinite(end)) continue;
        const double beyond = end == range.low ? end - 0.001 : end + 0.001;
        CHECK(problem_of(name + "=" + std::to_string(end), task) == "");
        CHECK(problem_of(name + "=" + std::to_string(beyond), task) != "");
      }
    }
  }
}

TEST_CASE("a drop is of all rows, at least 0 and no more than the score can fall") {
  Gate gate{};
  CHECK(parse_gate("f1=0.01", Task::kBinary, gate, true) == "");
  CHECK(gate.drop);
  CHECK(parse_gate("f1=-0.01", Task::kBinary, gate, true) == "'f1=-0.01': a drop of f1 is from 0 to 1");
  CHECK(parse_gate("mcc=2", Task::kBinary, gate, true) == "");
  CHECK(parse_gate("f1=1", Task::kBinary, gate, true) == "");
  CHECK(parse_gate("f1=1.5", Task::kBinary, gate, true) ==
        "'f1=1.5': a drop of f1 is from 0 to 1; did you mean 0.015?");
  CHECK(parse_gate("rmse=-1", Task::kRegression, gate, true) == "'rmse=-1': a drop of rmse is at least 0");
  CHECK(parse_gate("f1[a=b]=0.01", Task::kBinary, gate, true) ==
        "'f1[a=b]=0.01': a drop is of all rows; groups are for --fail-under");
  CHECK(parse_gate("f1", Task::kBinary, gate, true) == "'f1': expected METRIC=VALUE, for example accuracy=0.01");
}

TEST_CASE("with intervals a gate passes or fails only where the whole interval does") {
  const Scores scores = {{Metric::kAccuracy, 0.8}, {Metric::kLogLoss, 0.5}};
  const Intervals intervals = {{Metric::kAccuracy, {0.75, 0.85}}, {Metric::kLogLoss, {0.4, 0.6}}};
  const auto verdict = [&](Metric metric, double bound) { return judge({metric, bound}, scores, &intervals).verdict; };
  CHECK(verdict(Metric::kAccuracy, 0.75) == Verdict::kPass);
  CHECK(verdict(Metric::kAccuracy, 0.76) == Verdict::kUndecided);
  CHECK(verdict(Metric::kAccuracy, 0.85) == Verdict::kUndecided);
  CHECK(verdict(Metric::kAccuracy, 0.86) == Verdict::kFail);
  CHECK(verdict(Metric::kLogLoss, 0.6) == Verdict::kPass);
  CHECK(verdict(Metric::kLogLoss, 0.59) == Verdict::kUndecided);
  CHECK(verdict(Metric::kLogLoss, 0.39) == Verdict::kFail);
  CHECK(judge({Metric::kAccuracy, 0.7}, scores, &intervals).interval->high == 0.85);
}

TEST_CASE(
    "with intervals a score that has none is undecided, and so is one that is undefined; without them that one fails") {
  const Intervals none;
  CHECK(judge({Metric::kAccuracy, 0.1}, {{Metric::kAccuracy, 0.8}}, &none).verdict == Verdict::kUndecided);
  CHECK(judge({Metric::kRocAuc, 0.1}, {{Metric::kAccuracy, 0.8}}, &none).verdict == Verdict::kUndecided);
  CHECK(judge({Metric::kRocAuc, 0.1}, {{Metric::kAccuracy, 0.8}}).verdict == Verdict::kFail);
}

TEST_CASE("a drop is how much worse the score is than the baseline's") {
  const Scores differences = {{Metric::kF1, -0.02}, {Metric::kLogLoss, 0.1}, {Metric::kRocAuc, 0.05}};
  const Intervals intervals = {
      {Metric::kF1, {-0.03, -0.015}}, {Metric::kLogLoss, {-0.1, 0.3}}, {Metric::kRocAuc, {0.01, 0.09}}};
  const auto drop = [](Metric metric, double bound) { return Gate{.metric = metric, .bound = bound, .drop = true}; };
  CHECK(judge(drop(Metric::kF1, 0.02), differences).verdict == Verdict::kPass);
  CHECK(judge(drop(Metric::kF1, 0.02), differences).value == 0.02);
  CHECK(judge(drop(Metric::kF1, 0.01), differences).verdict == Verdict::kFail);
  CHECK(judge(drop(Metric::kLogLoss, 0.1), differences).verdict == Verdict::kPass);
  CHECK(judge(drop(Metric::kLogLoss, 0.05), differences).verdict == Verdict::kFail);
  CHECK(judge(drop(Metric::kRocAuc, 0), differences).verdict == Verdict::kPass);
  const GateResult failed = judge(drop(Metric::kF1, 0.01), differences, &intervals);
  CHECK(failed.verdict == Verdict::kFail);
  CHECK(failed.interval->low == 0.015);
  CHECK(failed.interval->high == 0.03);
  CHECK(judge(drop(Metric::kF1, 0.02), differences, &intervals).verdict == Verdict::kUndecided);
  CHECK(judge(drop(Metric::kF1, 0.03), differences, &intervals).verdict == Verdict::kPass);
  CHECK(judge(drop(Metric::kLogLoss, 0.2), differences, &intervals).verdict == Verdict::kUndecided);
}

TEST_CASE("of two models with no true difference a drop fails in at most 5 of 100 runs") {
  // Both models see the truth through noise of their own on top of noise that they share.
  int failed = 0;
  constexpr int kRuns = 200;
  for (uint32_t run = 0; run < kRuns; ++run) {
    const Random random(7, Purpose::kSplit, run);
    ClassificationRows a(2, 1), b(2, 1);
    for (uint64_t row = 0; row < 300; ++row) {
      const double shared = random.normal(4 * row);
      const int label = random.uniform(8 * row + 7) < 1 / (1 + std::exp(-2 * shared));
      const auto add = [&](ClassificationRows& counts, double noise) {
        const double p = 1 / (1 + std::exp(-(shared + noise)));
        counts.add(label, p >= 0.5, std::vector<double>{1 - p, p});
      };
      add(a, random.normal(4 * row + 1));
      add(b, random.normal(4 * row + 2));
    }
    const Scores found = differences(a.scores(), b.scores());
    const Intervals intervals = intervals_of_differences(a, b, 0.95);
    failed += judge({.metric = Metric::kF1, .bound = 0, .drop = true}, found, &intervals).verdict == Verdict::kFail;
  }
  CHECK(failed > 0);
  CHECK(failed <= kRuns / 20);
}
