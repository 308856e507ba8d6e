// What a run is told: plain structs whose defaults are the member initializers. Everything else about an option (key,
// range, documentation) is its row in fields.cpp.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mdl {

enum class TextForm { kCsv, kTsv, kJsonLines };
enum class Task { kBinary, kMulticlass, kRegression };
enum class ColumnKind { kNumeric, kCategorical, kText, kSet };
enum class Preset { kDefault, kPlain };
enum class Activation { kRelu, kGelu, kSilu, kTanh, kSelu, kMish };
enum class Normalization { kNone, kLayer };
enum class Scaling { kStandard, kRobust };
enum class Parametrization { kStandard, kNtk };
enum class Initialization { kGlorot, kData };
enum class Optimizer { kSgd, kAdam, kAdamW };
enum class Schedule { kConstant, kCosine, kOneCycle, kExponential, kPlateau, kCoslog4 };
enum class RegularizationSchedule { kConstant, kFlatCos };
enum class Calibration { kNone, kTemperature };
enum class LossKind { kAuto, kMae, kHuber, kQuantile, kPoisson, kGamma, kTweedie };
enum class TargetTransform { kNone, kLog };
enum class Streaming { kAuto, kOn, kOff };
/// A score.
enum class Metric {
  kAccuracy,
  kBalancedAccuracy,
  kPrecision,
  kRecall,
  kF1,
  kPrecisionMacro,
  kRecallMacro,
  kF1Macro,
  kPrecisionWeighted,
  kRecallWeighted,
  kF1Weighted,
  kRocAuc,
  kAveragePrecision,
  kLogLoss,
  kBrier,
  kEce,
  kMcc,
  kRmse,
  kMae,
  kR2,
  kMape,
  kMedianAbsoluteError,
  kPinball,
  kPoissonDeviance,
  kGammaDeviance,
  kTweedieDeviance
};

/// The values of an enum with their names in config files, model files and messages.
template <class Enum>
using Named = std::pair<Enum, const char*>;

inline constexpr Named<TextForm> kTextFormNames[] = {
    {TextForm::kCsv, "csv"}, {TextForm::kTsv, "tsv"}, {TextForm::kJsonLines, "jsonl"}};
inline constexpr Named<Task> kTaskNames[] = {
    {Task::kBinary, "binary"}, {Task::kMulticlass, "multiclass"}, {Task::kRegression, "regression"}};
inline constexpr Named<ColumnKind> kColumnKindNames[] = {
    {ColumnKind::kNumeric, "numeric"}, {ColumnKind::kCategorical, "categorical"}, {ColumnKind::kText, "text"}};
inline constexpr Named<Preset> kPresetNames[] = {{Preset::kDefault, "default"}, {Preset::kPlain, "plain"}};
inline constexpr Named<Activation> kActivationNames[] = {{Activation::kRelu, "relu"}, {Activation::kGelu, "gelu"},
                                                         {Activation::kSilu, "silu"}, {Activation::kTanh, "tanh"},
                                                         {Activation::kSelu, "selu"}, {Activation::kMish, "mish"}};
inline constexpr Named<Normalization> kNormalizationNames[] = {{Normalization::kNone, "none"},
                                                               {Normalization::kLayer, "layer"}};
inline constexpr Named<Scaling> kScalingNames[] = {{Scaling::kStandard, "standard"}, {Scaling::kRobust, "robust"}};
inline constexpr Named<Parametrization> kParametrizationNames[] = {{Parametrization::kStandard, "standard"},
                                                                   {Parametrization::kNtk, "ntk"}};
inline constexpr Named<Initialization> kInitializationNames[] = {{Initialization::kGlorot, "glorot"},
                                                                 {Initialization::kData, "data"}};
inline constexpr Named<RegularizationSchedule> kRegularizationScheduleNames[] = {
    {RegularizationSchedule::kConstant, "constant"}, {RegularizationSchedule::kFlatCos, "flat_cos"}};
inline constexpr Named<Calibration> kCalibrationNames[] = {{Calibration::kNone, "none"},
                                                           {Calibration::kTemperature, "temperature"}};
inline constexpr Named<LossKind> kLossNames[] = {{LossKind::kAuto, "auto"},       {LossKind::kMae, "mae"},
                                                 {LossKind::kHuber, "huber"},     {LossKind::kQuantile, "quantile"},
                                                 {LossKind::kPoisson, "poisson"}, {LossKind::kGamma, "gamma"},
                                                 {LossKind::kTweedie, "tweedie"}};
inline constexpr Named<TargetTransform> kTargetTransformNames[] = {{TargetTransform::kNone, "none"},
                                                                   {TargetTransform::kLog, "log"}};
