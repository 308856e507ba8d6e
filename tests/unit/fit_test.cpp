#include "torch_test.h"

#include <numeric>

#include "predict/predictor.h"
#include "prepared.h"
#include "train/fit.h"
#include "train/partition.h"

using namespace mdl;

namespace {

constexpr size_t kRows = 120;

/// Two classes that a number and a colour tell apart.
Dataset memory() {
  Column size{.name = "size", .numbers = {{}}}, colour{.name = "colour", .kind = ColumnKind::kCategorical},
      kind{.name = "kind", .kind = ColumnKind::kCategorical};
  colour.codes = kind.codes = {{}};
  colour.texts = {"red", "green", "blue"};
  kind.texts = {"small", "large"};
  for (size_t row = 0; row < kRows; ++row) {
    const double number = Random(1, Purpose::kSample).normal(row);
    size.numbers[0].push_back(number);
    colour.codes[0].push_back(static_cast<int32_t>(row % 3));
    kind.codes[0].push_back(number + (row % 3 == 0 ? 1 : 0) > 0 ? 1 : 0);
  }
  return {.name = "memory", .columns = {size, colour, kind}, .rows = kRows};
}

Config config_of() {
  Config config;
  config.data.target = "kind";
  config.data.validation = Validation{.fraction = 0.25};
  config.model.preset = Preset::kPlain;
  config.model.hidden = {8};
  config.train.epochs = 5;
  resolve(config);
  return config;
}

TrainingData rows_of(const Config& config, const Dataset& dataset) {
  Supervision known = supervision_of(config, dataset);
  Split split = split_rows(config, dataset, known);
  return encode_rows(config, dataset, std::move(known), std::move(split));
}

}  // namespace

TEST_CASE("a table in memory is fitted again and again, by one config or another") {
  const Dataset dataset = memory();
  const Config config = config_of();
  Config other = config;
  other.data.validation.reset();
  other.model.members = 3;
  other.model.scaling = Scaling::kRobust;
  other.train.folds = 3;

  const Fitted first = fit(config, rows_of(config, dataset)), folds = fit(other, rows_of(other, dataset)),
               again = fit(config, rows_of(config, dataset));
  CHECK(first.model.members.size() == 1);
  CHECK(first.model.validation_rows == 30);
  CHECK(first.validation.data == "validation rows");
  CHECK(folds.model.members.size() == 3);
  CHECK(folds.model.validation_rows == static_cast<int64_t>(kRows));
  CHECK(folds.validation.data == "out-of-fold rows");
  CHECK(folds.model.encoder.scaling == Scaling::kRobust);
  CHECK(first.state.history.size() == 5);
  CHECK(first.ending == Ending::kAllEpochs);
  CHECK(format_model(again.model) == format_model(first.model));
}

TEST_CASE("of folds in time the model is the networks of the last, and each fold is scored by its own") {
  Dataset dataset = memory();
  Column day{.name = "day", .numbers = {{}}};
  for (size_t row = 0; row < kRows; ++row) day.numbers[0].push_back(static_cast<double>(row * 37 % kRows));
  dataset.columns.push_back(day);
  Config config;
  config.data.target = "kind";
  config.data.split = {.time = "day", .folds = 3, .gap = {5}};
  config.model.preset = Preset::kPlain;
  config.model.hidden = {8};
  config.model.members = 6;
  config.train.epochs = 5;
  resolve(config);
  const TrainingData rows = rows_of(config, dataset);
  const Fitted fitted = fit(config, rows);
  CHECK(fitted.state.members.size() == 6);
  REQUIRE(fitted.model.members.size() == 2);
  CHECK(fitted.model.network.members == 2);
  CHECK(fitted.model.training_rows == 85);
  CHECK(fitted.model.validation_rows == 90);
  CHECK(fitted.validation.rows == 90);
  REQUIRE(fitted.validation.folds.size() == 3);
  CHECK(fitted.validation.folds[0].training_rows == 25);
  CHECK(fitted.validation.folds[1].times == "60 to 89");
  double right = 0;
  for (const FoldScores& fold : fitted.validation.folds) {
    CHECK(fold.rows == 30);
    right += 30 * score_of(fold.scores, Metric::kAccuracy).value();
  }
  CHECK(right == Approx(90 * score_of(fitted.validation.scores, Metric::kAccuracy).value()));

  // On the last fold's rows the model is what its networks were scored as.
  Predictor predictor(fitted.model, 1);
  Predictions predictions;
  predictor.predict(rows.rows, 0, kRows, predictions);
  std::vector<uint32_t> all(kRows);
  std::iota(all.begin(), all.end(), 0);
  const Scores own = score_rows(fitted.model, predictions, rows.labels, all, {}, rows.split.folds[2]);
  CHECK((own == fitted.validation.folds[2].scores));
  CHECK(format_model(fit(config, rows).model) == format_model(fitted.model));
}

TEST_CASE("rows on neither side of a split leave no trace in what is fitted") {
  const Config config = config_of();
  Split split;
  for (uint32_t row = 0; row < 80; ++row) (row < 60 ? split.train : split.validation).push_back(row);
  const auto fitted = [&](const Dataset& dataset) {
    return fit(config, encode_rows(config, dataset, supervision_of(config, dataset), split));
  };
  Dataset dataset = memory();
  const Fitted before = fitted(dataset);
  for (size_t row = 80; row < kRows; ++row) {
    dataset.columns[0].numbers[0][row] = 1e9;
    dataset.columns[1].codes[0][row] = Column::kMissing;
    dataset.columns[2].codes[0][row] = 0;
  }
  CHECK(format_model(fitted(dataset).model) == format_model(before.model));
  CHECK(before.model.training_rows == 60);
}

TEST_CASE("a fit tells of its progress by callbacks, and saves a state at least once") {
  const Dataset dataset = memory();
  const Config config = config_of();
  int saved = 0, evaluated = 0;
  fit(config, rows_of(config, dataset),
      {.save = [&](const TrainState& state) { saved += state.members.size() == 1; },
       .evaluated = [&](const TrainState& state,
                        double) { CHECK(state.history.size() == static_cast<size_t>(++evaluated)); }});
  CHECK(saved >= 1);
  CHECK(evaluated == 5);
}
