#include "config/fields.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "base/text.h"
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

/// Of a key that stays out of model files while it is not set: what was trained before it was there keeps its bytes.
template <class Place, class Kind>
Field unless_unset(std::string key, Place place, Kind kind, std::string doc) {
  Field row = field(std::move(key), place, kind, std::move(doc));
  row.local = [place](const Config& config) { return !place(config).has_value(); };
  return row;
}

#define FORMAT_FIELD(member, ...) \
  unless_unset(                   \
      "data.format." #member, [](auto& config) -> auto& { return config.data.format.member; }, __VA_ARGS__)

std::vector<Field> make_fields() {
  const Text path{"a path"}, column{"a column name"};
  return {
      required("data/credit.csv", local(FIELD(data.train, ListOf<Text>{.item = path, .least = 1, .one_alone = true},
                                              "the training data: a file, \"-\" for standard input, or several files "
                                              "and globs with the same header, which are concatenated"))),
      required("Status", FIELD(data.target, column, "the column to predict")),
      FIELD(data.task, OneOf{kTaskNames},
            "the task; null: inferred from the target (two values: binary; text or few distinct integers: multiclass; "
            "otherwise regression)"),
      FIELD(data.positive, TextOrNone{"a class"}, "binary: the positive class; null: the second class in sorted order"),
      // What is trained without it keeps its bytes; so with the other keys of losses.
      local_if([](const Config& c) { return c.data.target_transform == TargetTransform::kNone; },
               FIELD(data.target_transform, OneOf{kTargetTransformNames},
                     "regression: log learns the logarithm of the target, whose values are above 0; predictions are "
                     "transformed back, to the mean (Duan's smearing estimate) or, with train.loss mae or quantile, to "
                     "the quantile")),
      local_if([](const Config& c) { return c.data.exposure.empty(); },
               FIELD(data.exposure, TextOrNone{"a column name"},
                     "poisson, gamma, tweedie: a column of exposures, each above 0, to which the target's mean is "
                     "proportional: its logarithm is an offset; null: none")),
      FIELD(data.weight, TextOrNone{"a column name"},
            "a column of sample weights, each at least 0; null: all rows weigh the same"),
      local_if([](const Config& c) { return c.data.validation && !c.data.validation->path.empty(); },
               FIELD(data.validation, ValidationRows{},
                     "validation data, by which the best epoch is chosen: a fraction of the training rows, or a file; "
                     "null: cross-validation by train.folds, or a fraction of 0.2 when train.folds is 0")),
      FIELD(data.split, SplitKind{},
            "how validation rows are chosen: by group (rows of a group stay together), by time (the latest rows "
            "validate), or both; with folds the latest rows are so many blocks, each validated by networks that are "
            "trained on the rows before it, of which the model keeps those of the last block; rows less than gap "
            "before a block do not train its networks; null: at random, stratified by class"),
      local(FIELD(data.test, TextOrNone{"a path"}, "test data, scored once after training")),
      FIELD(data.ignore, ListOf<Text>{.item = column}, "columns to ignore"),
      FIELD(data.types, MapOf{"columns", ColumnTypeKind{}},
            "column types, where the inferred one is wrong: numeric or categorical; and number formats: {numeric: "
            "{decimal: \",\", thousands: \".\", unit: kg}}, {numeric: {date: dmy}} (or mdy, ymd), {numeric: {time: "
            "true}}"),
      FIELD(data.missing, ListOf<Spelling>{}, "null values: cells that count as missing; -999 also matches -999.0"),
      FIELD(data.min_category_rows, Integer{.least = 1, .most = 1'000'000'000},
            "minimum frequency of a category: rarer ones are treated as unknown, so that the model file does not "
            "identify single rows; 1: all are kept"),
      // A model of a table in memory keeps its bytes; one of a streamed table says so, with the size of its windows.
      local_if([](const Config& c) { return c.data.streaming != Streaming::kOn; },
               FIELD(data.streaming, OneOf{kStreamingNames},
                     "true: tables larger than memory: they are read once into an encrypted cache beside the output, "
                     "from which each epoch reads; auto: where the files are larger than data.memory; false: never")),
      local_if([](const Config& c) { return c.data.streaming != Streaming::kOn; },
               FIELD(data.memory, ByteSize{},
                     "streaming: the memory that the table may take, such as 500MB or 2GB; auto: half of what the "
                     "machine or the control group has")),
      FORMAT_FIELD(type, OneOf{kTextFormNames},
                   "how the text is laid out; Parquet and Arrow are recognised; null: jsonl where the first line is an "
                   "object or the file's extension says so, else csv"),
      FORMAT_FIELD(delimiter, Mark::delimiter(), "csv: what separates the fields; null: found in the header"),
      FORMAT_FIELD(quote, Mark::quote(), "csv: what quotes a field; null: the double quote"),
      FORMAT_FIELD(comment, Mark::comment(),
                   "csv: lines that begin with it are ignored; null: only those before the header that begin with #; "
                   "none: none"),
      FORMAT_FIELD(
          encoding, Encoding{},
          "the text's encoding, such as windows-1252 or latin1, by iconv's names; null: UTF-8, or UTF-16 where "
          "a byte order mark says so"),
      FORMAT_FIELD(decimal, Mark::decimal(),
                   "the decimal mark of all numeric columns; null: found in each column, where it is unambiguous"),
      FORMAT_FIELD(
          thousands, Word{{std::begin(kThousandsMarks), std::end(kThousandsMarks)}},
          "the thousands separator of all numeric columns; null: found in each column, where it is unambiguous"),
      FORMAT_FIELD(dates, Word{{std::begin(kDateOrders), std::end(kDateOrders)}},
                   "the order of day, month and year in all columns of dates; null: found in each column, where it is "
                   "unambiguous"),

      FIELD(model.preset, OneOf{kPresetNames},
            "the defaults of all options that are null here: default is tuned for accuracy, plain is a bare multilayer "
            "perceptron"),
      FIELD(model.members, Integer{.least = 1, .most = 256},
            "ensemble size: networks trained together, whose predictions are averaged"),
      FIELD(model.hidden, ListOf<Integer>{.item = {.least = 1, .most = 65536}, .most = 64},
            "sizes of the hidden layers; []: none, a linear model"),
      FIELD(model.activation, OneOf{kActivationNames}, "activation function of the hidden layers"),
      FIELD(model.parametric_activation, Boolean{},
            "learn for each neuron how much of the activation function is applied (as PReLU does for its slope)"),
      FIELD(model.dropout, Float{.from = 0, .below = 1},
            "dropout rate of the hidden layers; null: the best of train.trials"),
      FIELD(model.normalization, OneOf{kNormalizationNames}, "layer: layer normalization before each activation"),
      FIELD(model.parametrization, OneOf{kParametrizationNames},
            "ntk: neural tangent parametrization, a weight's learning rate is divided by the square root of its "
            "layer's number of inputs"),
      FIELD(model.initialization, OneOf{kInitializationNames},
            "initial weights: glorot (uniform), or data (scaled by the activations of a sample of training rows)"),
      FIELD(model.scaling, OneOf{kScalingNames},
            "scaling of numeric features: standard (mean 0, standard deviation 1), or robust (median and interquartile "
            "range, then smoothly clipped to -3 to 3)"),
      FIELD(model.missing_indicators, Boolean{},
            "add a missing-value indicator for each numeric feature that has missing values"),
      FIELD(model.periodic_embeddings, Boolean{},
            "periodic embeddings of numeric features: learned linear functions of cosines of each number"),
      FIELD(model.periodic_frequencies, Integer{.least = 1, .most = 64},
            "periodic embeddings: frequencies per feature"),
      FIELD(model.periodic_outputs, Integer{.least = 2, .most = 64},
            "periodic embeddings: size per feature, the number itself included"),
      FIELD(model.periodic_sigma, Float{.above = 0},
            "periodic embeddings: standard deviation of the initial frequencies"),
      FIELD(model.one_hot_categories, Integer{.least = 0, .most = 65536},
            "categorical features with at most this many categories are one-hot encoded (the 256 most frequent); those "
            "with more get a learned embedding"),
      FIELD(
          model.date_parts, Boolean{},
          "add season, weekday and hour of dates and times of day as inputs, where they differ: the sine and cosine of "
          "each"),
      FIELD(model.value_tables, Boolean{},
            "add an embedding of each distinct value to numeric features whose exact values are more predictive than "
            "their magnitude"),
      FIELD(model.embedding_width, Integer{.least = 1, .most = 1024}, "embedding dimension"),
      FIELD(model.text_width, Integer{.least = 1, .most = 1024},
            "embedding dimension of the n-grams of texts and of the elements of sets"),
      FIELD(model.input_scale, Boolean{}, "a learned scale for each input"),
      FIELD(model.clamp, Boolean{},
            "regression: clip predictions to the range of the training targets, rounded outward"),
      // The bytes of a model without one stay what they were.
      local_if([](const Config& c) { return c.model.version == 0; },
               FIELD(model.version, Integer{.least = 0, .most = kMany},
                     "the model's version, to be raised with each model that replaces another: --min-version N refuses "
                     "older ones; 0: none")),

      local_if([](const Config& c) { return c.train.objective.loss == LossKind::kAuto; },
               field(
                   "train.loss", [](auto& c) -> auto& { return c.train.objective.loss; }, OneOf{kLossNames},
                   "the loss: auto is cross-entropy of classes and squared error of numbers; of numbers also mae, "
                   "huber, quantile (an output per quantile), and, with a log link, poisson, gamma and tweedie")),
      local_if([](const Config& c) { return !c.train.objective.has_quantiles(); },
               field(
                   "train.quantiles", [](auto& c) -> auto& { return c.train.objective.quantiles; }, Quantiles{},
                   "quantile: the quantiles to predict; the one nearest to 0.5 is the prediction")),
      local_if(
          [](const Config& c) { return c.train.objective.loss != LossKind::kHuber; },
          field(
              "train.huber_delta", [](auto& c) -> auto& { return c.train.objective.huber_delta; }, Float{.above = 0},
              "huber: beyond this error the loss is linear; in units of the target's interquartile range / 1.349, "
              "which is a normal distribution's standard deviation")),
      local_if(
          [](const Config& c) { return c.train.objective.loss != LossKind::kTweedie; },
          field(
              "train.tweedie_power", [](auto& c) -> auto& { return c.train.objective.tweedie_power; },
              Float{.above = 1, .below = 2}, "tweedie: the power of the mean that the variance is proportional to")),
      FIELD(
          train.epochs, EpochCount{.most = kMany},
          "number of passes over the training rows; auto: training goes on while the validation loss falls, until the "
          "second half of the epochs lowered it by less than 0.5 %"),
      FIELD(train.batch_size, Integer{.least = 1, .most = kMany}, "rows per gradient step"),
      FIELD(train.drop_last, Boolean{}, "drop the last incomplete batch of each epoch"),
      FIELD(train.optimizer, OneOf{kOptimizerNames}, "optimizer"),
      FIELD(train.learning_rate, Float{.above = 0}, "learning rate; null: the best of train.trials"),
      FIELD(train.bias_rate, Float{.above = 0}, "learning rate factor of biases"),
      FIELD(train.scale_rate, Float{.above = 0}, "learning rate factor of the learned input scales"),
      FIELD(train.periodic_rate, Float{.above = 0}, "learning rate factor of the periodic embeddings"),
      FIELD(train.alpha_rate, Float{.above = 0}, "learning rate factor of the parametric activations"),
      FIELD(train.schedule, OneOf{kScheduleNames},
            "learning rate schedule: cosine and one_cycle end near 0; exponential decays every epoch; plateau decays "
            "when the validation loss stops improving; coslog4 has four cycles"),
      FIELD(train.warmup_epochs, Float{.from = 0}, "epochs of linear learning rate warmup; may be fractional"),
      FIELD(
          train.trials, Integer{.least = 1, .most = 5},
          "settings that are tried of those left open (model.periodic_sigma, model.dropout, train.learning_rate), with "
          "two networks each on two folds; the ones with the lowest validation loss are taken; needs train.epochs: "
          "auto and train.folds"),
      FIELD(
          train.weight_averaging, Float{.from = 0, .to = 1},
          "the share of the steps so far over which weights are averaged (exponentially); the average is validated and "
          "kept; 0: the weights are kept as they are"),
      FIELD(train.decay_factor, Float{.above = 0, .to = 1},
            "exponential, plateau: factor by which the learning rate decays"),
      FIELD(train.plateau_patience, Integer{.least = 0, .most = kMany},
            "plateau: evaluations without improvement before the learning rate decays"),
      FIELD(train.momentum, Float{.from = 0, .below = 1}, "sgd: momentum"),
      FIELD(train.beta2, Float{.above = 0, .below = 1}, "adam, adamw: decay rate of the second moment estimate"),
      FIELD(train.weight_decay, Float{.from = 0}, "weight decay (L2); decoupled for adamw"),
      FIELD(
          train.regularization_schedule, OneOf{kRegularizationScheduleNames},
          "schedule of dropout and weight decay; flat_cos: both go to 0 along a cosine in the second half of training"),
      FIELD(train.clip_norm, Float{.from = 0}, "clip the gradient's norm to this value; 0: no clipping"),
      FIELD(train.label_smoothing, Float{.from = 0, .below = 1}, "classification: label smoothing"),
      FIELD(train.class_weights, ClassWeightsKind{},
            "classification: class weights in the loss; balanced: inversely proportional to class frequencies"),
      FIELD(train.folds, Integer{.least = 0, .most = 256},
            "cross-validation folds: each network is trained without one fold and validated on it; 0: data.validation "
            "decides"),
      FIELD(train.evaluate_every, EvaluateEveryKind{},
            "how often to evaluate on the validation rows; the best weights, by train.metric, are kept; with "
            "train.epochs: auto, less often as the run grows longer"),
      FIELD(train.early_stopping, Integer{.least = 0, .most = kMany},
            "early stopping: evaluations without improvement, by train.metric, before training stops; 0: never"),
      FIELD(train.calibration, OneOf{kCalibrationNames},
            "calibration of probabilities: temperature scaling, fitted on the validation rows"),
      FIELD(train.threshold, ThresholdKind{},
            "binary: decision threshold on the positive class's probability; or the score or cost that it is to "
            "optimize on the validation rows, or the recall or precision that it is to reach there; mdl threshold "
            "changes it in a trained model"),
      // A model or a run without it stays what it was.
      local_if(
          [](const Config& c) { return !c.train.metric; },
          FIELD(train.metric, OneOf{kMetricNames},
                "the score that chooses the best epoch, stops early and is shown first: in epoch lines, reports, "
                "slices and mdl explain; null: the validation loss chooses, and what is shown is r2, or accuracy, but "
                "where over 80 % of the rows are of one class: average_precision if that is the negative class of "
                "two, roc_auc if it is the positive one, balanced_accuracy of more classes")),
      FIELD(train.max_minutes, Float{.from = 0},
            "time limit of training in minutes; the best weights so far are kept; 0: no limit"),
      FIELD(
          train.local_steps, Integer{.least = 1},
          "where several ranks share batches: so many steps each takes by itself, on its share of every batch, before "
          "weights and optimizer states are averaged (local SGD); 1: gradients are added up at every step, to the "
          "result of one process"),
      local(FIELD(
          train.from, TextOrNone{"a path"},
          "a model to go on from: its weights are the first ones; its encoder, and its target's classes or scale, "
          "are kept")),
      FIELD(train.seed, Integer{.least = 0}, "random seed: the same seed gives the same model"),

      local(FIELD(
          track.tensorboard, Boolean{},
          "write losses, scores and the learning rate of each evaluation into an event file in the output folder, "
          "as TensorBoard shows them")),
      local(
          FIELD(track.mlflow, ServerUri{},
                "an MLflow server, http://... or https://..., to which config, evaluations, final scores and files of "
                "the run are logged; a token is taken from MLFLOW_TRACKING_TOKEN, a CA of its own from "
                "MLFLOW_TRACKING_SERVER_CERT_PATH; null: none")),
      local(FIELD(track.experiment, TextOrNone{"a name"},
                  "the MLflow experiment, made where there is none; null: Default")),

      local(FIELD(protect.recipients, ListOf<Recipient>{.one_alone = true},
                  "age public keys (age1...) to whom every file of the run is encrypted; empty: files are in clear")),

      local(FIELD(device, Device{}, "device; auto: a GPU if there is one and a step is enough work for it")),
      local(FIELD(threads, Integer{.least = 0, .most = 1024}, "number of threads; 0: chosen by the amount of work")),
      local(FIELD(output, TextOrNone{"a path"}, "output folder; null: runs/ and the name of the training file")),
  };
}

#undef FIELD
#undef FORMAT_FIELD

}  // namespace

std::string Field::section() const {
  const size_t dot = key.rfind('.');
  return dot == std::string::npos ? "" : key.substr(0, dot);
}

std::string Field::name() const { return key.substr(key.rfind('.') + 1); }

std::string Field::indent() const { return std::string(2 * static_cast<size_t>(std::ranges::count(key, '.')), ' '); }

std::string enter_section(const std::string& section, std::string& current) {
  std::string out, path;
  if (section != current && !section.empty()) {
    for (const std::string& name : split(section, '.')) {
      const size_t depth = path.empty() ? 0 : 1 + static_cast<size_t>(std::ranges::count(path, '.'));
      path += (path.empty() ? "" : ".") + name;
      if (current != path && !current.starts_with(path + ".")) out += std::string(2 * depth, ' ') + name + ":\n";
    }
  }
  current = section;
  return out;
}

const std::vector<Field>& fields() {
  static const std::vector<Field> table = make_fields();
  return table;
}

}  // namespace mdl
