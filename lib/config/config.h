// What a run is told: plain structs whose defaults are the member initializers. Everything else about an option (key,
// range, documentation) is its row in fields.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mdl {

enum class Task { kBinary, kMulticlass, kRegression };
enum class ColumnKind { kNumeric, kCategorical };
enum class Preset { kDefault, kPlain };
enum class Activation { kRelu, kGelu, kSilu, kTanh };
enum class Optimizer { kSgd, kAdam, kAdamW };

/// The values of an enum with their names in config files, model files and messages.
template <class Enum>
using Named = std::pair<Enum, const char*>;

inline constexpr Named<Task> kTaskNames[] = {
    {Task::kBinary, "binary"}, {Task::kMulticlass, "multiclass"}, {Task::kRegression, "regression"}};
inline constexpr Named<ColumnKind> kColumnKindNames[] = {
    {ColumnKind::kNumeric, "numeric"}, {ColumnKind::kCategorical, "categorical"}};
inline constexpr Named<Preset> kPresetNames[] = {{Preset::kDefault, "default"}, {Preset::kPlain, "plain"}};
inline constexpr Named<Activation> kActivationNames[] = {
    {Activation::kRelu, "relu"}, {Activation::kGelu, "gelu"}, {Activation::kSilu, "silu"}, {Activation::kTanh, "tanh"}};
inline constexpr Named<Optimizer> kOptimizerNames[] = {
    {Optimizer::kSgd, "sgd"}, {Optimizer::kAdam, "adam"}, {Optimizer::kAdamW, "adamw"}};

const char* name_of(Task);
const char* name_of(ColumnKind);
const char* name_of(Preset);
const char* name_of(Activation);
const char* name_of(Optimizer);

/// Which rows stand aside for validation: a share of the training rows, or all rows of another file.
struct Validation {
  double share = 0.2;
  std::string path;  // empty: `share` decides
  bool operator==(const Validation&) const = default;
};

/// How the validation rows are drawn: at most one of the two is set; none: at random, stratified by class.
struct SplitBy {
  std::string group;  // column whose rows with the same value stay on one side
  std::string time;   // column whose latest rows are put aside
  bool operator==(const SplitBy&) const = default;
};

struct DataConfig {
  std::vector<std::string> train;  // one path, "-", or several files and globs with the same header
  std::string target;
  std::optional<Task> task;        // none: inferred from the target
  std::string positive;            // binary: the positive class; empty: the second one
  Validation validation;
  SplitBy split;
  std::string test;                // empty: none
  std::vector<std::string> ignore;
  std::map<std::string, ColumnKind> types;
  std::vector<std::string> missing = {"", "NA", "NaN", "nan", "null"};
  bool operator==(const DataConfig&) const = default;
};

/// A value without a default here is decided by the preset (resolve()).
struct ModelConfig {
  Preset preset = Preset::kDefault;
  std::optional<std::vector<int64_t>> hidden;
  std::optional<Activation> activation;
  std::optional<double> dropout;
  bool operator==(const ModelConfig&) const = default;
};

struct TrainConfig {
  std::optional<int64_t> epochs;
  std::optional<int64_t> batch_size;
  std::optional<Optimizer> optimizer;
  std::optional<double> learning_rate;
  double momentum = 0.9;
  std::optional<double> weight_decay;
  std::optional<int64_t> early_stopping;  // epochs without a better validation loss; 0: never stop early
  int64_t seed = 0;
  bool operator==(const TrainConfig&) const = default;
};

struct Config {
  DataConfig data;
  ModelConfig model;
  TrainConfig train;
  std::string device = "auto";
  int64_t threads = 0;  // 0: chosen by the work
  std::string output;   // empty: runs/<name of the training file>
  bool operator==(const Config&) const = default;
};

/// Fills every value that the preset decides and `output`; what is set stays.
void resolve(Config& config);

}  // namespace mdl
