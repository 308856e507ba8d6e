#include "base/suggestion.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/text.h"

namespace mdl {
namespace {

/// What else the names of commands, keys, metrics and values are called, folded().
constexpr std::pair<std::string_view, std::string_view> kSynonyms[] = {
    // commands
    {"fit", "train"},
    {"learn", "train"},
    {"score", "evaluate"},
    {"test", "evaluate"},
    {"eval", "evaluate"},
    {"validate", "evaluate"},
    {"apply", "predict"},
    {"infer", "predict"},
    {"inference", "predict"},
    {"transform", "predict"},
    {"describe", "inspect"},
    {"info", "inspect"},
    {"show", "inspect"},
    {"summary", "inspect"},
    {"importance", "explain"},
    {"featureimportance", "explain"},
    {"shap", "explain"},
    {"convert", "export"},
    {"onnx", "export"},
    {"template", "init"},
    {"bench", "benchmark"},
    {"server", "serve"},
    // keys of the config
    {"label", "target"},
    {"labels", "target"},
    {"labelcolumn", "target"},
    {"response", "target"},
    {"outcome", "target"},
    {"class", "target"},
    {"y", "target"},
    {"val", "validation"},
    {"valid", "validation"},
    {"dev", "validation"},
    {"valsize", "validation"},
    {"validationsplit", "validation"},
    {"holdout", "test"},
    {"exclude", "ignore"},
    {"drop", "ignore"},
    {"skip", "ignore"},
    {"dtype", "types"},
    {"dtypes", "types"},
    {"na", "missing"},
    {"nan", "missing"},
    {"navalues", "missing"},
    {"nullvalues", "missing"},
    {"sampleweight", "weight"},
    {"poslabel", "positive"},
    {"layers", "hidden"},
    {"hiddenlayers", "hidden"},
    {"hiddenlayersizes", "hidden"},
    {"units", "hidden"},
    {"ensemble", "members"},
    {"nestimators", "members"},
    {"norm", "normalization"},
    {"layernorm", "normalization"},
    {"batchnorm", "normalization"},
    {"nepochs", "epochs"},
    {"numepochs", "epochs"},
    {"maxepochs", "epochs"},
    {"iterations", "epochs"},
    {"maxiter", "epochs"},
    {"bs", "batchsize"},
    {"batch", "batchsize"},
    {"minibatch", "batchsize"},
    {"optim", "optimizer"},
    {"lr", "learningrate"},
    {"eta", "learningrate"},
    {"scheduler", "schedule"},
    {"lrscheduler", "schedule"},
    {"lrschedule", "schedule"},
    {"warmup", "warmupepochs"},
    {"gamma", "decayfactor"},
    {"wd", "weightdecay"},
    {"l2", "weightdecay"},
    {"clip", "clipnorm"},
    {"gradclip", "clipnorm"},
    {"maxgradnorm", "clipnorm"},
    {"cv", "folds"},
    {"kfold", "folds"},
    {"nsplits", "folds"},
    {"patience", "earlystopping"},
    {"cutoff", "threshold"},
    {"timelimit", "maxminutes"},
    {"timeout", "maxminutes"},
    {"randomstate", "seed"},
    {"randomseed", "seed"},
    {"gpu", "device"},
    {"accelerator", "device"},
    {"njobs", "threads"},
    {"workers", "threads"},
    {"cpus", "threads"},
    {"out", "output"},
    {"outdir", "output"},
    {"outputdir", "output"},
    // metrics
    {"acc", "accuracy"},
    {"balacc", "balancedaccuracy"},
    {"bacc", "balancedaccuracy"},
    {"auc", "rocauc"},
    {"auroc", "rocauc"},
    {"roc", "rocauc"},
    {"ap", "averageprecision"},
    {"auprc", "averageprecision"},
    {"prauc", "averageprecision"},
    {"crossentropy", "logloss"},
    {"nll", "logloss"},
    {"bce", "logloss"},
    {"brierscore", "brier"},
    {"matthews", "mcc"},
    {"matthewscorrcoef", "mcc"},
    {"sensitivity", "recall"},
    {"tpr", "recall"},
    {"ppv", "precision"},
    {"f1score", "f1"},
    {"f1measure", "f1"},
    {"macrof1", "f1macro"},
    {"mse", "rmse"},
    {"rootmeansquarederror", "rmse"},
    {"meanabsoluteerror", "mae"},
    {"l1", "mae"},
    {"rsquared", "r2"},
    {"r²", "r2"},
    {"medae", "medianabsoluteerror"},
    {"meanabsolutepercentageerror", "mape"},
    // values
    {"number", "numeric"},
    {"float", "numeric"},
    {"int", "numeric"},
    {"integer", "numeric"},
    {"double", "numeric"},
    {"numerical", "numeric"},
    {"category", "categorical"},
    {"factor", "categorical"},
    {"object", "categorical"},
    {"string", "categorical"},
    {"str", "categorical"},
    {"text", "categorical"},
    {"swish", "silu"},
    {"xavier", "glorot"},
    {"zscore", "standard"},
    {"reducelronplateau", "plateau"},
    {"md", "markdown"},
    {"ndjson", "jsonl"},
    {"jsonlines", "jsonl"},
    {"torch", "pytorch"},
};

/// In Unicode's case folding, without blanks, hyphens and underscores.
std::string folded(std::string_view text) {
  utf8proc_uint8_t* lower = nullptr;
  const auto size = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &lower,
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(lower, std::free);
  std::string out = size < 0 ? std::string(text) : std::string(reinterpret_cast<char*>(lower), size);
  std::erase_if(out, [](char c) { return c == ' ' || c == '\t' || c == '-' || c == '_'; });
  return out;
}

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost one each.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

constexpr size_t kShortest = 3;  // names that are shorter resemble each other by chance

/// The position of the one that is nearest to `word`, or candidates.size().
size_t nearest(std::string_view word, const std::vector<std::string>& candidates) {
  size_t best = candidates.size(), best_distance = SIZE_MAX;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const auto [shorter, longer] = std::minmax({word.size(), candidates[i].size()});
    if (shorter < kShortest || digits_of(word) != digits_of(candidates[i])) continue;
    const size_t distance = edit_distance(word, candidates[i]);
    if (distance > std::max<size_t>(1, longer / 3) || distance >= best_distance) continue;
    best_distance = distance;
    best = i;
  }
  return best;
}

/// The position of the only one that begins or ends with `word`, or candidates.size().
size_t only_with(std::string_view word, const std::vector<std::string>& candidates) {
  size_t found = candidates.size();
  for (size_t i = 0; i < candidates.size() && word.size() >= kShortest; ++i) {
    if (!candidates[i].starts_with(word) && !candidates[i].ends_with(word)) continue;
    if (found < candidates.size() && candidates[i] != candidates[found]) return candidates.size();
    found = std::min(found, i);
  }
  return found;
}

}  // namespace

std::optional<std::string> did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr size_t kLongest = 200;  // what is longer is no name
  if (word.size() > kLongest) return std::nullopt;
  const auto trimmed = std::ranges::find_if(candidates, [&](const auto& one) { return strip(one) == strip(word); });
  if (trimmed != candidates.end()) return *trimmed;

  const std::string plain = folded(word);
  std::vector<std::string> names;
  for (const std::string& candidate : candidates) names.push_back(folded(candidate));
  const auto named = [&](std::string_view name) {
    return static_cast<size_t>(std::ranges::find(names, name) - names.begin());
  };
  size_t found = named(plain);
  for (const auto& [synonym, name] : kSynonyms) {
    if (found == names.size() && plain == synonym) found = named(name);
  }
  if (found == names.size()) found = nearest(plain, names);
  if (found == names.size()) found = only_with(plain, names);
  return found == names.size() ? std::nullopt : std::optional(candidates[found]);
}

}  // namespace mdl
