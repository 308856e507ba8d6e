#include "train/length.h"

#include "catch.h"
#include "config/load.h"

using namespace mdl;

namespace {

/// An evaluation every 100 steps.
std::vector<EpochRecord> evaluations(const std::vector<double>& losses) {
  std::vector<EpochRecord> history;
  for (const double loss : losses) {
    const int64_t count = std::ssize(history) + 1;
    history.push_back({.epoch = count, .step = 100 * count, .validation_loss = loss});
  }
  return history;
}

std::string problem(const std::string& train) {
  try {
    Config config = load_config_text("data: {train: t.csv, target: y}\ntrain: " + train + "\n", "c.yaml").config;
    check_length(config);
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a run has converged when the second half of its steps gained less than 0.5 %, or hardly anything at all") {
  CHECK_FALSE(has_converged({}, 1));
  CHECK_FALSE(has_converged(evaluations({1, 1}), 0.1));  // 200 steps are too few to tell
  CHECK(has_converged(evaluations({1, 1, 1}), 0.1));
  CHECK_FALSE(has_converged(evaluations({1, 0.9, 0.8, 0.7}), 0.1));
  CHECK_FALSE(has_converged(evaluations({1, 0.9, 0.9, 0.895}), 0.1));  // 0.9 at half, 0.895 is 0.56 % less
  CHECK(has_converged(evaluations({1, 0.9, 0.9, 0.896}), 0.1));        // 0.44 % less
  CHECK(has_converged(evaluations({1, 0.5, 0.9, 0.9}), 0.1));          // it rises since
  CHECK(has_converged(evaluations({1, 1e-3, 1e-3, 9e-4}), 0.6));       // less than 0.02 % of 0.6
  CHECK_FALSE(has_converged(evaluations({1, 1e-3, 1e-3, 8e-4}), 0.6));
  CHECK_FALSE(has_converged(evaluations({1, 1.5, 1.5, 1.5, 0.9}), 0.1));
}

TEST_CASE("a run cannot end before twice the steps after which no more than 0.5 % was gained") {
  CHECK(earliest_end({}, 0.1) == 256);
  CHECK(earliest_end(evaluations({1, 0.8}), 0.1) == 400);
  CHECK(earliest_end(evaluations({1, 0.8, 0.797}), 0.1) == 400);
  CHECK(earliest_end(evaluations({1, 0.8, 0.7, 0.9, 0.9, 0.9}), 0.1) == 601);
}

TEST_CASE("the first evaluation that is as good as the best is enough") {
  CHECK(sufficient_evaluation(evaluations({1}), 0.1).step == 100);
  CHECK(sufficient_evaluation(evaluations({1, 0.8, 0.797, 0.9}), 0.1).step == 200);  // 0.38 % more than the best
  CHECK(sufficient_evaluation(evaluations({1, 0.8, 0.79, 0.9}), 0.1).step == 300);   // 1.25 %
  CHECK(sufficient_evaluation(evaluations({1, 1e-3, 9e-4}), 0.6).step == 200);       // less than 0.02 % of 0.6
}

TEST_CASE("a trial is beaten that is behind another one's loss at the same step") {
  const std::vector<EpochRecord> rival = evaluations({1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.6});
  CHECK_FALSE(is_beaten({}, rival));
  CHECK_FALSE(is_beaten(evaluations({2}), rival));       // 128 steps at least
  CHECK_FALSE(is_beaten(evaluations({1, 0.9}), rival));  // as good
  CHECK(is_beaten(evaluations({1, 0.91}), rival));       // a third of the 600 steps to the rival's best
  CHECK_FALSE(is_beaten(evaluations({1, 0.8, 0.9}), rival));
  CHECK(is_beaten(evaluations({1, 0.8, 0.9, 0.71}), rival));
  CHECK_FALSE(is_beaten(evaluations({1, 0.91}), evaluations({1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4})));  // of 700: too early
  CHECK(is_beaten(evaluations({1, 0.9, 0.8, 0.7, 0.6, 0.55, 0.52, 0.51}), rival));  // 0.5 is to be reached by then
}

TEST_CASE("what needs a number of epochs does not go with auto") {
  CHECK(problem("{}").empty());
  CHECK(problem("{epochs: 5}").empty());
  CHECK(problem("{epochs: auto, schedule: one_cycle}") ==
        "train.epochs: auto and train.schedule: one_cycle exclude each other; that schedule needs a number of epochs");
  CHECK(problem("{epochs: auto, regularization_schedule: flat_cos}") ==
        "train.epochs: auto and train.regularization_schedule: flat_cos exclude each other; that schedule needs a "
        "number of epochs");
  CHECK(problem("{epochs: 5, trials: 3}") == "train.trials: 3 needs train.epochs: auto and train.folds");
  CHECK(problem("{folds: 0, trials: 2}") == "train.trials: 2 needs train.epochs: auto and train.folds");
}
