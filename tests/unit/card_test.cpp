#include "modelfile/card.h"

#include "catch.h"
#include "features.h"

using namespace mdl;

namespace {

Model loan_model() {
  Model model;
  model.target = {.name = "status", .task = Task::kBinary, .classes = {"bad", "go|od"}, .positive = 0};
  model.encoder.features = {{.name = "age", .kind = NumericColumn{.center = 37.25, .scale = 8.5}},
                            one_hot("home", {"own", "<rent>"})};
  model.network = {.widths = {3, 2, 1}, .dense = 3, .numbers = 1};
  model.class_priors = {0.25, 0.75};
  model.threshold = 0.4;
  model.threshold_rule = "f1";
  model.temperature = 1.25;
  model.epoch = 12;
  model.training_rows = 12'000;
  model.validation_rows = 3'000;
  model.validation = {{Metric::kAccuracy, 0.875}, {Metric::kEce, 0.0125}};
  model.validation_intervals = {{Metric::kAccuracy, {0.86, 0.89}}};
  model.config = "data:\n  target: status\n";
  model.versions = {{"mdl", "0.1.0"}};
  return model;
}

}  // namespace

TEST_CASE("a model card says what the model file knows, and leaves to a person what it does not") {
  CHECK(model_card(loan_model(), "model.safetensors") == R"(# Model card: `model.safetensors`

Predicts `status` (binary) from 2 columns. The classes are `bad` and <code>go&#124;od</code>. A row is predicted as `bad` from a probability of 0.4, chosen by `f1` on the validation rows.

## Intended use

TODO: what the model is for, and who uses it.

TODO: what it must not be used for.

## Data

TODO: where the data comes from, its time span, and the legal basis of its use.

12,000 training rows, 3,000 validation rows.

| class | fraction of the training rows |
| --- | ---: |
| `bad` | 25.0 % |
| <code>go&#124;od</code> | 75.0 % |

| column | kind | in training |
| --- | --- | --- |
| `age` | numeric | center 37.25, scale 8.5 |
| `home` | categorical | `own` and `<rent>` |

## Recipe

A network of 11 parameters (3-2-1, relu), at epoch 12.

```yaml
data:
  target: status
```

## Scores

On the 3,000 validation rows, which also chose the epoch:

| score | value | 95 % interval |
| --- | ---: | ---: |
| accuracy | 0.8750 | [0.8600, 0.8900] |
| ece | 0.0125 | - |

## Calibration

Expected calibration error on the validation rows: 0.0125 (ten bins of equal size). Temperature scaling with 1.25 was fitted on the same rows.

## Limits

- The validation rows chose the epoch and the threshold, so these scores are slightly optimistic; a separate test set tells more.
- A category not seen in training is treated as unknown, whatever it means.
- The scores hold for rows like the training rows; they say nothing about other places, times or people.
- Scores by group of people are not in the model file; `mdl evaluate --slice COLUMN` computes them.

TODO: known failures, and groups of rows for which the model must not be used.

## Responsible

TODO: who is responsible for the model, and how to contact them.

## Versions

- mdl 0.1.0
)");
}

TEST_CASE("the card shows scores on test rows before those on the validation rows") {
  Model model = loan_model();
  model.test_rows = 1000;
  model.test = {{Metric::kAccuracy, 0.85}};
  model.test_intervals = {{Metric::kAccuracy, {0.83, 0.87}}};
  const std::string card = model_card(model, "m");
  CHECK(
      card.find("## Scores\n\nOn the 1,000 test rows, which had no part in training:\n\n"
                "| score | value | 95 % interval |\n| --- | ---: | ---: |\n| accuracy | 0.8500 | [0.8300, 0.8700] |\n\n"
                "On the 3,000 validation rows, which also chose the epoch:\n\n") != std::string::npos);
  CHECK(card.find("those on the test rows are not.") != std::string::npos);
}

TEST_CASE("the card of a regression has its range and no calibration; without intervals their column is not there") {
  Model model = loan_model();
  model.target = {.name = "price", .task = Task::kRegression, .mean = 1234.5, .scale = 99};
  model.class_priors = {};
  model.low = 10;
  model.high = 5000;
  model.validation = {{Metric::kRmse, 4.5}};
  model.validation_intervals = {};
  const std::string card = model_card(model, "m");
  const auto holds = [&](const char* part) { return card.find(part) != std::string::npos; };
  CHECK(holds(
      "Predicts `price` (regression) from 2 columns. In training its mean was 1234, its standard deviation 99.\n"));
  CHECK(holds("| score | value |\n| --- | ---: |\n| rmse | 4.5000 |\n\n## Limits"));
  CHECK(holds("- Predictions are clipped to the range 10 to 5000.\n"));
  CHECK_FALSE(holds("## Calibration"));
}

TEST_CASE("a config with backticks stays within its fence") {
  Model model = loan_model();
  model.config = "target: '```'";
  CHECK(model_card(model, "m").find("````yaml\ntarget: '```'\n````\n") != std::string::npos);
}
