#include "config/config.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <type_traits>

#include "base/text.h"

namespace mdl {
namespace {

template <class Enum, size_t count>
const char* find_name(const Named<Enum> (&names)[count], Enum value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return "?";
}

/// "data/credit.csv.gz" as "credit"; what a glob leaves open is left out.
std::string stem_of(std::string_view path) {
  if (path == "-") return "stdin";
  constexpr std::array<std::string_view, 6> kEndings = {".csv", ".tsv", ".txt", ".gz", ".zst", ".age"};
  path.remove_prefix(path.find_last_of('/') + 1);
  const auto ending = [&] {
    return std::find_if(kEndings.begin(), kEndings.end(), [&](std::string_view end) { return path.ends_with(end); });
  };
  for (auto end = ending(); end != kEndings.end(); end = ending()) path.remove_suffix(end->size());
  std::string stem;
  for (const char c : path) {
    if (std::string_view("*?[]{}").find(c) == std::string_view::npos) stem += c;
  }
  stem.resize(stem.find_last_not_of("-_. ") + 1);
  return stem.empty() ? "table" : stem;
}

template <class T>
void fill(std::optional<T>& value, const std::type_identity_t<T>& otherwise) {
  if (!value) value = otherwise;
}

void fill_plain(const DataConfig& data, ModelConfig& model, TrainConfig& train) {
  fill(model.members, std::max<int64_t>(1, data.split.folds));
  fill(model.hidden, {64, 64});
  fill(model.activation, Activation::kRelu);
  fill(model.parametric_activation, false);
  fill(model.dropout, 0);
  fill(model.periodic_sigma, 0.1);
  fill(model.parametrization, Parametrization::kStandard);
  fill(model.initialization, Initialization::kGlorot);
  fill(model.scaling, Scaling::kStandard);
  fill(model.missing_indicators, false);
  fill(model.periodic_embeddings, false);
  fill(model.one_hot_categories, 65536);
  fill(model.value_tables, false);
  fill(model.input_scale, false);
  fill(model.clamp, false);
  fill(train.folds, 0);
  fill(train.epochs, 10);
  fill(train.batch_size, 32);
  fill(train.drop_last, false);
  fill(train.optimizer, Optimizer::kAdam);
  fill(train.learning_rate, 0.001);
  fill(train.bias_rate, 1);
  fill(train.scale_rate, 1);
  fill(train.periodic_rate, 1);
  fill(train.alpha_rate, 1);
  fill(train.trials, 1);
  fill(train.schedule, Schedule::kConstant);
  fill(train.warmup_epochs, 0);
  fill(train.weight_averaging, 0);
  fill(train.beta2, 0.999);
  fill(train.weight_decay, 0);
  fill(train.regularization_schedule, RegularizationSchedule::kConstant);
  fill(train.early_stopping, 0);
  fill(train.calibration, Calibration::kNone);
}

int64_t batch_size_for(int64_t rows) {
  return rows <= 1024 ? 64 : rows <= 100'000 ? 256 : rows <= 400'000 ? 512 : 1024;
}

/// A number of epochs is spent along RealMLP's cycles; without one the run decides, by weights that are averaged.
void fill_length(TrainConfig& train) {
  const bool needs_number = train.schedule == Schedule::kCosine || train.schedule == Schedule::kOneCycle ||
                            train.schedule == Schedule::kCoslog4 ||
                            train.regularization_schedule == RegularizationSchedule::kFlatCos;
  fill(train.epochs, needs_number ? 48 : kAutoEpochs);
  const bool decides = *train.epochs == kAutoEpochs;
  fill(train.schedule, decides ? Schedule::kConstant : Schedule::kCoslog4);
  fill(train.regularization_schedule, decides ? RegularizationSchedule::kConstant : RegularizationSchedule::kFlatCos);
  fill(train.weight_averaging, decides ? 0.1 : 0);
  if (!decides) fill(train.warmup_epochs, 0);
}

/// RealMLP-TD (Holzmüller, Grinsztajn and Steinwart, "Better by default", NeurIPS 2024), its numbers from pytabkit;
/// several members in place of one, at half the learning rate but for several classes, no label smoothing, and a
/// temperature.
void fill_default(const DataConfig& data, ModelConfig& model, TrainConfig& train,
                  const std::optional<DataSummary>& facts) {
  constexpr int64_t kFolds = 5;
  if (!train.folds) {
    const bool fits = !model.members || *model.members % kFolds == 0;
    const bool in_memory = data.streaming != Streaming::kOn;
    train.folds = fits && in_memory && !data.validation && data.split.time.empty() ? kFolds : 0;
  }
  fill(model.members, *train.folds > 0 ? 2 * *train.folds : 4 * std::max<int64_t>(1, data.split.folds));
  fill(model.hidden, {256, 256, 256});
  fill(model.parametric_activation, true);
  fill(model.parametrization, Parametrization::kNtk);
  fill(model.initialization, Initialization::kData);
  fill(model.scaling, Scaling::kRobust);
  fill(model.missing_indicators, true);
  fill(model.periodic_embeddings, true);
  fill(model.one_hot_categories, 8);
  fill(model.value_tables, true);
  fill(model.input_scale, true);
  fill(model.clamp, true);
  fill(train.drop_last, true);
  fill(train.optimizer, Optimizer::kAdamW);
  fill(train.bias_rate, 0.1);
  fill(train.scale_rate, 6);
  fill(train.periodic_rate, 0.1);
  fill(train.alpha_rate, 0.1);
  fill_length(train);
  const bool tries = *train.epochs == kAutoEpochs && *train.folds > 0 && train.from.empty();
  fill(train.trials, tries ? 5 : 1);
  if (*train.trials == 1) {
    fill(model.dropout, 0.15);
    fill(model.periodic_sigma, *train.epochs == kAutoEpochs ? 0.3 : 0.1);
  }
  fill(train.beta2, 0.95);
  fill(train.weight_decay, 0.02);
  fill(train.early_stopping, 0);
  fill(train.calibration, Calibration::kTemperature);
  if (!facts) return;
  const bool regression = facts->task == Task::kRegression;
  fill(model.activation, regression ? Activation::kMish : Activation::kSelu);
  if (*train.trials == 1) fill(train.learning_rate, default_learning_rate(facts->task));
  fill(train.batch_size, batch_size_for(facts->rows));
  // The first 200 steps or so, in epochs.
  fill(train.warmup_epochs, std::round(20000.0 * static_cast<double>(*train.batch_size) /
                                       static_cast<double>(std::max<int64_t>(1, facts->rows))) /
                                100);
}

}  // namespace

bool is_usable(const NumberForm& form) {
  constexpr size_t kLongestWord = 60;
  if (!std::ranges::all_of(form.missing, [](const std::string& word) {
        return !word.empty() && word.size() <= kLongestWord && trim(word) == word && is_utf8(word);
      }))
    return false;
  const NumberForm plain{.kind = form.kind, .missing = form.missing};
  if (form.kind == NumberForm::Kind::kDate) {
    const bool known = form.order.empty() || std::ranges::find(kDateOrders, form.order) != std::end(kDateOrders);
    return known && form == NumberForm{.kind = form.kind, .order = form.order, .missing = form.missing};
  }
  if (form.kind != NumberForm::Kind::kSpelled) return form == plain;
  const bool marks = (form.decimal == '.' || form.decimal == ',') && form.thousands != std::string(1, form.decimal) &&
                     (form.thousands.empty() ||
                      std::ranges::find(kThousandsMarks, form.thousands) != std::end(kThousandsMarks));
  constexpr size_t kLongestUnit = 20;
  const auto outside = [](unsigned char c) { return c < ' ' || c == 0x7F || (c >= '0' && c <= '9'); };
  const bool unit = form.unit.size() <= kLongestUnit && trim(form.unit) == form.unit && is_utf8(form.unit) &&
                    std::ranges::none_of(form.unit, outside) &&
                    form.unit.find_first_not_of("+-.,'_ ") != std::string::npos;
  return marks && (unit || form.unit.empty()) && form.order.empty();
}

const char* name_of(TextForm value) { return find_name(kTextFormNames, value); }
const char* name_of(Task value) { return find_name(kTaskNames, value); }
const char* name_of(ColumnKind value) { return find_name(kColumnKindNames, value); }
const char* name_of(Preset value) { return find_name(kPresetNames, value); }
const char* name_of(Activation value) { return find_name(kActivationNames, value); }
const char* name_of(Scaling value) { return find_name(kScalingNames, value); }
const char* name_of(Parametrization value) { return find_name(kParametrizationNames, value); }
const char* name_of(Initialization value) { return find_name(kInitializationNames, value); }
const char* name_of(RegularizationSchedule value) { return find_name(kRegularizationScheduleNames, value); }
const char* name_of(Calibration value) { return find_name(kCalibrationNames, value); }
const char* name_of(LossKind value) { return find_name(kLossNames, value); }
const char* name_of(TargetTransform value) { return find_name(kTargetTransformNames, value); }
const char* name_of(Streaming value) { return find_name(kStreamingNames, value); }
const char* name_of(Metric value) { return find_name(kMetricNames, value); }
const char* name_of(Normalization value) { return find_name(kNormalizationNames, value); }
const char* name_of(Schedule value) { return find_name(kScheduleNames, value); }
const char* name_of(Optimizer value) { return find_name(kOptimizerNames, value); }

double default_learning_rate(Task task) {
  switch (task) {
    case Task::kBinary: return 0.02;
    case Task::kMulticlass: return 0.04;
    case Task::kRegression: return 0.1;
  }
  return 0.02;
}

void resolve(Config& config, const std::optional<DataSummary>& facts) {
  switch (config.model.preset) {
    case Preset::kPlain: fill_plain(config.data, config.model, config.train); break;
    case Preset::kDefault: fill_default(config.data, config.model, config.train, facts); break;
  }
  if (*config.train.folds == 0 && config.data.split.folds == 0) fill(config.data.validation, Validation());
  if (config.output.empty()) config.output = "runs/" + stem_of(config.data.train.empty() ? "" : config.data.train[0]);
}

}  // namespace mdl
