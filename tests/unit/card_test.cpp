#include "modelfile/card.h"

#include "catch.h"

using namespace mdl;

namespace {

Model loan_model() {
  Model model;
  model.target = {.name = "status", .task = Task::kBinary, .classes = {"bad", "go|od"}, .positive = 0};
  model.encoder.features = {{.name = "age", .center = 37.25, .scale = 8.5},
                            {.name = "home", .kind = ColumnKind::kCategorical, .categories = {"own", "<rent>"}}};
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

Predicts `status` (binary) from 2 columns. The classes are `bad` and <code>go&#124;od</code>. A row counts as `bad` from a probability of 0.4 on, the best on the validation rows by `f1`.

## Intended use

TODO: what the model is for, and who uses it.

TODO: what it must not be used for.

## Data

TODO: where the rows come from, from when they are, and by what right they are used.

12,000 rows to train on, 3,000 to validate on.

| class | fraction of the training rows |
| --- | ---: |
| `bad` | 25.0 % |
| <code>go&#124;od</code> | 75.0 % |

| column | kind | in training |
| --- | --- | --- |
| `age` | numeric | center 37.25, scale 8.5 |
| `home` | categorical | `own` and `<rent>` |

## Recipe

A network of 11 parameters (3-2-1, relu), as it was after epoch 12.

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

On the validation rows the probabilities are off by 0.0125 on average (ece, ten groups of as many rows each). They were tempered by 1.25 on the same rows.

## Limits

- The validation rows chose the epoch and the threshold, so that these scores are a little too good; rows that training never saw tell more.
- A category that is not among the training rows is taken for an unseen one, whatever it means.
- The scores are those of rows like the training rows; of other places, times or people they say nothing.
- How groups of people fare is not in the model file: `mdl evaluate --slice COLUMN` tells.

TODO: known failures, and groups of rows on which the model must not be trusted.

## Responsible

TODO: who answers for the model, and how to reach them.

## Versions

- mdl 0.1.0
)");
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
  CHECK(holds("- Predictions are kept between 10 and 5000.\n"));
  CHECK_FALSE(holds("## Calibration"));
}

TEST_CASE("a config with backticks stays within its fence") {
  Model model = loan_model();
  model.config = "target: '```'";
  CHECK(model_card(model, "m").find("````yaml\ntarget: '```'\n````\n") != std::string::npos);
}