inline constexpr Named<Streaming> kStreamingNames[] = {
    {Streaming::kAuto, "auto"}, {Streaming::kOn, "true"}, {Streaming::kOff, "false"}};
inline constexpr Named<Optimizer> kOptimizerNames[] = {
    {Optimizer::kSgd, "sgd"}, {Optimizer::kAdam, "adam"}, {Optimizer::kAdamW, "adamw"}};
inline constexpr Named<Schedule> kScheduleNames[] = {
    {Schedule::kConstant, "constant"},       {Schedule::kCosine, "cosine"},   {Schedule::kOneCycle, "one_cycle"},
    {Schedule::kExponential, "exponential"}, {Schedule::kPlateau, "plateau"}, {Schedule::kCoslog4, "coslog4"}};
inline constexpr Named<Metric> kMetricNames[] = {  // in the order of the enum
    {Metric::kAccuracy, "accuracy"},
    {Metric::kBalancedAccuracy, "balanced_accuracy"},
    {Metric::kPrecision, "precision"},
    {Metric::kRecall, "recall"},
    {Metric::kF1, "f1"},
    {Metric::kPrecisionMacro, "precision_macro"},
    {Metric::kRecallMacro, "recall_macro"},
    {Metric::kF1Macro, "f1_macro"},
    {Metric::kPrecisionWeighted, "precision_weighted"},
    {Metric::kRecallWeighted, "recall_weighted"},
    {Metric::kF1Weighted, "f1_weighted"},
    {Metric::kRocAuc, "roc_auc"},
    {Metric::kAveragePrecision, "average_precision"},
    {Metric::kLogLoss, "log_loss"},
    {Metric::kBrier, "brier"},
    {Metric::kEce, "ece"},
    {Metric::kMcc, "mcc"},
    {Metric::kRmse, "rmse"},
    {Metric::kMae, "mae"},
    {Metric::kR2, "r2"},
    {Metric::kMape, "mape"},
    {Metric::kMedianAbsoluteError, "median_absolute_error"},
    {Metric::kPinball, "pinball"},
    {Metric::kPoissonDeviance, "poisson_deviance"},
    {Metric::kGammaDeviance, "gamma_deviance"},
    {Metric::kTweedieDeviance, "tweedie_deviance"}};

const char* name_of(TextForm);
const char* name_of(Task);
const char* name_of(ColumnKind);
const char* name_of(Preset);
const char* name_of(Activation);
const char* name_of(Normalization);
const char* name_of(Scaling);
const char* name_of(Parametrization);
const char* name_of(Initialization);
const char* name_of(RegularizationSchedule);
const char* name_of(Calibration);
const char* name_of(LossKind);
const char* name_of(TargetTransform);
const char* name_of(Streaming);
const char* name_of(Metric);
const char* name_of(Optimizer);
const char* name_of(Schedule);

/// How the cells of a column of numbers are spelled.
struct NumberForm {
  enum class Kind { kPlain, kSpelled, kDate, kTime };
  Kind kind = Kind::kPlain;  // 12.5; with the marks below; a date, in days since 1970-01-01; a time of day like 9:30,
                             // in hours
  char decimal = '.';        // kSpelled
  std::string thousands;     // kSpelled: the mark between groups of digits, of kThousandsMarks; empty: none
  std::string unit;          // kSpelled: stands before or behind every number; empty: none
  std::string order;         // kDate: of day, month and year, of kDateOrders; empty: ISO 8601
  std::vector<std::string> missing;  // words that stand for a missing number in any case: "N/A"

  /// Whether it is neither plain numbers nor ISO dates, or has words for missing ones.
  bool special() const { return kind == Kind::kSpelled || kind == Kind::kTime || !order.empty() || !missing.empty(); }
  /// Whether its numbers are no dates, times or numbers of a unit.
  bool is_number() const { return kind <= Kind::kSpelled && unit.empty(); }
  bool operator==(const NumberForm&) const = default;
};

/// A blank stands for narrow ones and for those that do not break, too.
inline constexpr const char* kThousandsMarks[] = {",", ".", " ", "'", "\u2019", "_"};
inline constexpr const char* kDateOrders[] = {"dmy", "mdy", "ymd"};

/// Whether a column can be read by the form: marks that are known and tell numbers from units.
bool is_usable(const NumberForm&);

/// A column's type where it is told, not inferred.
struct ColumnType {
  ColumnKind kind;
  NumberForm form;       // kNumeric
  char separator = ';';  // kSet: between elements
  ColumnType(ColumnKind kind = ColumnKind::kNumeric, NumberForm form = {}) : kind(kind), form(std::move(form)) {}
  bool operator==(const ColumnType&) const = default;
};

