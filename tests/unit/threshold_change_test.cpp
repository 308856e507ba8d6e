#include "modelfile/threshold_change.h"

#include "catch.h"

using namespace mdl;

TEST_CASE("another threshold is recorded, and takes the scores at the old one with it") {
  Model model;
  model.threshold_rule = "f1";
  model.changes = {"train.epochs was 10, is 20 (from step 5 on)"};
  model.validation = model.test = {{Metric::kAccuracy, 0.8}, {Metric::kRocAuc, 0.9}, {Metric::kMcc, 0.5}};
  model.validation_intervals = model.test_intervals = {{Metric::kF1, {0.7, 0.8}}, {Metric::kBrier, {0.1, 0.2}}};
  CHECK_FALSE(has_changed_threshold(model));
  change_threshold(model, 0.25, "{recall: 0.8}", "{recall: 0.8} on 60 rows");
  CHECK(model.threshold == 0.25);
  CHECK(model.threshold_rule == "{recall: 0.8}");
  CHECK(model.changes == std::vector<std::string>{"train.epochs was 10, is 20 (from step 5 on)",
                                                  "threshold was 0.5, is 0.25: {recall: 0.8} on 60 rows"});
  CHECK(has_changed_threshold(model));
  CHECK(model.validation == Scores{{Metric::kRocAuc, 0.9}});
  CHECK(model.test == Scores{{Metric::kRocAuc, 0.9}});
  REQUIRE(model.validation_intervals.size() == 1);
  CHECK(model.validation_intervals[0].first == Metric::kBrier);
  CHECK(model.test_intervals.size() == 1);
}

TEST_CASE("a serving model keeps to what answering needs, its changes aside") {
  Model model;
  model.serving = true;
  change_threshold(model, 0.25, "", "as told");
  CHECK(model.threshold == 0.25);
  CHECK(model.changes.empty());
}
