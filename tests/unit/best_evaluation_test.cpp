#include "report/best_evaluation.h"

#include "catch.h"

using namespace mdl;

namespace {

EpochRecord scored(double loss, Metric metric, double score) {
  return {.validation_loss = loss, .validation = {{metric, score}}};
}

}  // namespace

TEST_CASE("without a metric the first evaluation with the lowest validation loss is the best") {
  CHECK(best_evaluation(
            {{.validation_loss = 3}, {.validation_loss = 1}, {.validation_loss = 2}, {.validation_loss = 1}}, {}) == 1);
  CHECK(best_evaluation({{.validation_loss = 3}}, {}) == 0);
  CHECK(best_evaluation({scored(3, Metric::kF1, 0.9), scored(1, Metric::kF1, 0.2)}, {}) == 1);
}

TEST_CASE("a metric chooses the first evaluation with its best score, whatever the loss") {
  CHECK(best_evaluation({scored(1, Metric::kF1, 0.6), scored(2, Metric::kF1, 0.8), scored(3, Metric::kF1, 0.8)},
                        Metric::kF1) == 1);
  CHECK(best_evaluation({scored(1, Metric::kMae, 0.6), scored(2, Metric::kMae, 0.4), scored(3, Metric::kMae, 0.4)},
                        Metric::kMae) == 1);
}

TEST_CASE("an evaluation without the score is behind all others, and where none has it the loss decides") {
  CHECK(best_evaluation({{.validation_loss = 1}, scored(2, Metric::kF1, 0.1)}, Metric::kF1) == 1);
  CHECK(best_evaluation({scored(2, Metric::kMcc, -0.5), {.validation_loss = 1}}, Metric::kMcc) == 0);
  CHECK(best_evaluation({{.validation_loss = 2}, {.validation_loss = 1}}, Metric::kRocAuc) == 1);
  CHECK(best_evaluation({scored(2, Metric::kAccuracy, 0.5), scored(1, Metric::kAccuracy, 0.4)}, Metric::kF1) == 1);
}