/// How tables of text are written. What is not set is found in the file: most of it by the header, how numbers and
/// dates are spelled by whole columns, in training.
struct TextFormat {
  std::optional<TextForm> type;
  std::optional<char> delimiter;         // CSV
  std::optional<char> quote;             // likewise, '"' where it is not set; '\0': none
  std::optional<char> comment;           // likewise: lines that begin with it are passed over
  std::optional<std::string> encoding;   // by iconv's names
  std::optional<char> decimal;           // of all columns of numbers: '.' or ','
  std::optional<std::string> thousands;  // likewise, of kThousandsMarks
  std::optional<std::string> dates;      // of all columns of dates, of kDateOrders
  bool operator==(const TextFormat&) const = default;
};

/// Which rows stand aside for validation: a share of the training rows, or all rows of another file.
struct Validation {
  double fraction = 0.2;
  std::string path;  // empty: `fraction` decides
  bool operator==(const Validation&) const = default;
};

/// A stretch of time: of dates in hours, days or weeks, of numbers in whatever they count.
struct TimeGap {
  double length = 0;
  char unit = '\0';  // 'h', 'd' or 'w'; '\0': a number's own
  bool operator==(const TimeGap&) const = default;
};

/// How the validation rows are drawn; nothing set: at random, stratified by class.
struct SplitBy {
  std::string group;  // column whose rows with the same value never train and validate the same network
  std::string time;   // column whose latest rows validate
  int64_t folds = 0;  // time: the latest rows are so many blocks, each validated by networks that were trained on the
                      // rows before it; 0: they are one block
  TimeGap gap;        // time: rows so shortly before a block do not train its networks
  bool operator==(const SplitBy&) const = default;
};

/// What an error in a row of a class costs in training: nothing set: one each.
struct ClassWeights {
  bool balanced = false;  // as scikit-learn: rows / (classes * rows of the class)
  std::map<std::string, double> by_class;
  bool operator==(const ClassWeights&) const = default;
};

/// How often the validation rows are scored: every `steps` steps, or where that is 0, every `epochs` epochs.
struct EvaluateEvery {
  int64_t epochs = 1;
  int64_t steps = 0;
  bool operator==(const EvaluateEvery&) const = default;
};

/// From which probability of the positive class on a row counts as positive: a number, or the one that is best on the
/// validation rows by a score or by what errors cost, or that reaches a recall or a precision there.
struct Threshold {
  enum class Rule { kFixed, kF1, kBalancedAccuracy, kCost, kRecall, kPrecision };
  Rule rule = Rule::kFixed;
  double value = 0.5;                             // kFixed: it; kRecall, kPrecision: what that score is to be at least
  double false_positive = 1, false_negative = 1;  // kCost: of each
  bool operator==(const Threshold&) const = default;
};

/// What training minimises.
struct Objective {
  LossKind loss = LossKind::kAuto;                  // kAuto: cross-entropy of classes, squared error of numbers
  std::vector<double> quantiles = {0.1, 0.5, 0.9};  // kQuantile: ascending; one of them is the nearest to 0.5
  double huber_delta = 1;      // kHuber: errors beyond it count linearly, in units of Target::scale
  double tweedie_power = 1.5;  // kTweedie: the variance grows with this power of the mean

  bool has_quantiles() const { return loss == LossKind::kQuantile; }

  /// Whether the network's output is the logarithm of the mean, as a generalized linear model's with a log link.
  bool has_log_link() const { return loss >= LossKind::kPoisson; }

  /// With a log link, the power of the mean that the variance grows with.
  double power() const { return loss == LossKind::kPoisson ? 1 : loss == LossKind::kGamma ? 2 : tweedie_power; }

  /// Of the quantiles the one that is nearest to 0.5, which is the prediction.
  size_t middle() const {
    size_t nearest = 0;
    for (size_t k = 1; k < quantiles.size(); ++k) {
      if (std::abs(quantiles[k] - 0.5) < std::abs(quantiles[nearest] - 0.5)) nearest = k;
    }
    return nearest;
  }

  bool operator==(const Objective&) const = default;
};

struct ProtectConfig {
  std::vector<std::string> recipients;  // age keys that all files of a run are encrypted to; none: they are in clear
  bool operator==(const ProtectConfig&) const = default;
};

/// Where others see a run while it goes on.
struct TrackConfig {
  bool tensorboard = false;  // an event file in the run's folder
  std::string mlflow;        // a server's URI; empty: none
  std::string experiment;    // of MLflow; empty: its default one
  bool operator==(const TrackConfig&) const = default;
};

