#include "config/fields.h"

#include <type_traits>
#include <utility>

#include "config/option_types.h"

namespace mdl {
namespace {

constexpr int64_t kMany = 1'000'000'000;

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;

/// An optional member is null while nothing is set.
template <class Place, class Kind>
Field field(std::string key, Place place, Kind kind, std::string doc) {
  using Member = std::remove_cvref_t<decltype(place(std::declval<Config&>()))>;
  Field row{.key = std::move(key), .expected = kind.expected(), .doc = std::move(doc), .optional = is_optional<Member>};
  row.read = [place, kind](const Node& node, Config& config) {
    auto& member = place(config);
    if constexpr (is_optional<Member>) {
      if (node.kind == Node::Kind::kNull) {
        member.reset();
        return std::string();
      }
      typename Member::value_type value{};
      std::string problem = kind.read(node, value);
      if (problem.empty()) member = std::move(value);
      return problem;
    } else {
      return kind.read(node, member);
    }
  };
  row.write = [place, kind](const Config& config) {
    const auto& member = place(config);
    if constexpr (is_optional<Member>) {
      return member ? kind.write(*member) : std::string("null");
    } else {
      return kind.write(member);
    }
  };
  row.local = [](const Config&) { return false; };
  return row;
}

Field required(std::string example, Field row) {
  row.example = std::move(example);
  return row;
}

Field local(Field row) {
  row.local = [](const Config&) { return true; };
  return row;
}

Field local_if(bool (*condition)(const Config&), Field row) {
  row.local = condition;
  return row;
}

// The key is spelled like the member that it sets.
#define FIELD(member, ...) \
  field(                   \
      #member, [](auto& config) -> auto& { return config.member; }, __VA_ARGS__)

std::vector<Field> make_fields() {
  const Text path{"a path"}, column{"a column name"};
  return {
      required(
          "data/credit.csv",
          local(FIELD(
              data.train, ListOf<Text>{.item = path, .least = 1, .one_alone = true},
              "the training table; \"-\" is standard input; several files and globs with the same header are joined"))),
      required("Status", FIELD(data.target, column, "the column to predict")),
      FIELD(data.task, OneOf{kTaskNames},
            "what to learn; null: by the target (two values: binary; text or few whole numbers: multiclass; else "
            "regression)"),
      FIELD(data.positive, TextOrNone{"a class"}, "binary: the positive class; null: the second one in sorted order"),
      FIELD(data.weight, TextOrNone{"a column name"},
            "a column of row weights, each at least 0; null: all rows weigh the same"),
      local_if([](const Config& c) { return c.data.validation && !c.data.validation->path.empty(); },
               FIELD(data.validation, ValidationRows{},
                     "the rows that choose the best epoch: a share of the training table, or another table; null: "
                     "train.folds decides, a share of 0.2 without")),
      FIELD(data.split, SplitColumn{},
            "how the share is drawn: rows of a group stay on one side; the latest rows stand aside; null: at random"),
      local(FIELD(data.test, TextOrNone{"a path"}, "a table that is scored once, at the end")),
      FIELD(data.ignore, ListOf<Text>{.item = column}, "columns to leave out"),
      FIELD(data.types, MapOf{"columns", ColumnTypeKind{}},
            "types of columns where inference is wrong, and how numbers are spelled: "
            "{numeric: {decimal: \",\", thousands: \".\", unit: kg}}, {numeric: {date: dmy}} (or mdy, ymd) or "
            "{numeric: {time: true}}"),
      FIELD(data.missing, ListOf<Spelling>{}, "the spellings of a missing value; -999 means -999.0, too"),
      FIELD(data.min_category_rows, Integer{.least = 1, .most = 1'000'000'000},
            "categories in fewer training rows count as not seen, so that the model file does not name single rows; 1: "
            "all are kept"),

      FIELD(model.preset, OneOf{kPresetNames},
            "what decides the values that are null here; plain adds nothing to a simple network"),
      FIELD(model.members, Integer{.least = 1, .most = 256},
            "networks trained side by side, whose predictions are averaged"),
      FIELD(model.hidden, ListOf<Integer>{.item = {.least = 1, .most = 65536}, .most = 64},
            "widths of the hidden layers; []: none, a linear model"),
      FIELD(model.activation, OneOf{kActivationNames}, "the function after each hidden layer"),
      FIELD(model.parametric_activation, Boolean{}, "each neuron learns how much of the function it takes"),
      FIELD(model.dropout, Float{.from = 0, .below = 1},
            "the share of hidden values that training leaves out at random"),
      FIELD(model.normalization, OneOf{kNormalizationNames},
            "layer: each row's hidden values are normalised before the activation"),
      FIELD(model.parametrization, OneOf{kParametrizationNames},
            "ntk: a weight's learning rate falls with the root of its layer's inputs"),
      FIELD(model.initialization, OneOf{kInitializationNames},
            "data: the first weights are fitted to some training rows"),
      FIELD(model.scaling, OneOf{kScalingNames},
            "of numbers: mean 0 and standard deviation 1; or by median and quartiles, then softly clipped to -3 to 3"),
      FIELD(model.missing_indicators, Boolean{},
            "an input that says whether a number is missing, for each column where one is"),
      FIELD(model.periodic_embeddings, Boolean{},
            "each number becomes several learned inputs, linear in cosines of it"),
      FIELD(model.periodic_frequencies, Integer{.least = 1, .most = 64}, "cosines of each number"),
      FIELD(model.periodic_outputs, Integer{.least = 2, .most = 64}, "inputs made of each number, itself included"),
      FIELD(model.periodic_sigma, Float{.above = 0}, "how high the first frequencies are"),
      FIELD(model.one_hot_categories, Integer{.least = 0, .most = 65536},
            "columns of at most this many categories get an input for each of the 256 most frequent; of more, a "
            "learned table"),
      FIELD(model.value_tables, Boolean{},
            "numbers of which exact values tell more of the target than their size does get a learned table as well, a "
            "row a value"),
      FIELD(model.embedding_width, Integer{.least = 1, .most = 1024}, "inputs that a row of a table makes"),
      FIELD(model.input_scale, Boolean{}, "a learned factor for each input"),
      FIELD(model.clamp, Boolean{},
            "regression: predictions stay between the lowest and the highest target of the training rows, rounded "
            "outward"),

      FIELD(train.epochs, Integer{.least = 1, .most = kMany}, "passes over the training rows"),
      FIELD(train.batch_size, Integer{.least = 1, .most = kMany}, "rows in one step"),
      FIELD(train.drop_last, Boolean{}, "an epoch's last rows are left out where they do not fill a batch"),
      FIELD(train.optimizer, OneOf{kOptimizerNames}, "the rule of a step"),
      FIELD(train.learning_rate, Float{.above = 0}, "the size of a step"),
      FIELD(train.bias_rate, Float{.above = 0}, "what the learning rate is multiplied by for biases"),
      FIELD(train.scale_rate, Float{.above = 0}, "the same for the inputs' learned factors"),
      FIELD(train.periodic_rate, Float{.above = 0}, "the same for periodic embeddings"),
      FIELD(train.alpha_rate, Float{.above = 0}, "the same for parametric activations"),
      FIELD(train.schedule, OneOf{kScheduleNames},
            "the learning rate over the run: cosine and one_cycle end near 0; exponential falls every epoch; plateau "
            "falls when the "
            "validation loss stays; coslog4 rises and falls four times"),
      FIELD(train.warmup_epochs, Float{.from = 0},
            "epochs, or a part of one, in which the learning rate rises to its full size"),
      FIELD(train.decay_factor, Float{.above = 0, .to = 1},
            "exponential, plateau: what the learning rate is multiplied by when it falls"),
      FIELD(train.plateau_patience, Integer{.least = 0, .most = kMany},
            "plateau: evaluations without a better validation loss before the learning rate falls"),
      FIELD(train.momentum, Float{.from = 0, .below = 1}, "sgd: the share of the last step that the next one keeps"),
      FIELD(train.beta2, Float{.above = 0, .below = 1}, "adam, adamw: how long squared gradients are remembered"),
      FIELD(train.weight_decay, Float{.from = 0}, "how strongly weights are drawn to zero"),
      FIELD(train.regularization_schedule, OneOf{kRegularizationScheduleNames},
            "dropout and weight decay over the run; flat_cos: they fade out in its second half"),
      FIELD(train.clip_norm, Float{.from = 0}, "gradients of a larger norm are scaled down to it; 0: not"),
      FIELD(train.label_smoothing, Float{.from = 0, .below = 1},
            "classes: the share of each label that is spread over all classes"),
      FIELD(train.class_weights, ClassWeightsKind{},
            "what an error in a row of a class costs; balanced: every class the same in all"),
      FIELD(train.folds, Integer{.least = 0, .most = 256},
            "the rows are divided into so many parts; each network leaves one out, on which it is judged; 0: "
            "data.validation decides"),
      FIELD(train.evaluate_every, EvaluateEveryKind{},
            "how often the validation rows are scored and the best weights kept"),
      FIELD(train.early_stopping, Integer{.least = 0, .most = kMany},
            "stop after this many evaluations without a better validation loss; 0: never"),
      FIELD(train.calibration, OneOf{kCalibrationNames},
            "temperature: probabilities are made as certain as they are right on the validation rows"),
      FIELD(train.threshold, ThresholdKind{},
            "two classes: from which probability on a row is positive; or what is to be best on the validation rows"),
      FIELD(train.max_minutes, Float{.from = 0}, "stop after this time, with the best weights so far; 0: no limit"),
      FIELD(train.seed, Integer{.least = 0}, "where all random numbers start: the same seed gives the same model"),

      local(FIELD(device, Device{}, "where to compute; auto: a GPU when there is one")),
      local(FIELD(threads, Integer{.least = 0, .most = 1024}, "threads to compute with; 0: by the amount of work")),
      local(
          FIELD(output, TextOrNone{"a path"}, "the folder of the run; null: runs/ and the name of the training table")),
  };
}

#undef FIELD

}  // namespace

std::string Field::section() const {
  const size_t dot = key.find('.');
  return dot == std::string::npos ? "" : key.substr(0, dot);
}

std::string Field::name() const { return key.substr(key.find('.') + 1); }

const std::vector<Field>& fields() {
  static const std::vector<Field> table = make_fields();
  return table;
}

}  // namespace mdl
