#include "config/config.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace mdl {
namespace {

template <class Enum, size_t count>
const char* find_name(const Named<Enum> (&names)[count], Enum value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return "?";
}

struct PresetValues {
  std::vector<int64_t> hidden = {64, 64};
  Activation activation = Activation::kRelu;
  double dropout = 0;
  int64_t epochs = 100;
  int64_t batch_size = 256;
  Optimizer optimizer = Optimizer::kAdamW;
  double learning_rate = 0.001;
  double weight_decay = 0.01;
  int64_t early_stopping = 16;
};

PresetValues values_of(Preset preset) {
  switch (preset) {
    case Preset::kDefault: return {};
    case Preset::kPlain:
      return {.epochs = 10, .batch_size = 32, .optimizer = Optimizer::kAdam, .weight_decay = 0, .early_stopping = 0};
  }
  return {};
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
void fill(std::optional<T>& value, const T& otherwise) {
  if (!value) value = otherwise;
}

}  // namespace

const char* name_of(Task value) { return find_name(kTaskNames, value); }
const char* name_of(ColumnKind value) { return find_name(kColumnKindNames, value); }
const char* name_of(Preset value) { return find_name(kPresetNames, value); }
const char* name_of(Activation value) { return find_name(kActivationNames, value); }
const char* name_of(Optimizer value) { return find_name(kOptimizerNames, value); }

void resolve(Config& config) {
  const PresetValues preset = values_of(config.model.preset);
  fill(config.model.hidden, preset.hidden);
  fill(config.model.activation, preset.activation);
  fill(config.model.dropout, preset.dropout);
  fill(config.train.epochs, preset.epochs);
  fill(config.train.batch_size, preset.batch_size);
  fill(config.train.optimizer, preset.optimizer);
  fill(config.train.learning_rate, preset.learning_rate);
  fill(config.train.weight_decay, preset.weight_decay);
  fill(config.train.early_stopping, preset.early_stopping);
  if (config.output.empty()) config.output = "runs/" + stem_of(config.data.train.empty() ? "" : config.data.train[0]);
}

}  // namespace mdl
