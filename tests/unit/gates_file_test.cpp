#include "metrics/gates_file.h"

#include "base/error.h"
#include "catch.h"

using namespace mdl;

namespace {

std::string problem_of(const std::string& text, Task task = Task::kBinary) {
  try {
    read_gates_text(text, "gates.yaml", task);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a file holds gates and the confidence they are judged by") {
  const GatesFile file = read_gates_text(
      "fail_under:\n  f1: 0.8\n  f1[gender=Female]: 0.7\nmax_drop:\n  log_loss: 0.01\nconfidence: 0.9\n", "gates.yaml",
      Task::kBinary);
  REQUIRE(file.gates.size() == 3);
  CHECK(file.gates[0].metric == Metric::kF1);
  CHECK(file.gates[0].bound == 0.8);
  CHECK(file.gates[1].group == std::vector<std::pair<std::string, std::string>>{{"gender", "Female"}});
  CHECK(file.gates[2].metric == Metric::kLogLoss);
  CHECK(file.gates[2].drop);
  CHECK(file.confidence == 0.9);
  CHECK_FALSE(read_gates_text("fail_under: {f1: 0.8}", "gates.yaml", Task::kBinary).confidence);
}

TEST_CASE("every problem of a file of gates is told with its place") {
  CHECK(problem_of("fail_under:\n  f1score: 0.8\n  f1: high\n  roc_auc: [1]\nmax_drp:\n  f1: 0.1\nconfidence: "
                   "2\nconfidence: 0.9\n") ==
        "gates.yaml:2:3: 'f1score=0.8': there is no metric 'f1score'; did you mean 'f1'?\n"
        "gates.yaml:3:3: 'f1=high': 'high' is not a number\n"
        "gates.yaml:4:3: 'roc_auc': expected a number, found a list\n"
        "gates.yaml:5:1: unknown key 'max_drp'; did you mean 'max_drop'?\n"
        "gates.yaml:7:1: confidence: expected a number of at least 0.5 and at most 0.9999, found '2'\n"
        "gates.yaml:8:1: repeated key 'confidence'");
}

TEST_CASE("a file without gates is refused") {
  CHECK(problem_of("- f1\n") == "gates.yaml: expected keys with values, such as 'fail_under:', found a list");
  CHECK(problem_of("confidence: 0.9\n") == "gates.yaml: holds no gate");
  CHECK(problem_of("fail_under: 3\n") ==
        "gates.yaml:1:1: fail_under: expected a map of metrics, each with its bound, found '3'");
  CHECK(problem_of("fail_under: {f1: 0.8\n") == "gates.yaml:1:13: a map is opened with '{' here and never closed");
}