struct DataConfig {
  std::vector<std::string> train;  // one path, "-", or several files and globs with the same header
  std::string target;
  std::optional<Task> task;                                   // none: inferred from the target
  std::string positive;                                       // binary: the positive class; empty: the second one
  TargetTransform target_transform = TargetTransform::kNone;  // what is learned of it
  std::string weight;                                         // column of row weights; empty: none
  std::string exposure;                  // column of what the target's mean is proportional to; empty: none
  std::optional<Validation> validation;  // none: train.folds decides
  SplitBy split;
  std::string test;  // empty: none
  std::vector<std::string> ignore;
  std::map<std::string, ColumnType> types;
  std::vector<std::string> missing = {"", "NA", "NaN", "nan", "null"};
  int64_t min_category_rows = 5;           // what fewer training rows share is not kept
  Streaming streaming = Streaming::kAuto;  // from a cache on disk, in place of memory; kAuto: by the files' size
  int64_t memory = 0;                      // bytes that streaming may take; 0: half of what there is
  TextFormat format;
  bool operator==(const DataConfig&) const = default;
};

/// A value without a default here is decided by the preset, some by the preset and the data (resolve()).
struct ModelConfig {
  Preset preset = Preset::kDefault;
  std::optional<int64_t> members;
  std::optional<std::vector<int64_t>> hidden;
  std::optional<Activation> activation;
  std::optional<bool> parametric_activation;
  std::optional<double> dropout;
  Normalization normalization = Normalization::kNone;
  std::optional<Parametrization> parametrization;
  std::optional<Initialization> initialization;
  std::optional<Scaling> scaling;  // of numbers
  std::optional<bool> missing_indicators;
  std::optional<bool> periodic_embeddings;  // of numbers
  int64_t periodic_frequencies = 16;
  int64_t periodic_outputs = 4;
  std::optional<double> periodic_sigma;       // empty, as dropout: the trials decide
  std::optional<int64_t> one_hot_categories;  // columns of more categories get an embedding
  bool date_parts = true;                     // season, weekday and hour of dates and times of day
  std::optional<bool> value_tables;           // numbers whose exact values tell of the target get a table
  int64_t embedding_width = 8;
  int64_t text_width = 16;  // of the embeddings of texts and sets
  std::optional<bool> input_scale;
  std::optional<bool> clamp;  // regression: predictions stay within the training rows' targets
  int64_t version = 0;        // that the user counts, by which an old model is known (--min-version); 0: none given
  bool operator==(const ModelConfig&) const = default;
};

inline constexpr int64_t kAutoEpochs = 0;

struct TrainConfig {
  std::string from;  // a model to go on from; empty: none
  Objective objective;
  std::optional<int64_t> folds;   // 0: none
  std::optional<int64_t> epochs;  // kAutoEpochs: the run decides (train/length.h)
  std::optional<int64_t> batch_size;
  std::optional<bool> drop_last;
  std::optional<Optimizer> optimizer;
  std::optional<double> learning_rate;
  std::optional<double> bias_rate, scale_rate, periodic_rate, alpha_rate;  // factors of the learning rate
  std::optional<Schedule> schedule;
  std::optional<double> warmup_epochs;
  std::optional<int64_t> trials;           // of settings that the config leaves open (train/search.h)
  std::optional<double> weight_averaging;  // of the steps so far, the share that the weights are averaged over; 0: none
  double decay_factor = 0.5;               // exponential, plateau
  int64_t plateau_patience = 10;
  double momentum = 0.9;
  std::optional<double> beta2;
  std::optional<double> weight_decay;
  std::optional<RegularizationSchedule> regularization_schedule;
  double clip_norm = 0;  // 0: gradients are not clipped
  double label_smoothing = 0;
  ClassWeights class_weights;
  EvaluateEvery evaluate_every;
  std::optional<int64_t> early_stopping;  // evaluations without a better one; 0: never stop early
  std::optional<Calibration> calibration;
  Threshold threshold;
  std::optional<Metric> metric;  // the score that chooses the epoch and is shown first; empty: the validation loss
                                 // chooses, and main_metric() is shown (metrics/metric.h)
  double max_minutes = 0;        // 0: no limit
  int64_t local_steps = 1;       // of ranks that share batches, before their weights are averaged
  int64_t seed = 0;
  bool operator==(const TrainConfig&) const = default;
};

struct Config {
  DataConfig data;
  ModelConfig model;
  TrainConfig train;
  TrackConfig track;
  ProtectConfig protect;
  std::string device = "auto";
  int64_t threads = 0;  // 0: chosen by the work
  std::string output;   // empty: runs/<name of the training file>
  bool operator==(const Config&) const = default;
};

/// What the data tell, for the values that depend on them.
struct DataSummary {
  Task task = Task::kBinary;
  int64_t rows = 0;     // to train on
  int64_t columns = 1;  // to learn from
};

/// Of the default recipe.
double default_learning_rate(Task task);

/// Fills `output` and every value that the preset decides, those that depend on the data where `facts` are there; what
/// is set stays.
void resolve(Config& config, const std::optional<DataSummary>& facts = {});

}  // namespace mdl
