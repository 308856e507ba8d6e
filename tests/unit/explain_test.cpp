#include "catch.h"
#include "features.h"

#include <cmath>

#include "base/text.h"
#include "evaluate/explain.h"
#include "table_files.h"

using namespace mdl;

namespace {

/// Predicts x, and takes no notice of a, b and home; a missing x is predicted as 9.
Model model_of_x() {
  Model model;
  model.target = {.name = "y", .task = Task::kRegression, .mean = 0, .scale = 1};
  model.encoder.features = {{.name = "a"},
                            {.name = "x", .kind = NumericColumn{.presence = Presence{0, 1}}},
                            one_hot("home", {"own", "rent"})};
  model.encoder.missing = NullValues({""});
  model.network = {.widths = {5, 1}, .dense = 5, .numbers = 2};
  model.members = {{{0, 1, 9, 0, 0}, {0}}};
  return model;
}

/// y is x; every third x is missing where `missing`, and y then 9.
std::string table_of_x(int rows, bool missing = false) {
  std::string text = "y,home,x,a\n";
  for (int i = 0; i < rows; ++i) {
    const double x = std::sin(i * 12.9898) * 2;
    const bool none = missing && i % 3 == 0;
    text += fmt::format("{},{},{},{}\n", none ? 9 : x, i % 2 == 0 ? "own" : "rent", none ? "" : fmt::format("{}", x),
                        i);
  }
  return text;
}

Report explain(const Model& model, const std::string& text, const ExplainOptions& options) {
  const TableFiles files;
  Console console(/*quiet=*/true);
  Predictor predictor(model);
  return explain_file(model, predictor, files.add("d.csv", text), options, console);
}

std::string explain_error(const Model& model, const std::string& text, const ExplainOptions& options) {
  const TableFiles files;
  const std::string path = files.add("d.csv", text);
  Console console(/*quiet=*/true);
  Predictor predictor(model);
  return files.error([&] { explain_file(model, predictor, path, options, console); });
}

}  // namespace

TEST_CASE("a column that the model takes no notice of is worth exactly nothing, the others what theory says") {
  const Report report = explain(model_of_x(), table_of_x(2000), {.repeats = 3});
  CHECK(report.importance_metric == Metric::kR2);
  CHECK(report.rows == 2000);
  REQUIRE(report.importance.size() == 3);
  const Importance &x = report.importance[0], &a = report.importance[1], &home = report.importance[2];
  CHECK(x.feature == "x");
  CHECK(x.drop == Approx(2).margin(0.1));  // the shuffled column has twice the variance of error that the mean has
  CHECK(x.interval->low < 2);
  CHECK(x.interval->high > 2);
  CHECK(x.interval->high - x.interval->low < 0.3);
  CHECK(a.feature == "a");
  CHECK(home.feature == "home");
  for (const Importance& none : {a, home}) {
    CHECK(none.drop == 0);
    CHECK(none.interval->low == 0);
    CHECK(none.interval->high == 0);
  }
}

TEST_CASE("of a score where less is better the drop is how much it rises") {
  const Report report = explain(model_of_x(), table_of_x(2000), {.metric = Metric::kRmse, .repeats = 2});
  CHECK(report.importance_metric == Metric::kRmse);
  CHECK(report.importance[0].feature == "x");
  CHECK(report.importance[0].drop == Approx(2).margin(0.1));  // x has variance 2
  CHECK(report.importance[0].interval->low < report.importance[0].drop);
  CHECK(report.importance[0].interval->high > report.importance[0].drop);
  CHECK(report.importance[1].drop == 0);
}

TEST_CASE("a column is shuffled with what says that it is missing") {
  const Report report = explain(model_of_x(), table_of_x(600, /*missing=*/true), {.repeats = 2});
  CHECK(*score_of(report.scores, Metric::kR2) == Approx(1).epsilon(1e-9));
  CHECK(report.importance[0].feature == "x");
  CHECK(report.importance[0].drop == Approx(2).margin(0.2));
}

TEST_CASE("the rows drawn and the shuffles depend on the seed and nothing else") {
  const std::string text = table_of_x(500);
  const ExplainOptions options{.repeats = 2, .rows = 100, .seed = 3};
  ExplainOptions other = options;
  other.seed = 4;
  const Report first = explain(model_of_x(), text, options), again = explain(model_of_x(), text, options),
               changed = explain(model_of_x(), text, other);
  CHECK(first.rows == 100);
  CHECK(first.importance[0].drop == again.importance[0].drop);
  CHECK(first.importance[0].interval->low == again.importance[0].interval->low);
  CHECK(first.importance[0].drop != changed.importance[0].drop);
}

TEST_CASE("rows are drawn from the whole table") {
  // x is 0 in the first half of the rows, so a sample of those alone would have nothing to shuffle.
  std::string text = "y,home,x,a\n";
  for (int i = 0; i < 1000; ++i) text += fmt::format("{0},own,{0},0\n", i < 500 ? 0 : i % 7);
  const Report report = explain(model_of_x(), text, {.metric = Metric::kMae, .repeats = 1, .rows = 200});
  CHECK(report.rows == 200);
  CHECK(report.importance[0].drop == Approx(2.07).margin(0.4));  // of half zeros, half 0 to 6: the mean difference of
                                                                 // two
}

TEST_CASE("too few rows, and a score that they leave undefined, are said") {
  CHECK(explain_error(model_of_x(), "y,home,x,a\n", {}) == "d.csv: has no row with a target");
  CHECK(explain_error(model_of_x(), "y,home,x,a\n1,own,1,1\n", {}) == "d.csv: r2 is undefined on these rows");
  CHECK(explain_error(model_of_x(), "y,home,x,a\n1,own,1,1\n", {.metric = Metric::kMae}) ==
        "d.csv: 1 row with a target is too few for an interval of mae");
}
