#include "metrics/gate.h"

#include "catch.h"

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
  const std::vector<std::string> of_classes = {
      "accuracy", "balanced_accuracy", "precision", "recall", "f1", "precision_macro", "recall_macro", "f1_macro",
      "precision_weighted", "recall_weighted", "f1_weighted", "roc_auc", "average_precision", "log_loss", "brier", "mcc"};
  CHECK(metric_names(Task::kBinary) == of_classes);
  CHECK(metric_names(Task::kMulticlass) == of_classes);
  CHECK(metric_names(Task::kRegression) == std::vector<std::string>{"rmse", "mae", "r2", "mape", "median_absolute_error"});
  CHECK(main_metric(Task::kBinary) == Metric::kAccuracy);
  CHECK(main_metric(Task::kMulticlass) == Metric::kAccuracy);
  CHECK(main_metric(Task::kRegression) == Metric::kR2);
}

TEST_CASE("losses and errors are better when lower, all else when higher") {
  std::vector<std::string> lower;
  for (const Task task : {Task::kBinary, Task::kRegression}) {
    for (const std::string& name : metric_names(task)) {
      if (!higher_is_better(*find_metric(name))) lower.push_back(name);
    }
  }
  CHECK(lower == std::vector<std::string>{"log_loss", "brier", "rmse", "mae", "mape", "median_absolute_error"});
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
  CHECK(problem_of("f2=0.8") == "'f2=0.8': there is no metric 'f2'; did you mean 'f1'?");
  CHECK(problem_of("roc-auc=0.8") == "'roc-auc=0.8': there is no metric 'roc-auc'; did you mean 'roc_auc'?");
  CHECK(problem_of("=0.8", Task::kRegression) ==
        "'=0.8': there is no metric ''; known are rmse, mae, r2, mape and median_absolute_error");
  CHECK(problem_of("f1=high") == "'f1=high': 'high' is not a number");
  CHECK(problem_of("f1=") == "'f1=': '' is not a number");
  CHECK(problem_of("f1=nan") == "'f1=nan': 'nan' is not a number");
  CHECK(problem_of("f1=0.8=0.9") == "'f1=0.8=0.9': '0.8=0.9' is not a number");
}

TEST_CASE("a metric of another task is no metric of this one") {
  CHECK(problem_of("f1=0.8", Task::kRegression) ==
        "'f1=0.8': the model's task is regression, which has no f1; it has rmse, mae, r2, mape and median_absolute_error");
  CHECK(problem_of("rmse=3", Task::kMulticlass) ==
        "'rmse=3': the model's task is multiclass, which has no rmse; it has accuracy, balanced_accuracy, precision, recall, f1, "
        "precision_macro, recall_macro, f1_macro, precision_weighted, recall_weighted, f1_weighted, roc_auc, average_precision, "
        "log_loss, brier and mcc");
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
