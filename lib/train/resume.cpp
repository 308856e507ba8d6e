#include "train/resume.h"

#include <algorithm>

#include "base/error.h"
#include "nn/mlp.h"
#include "train/fingerprint.h"
#include "train/search.h"

namespace mdl {
namespace {

/// Number of elements of a member's flat parameters, padding included.
size_t flat_size(const Network& network) {
  const c10::InferenceMode no_autograd;
  return static_cast<size_t>(nn::Mlp(network, {}).parameters().numel());
}

/// The config.yaml of a finished run has what its trials took, of which the run began without a word: where the config
/// is that, `now` becomes as it began.
void forget_what_trials_took(const Config& config, const Network& network, Task task, const SavedRun& saved,
                             RunFingerprint& now) {
  if (!saved.state.finished || saved.state.trials.empty()) return;
  Config before = config;
  RunFingerprint began = now;
  const auto unset = [&](const char* key, auto& value) {
    const std::pair<std::string, std::string> unsaid(key, "null");
    if (std::ranges::find(saved.identity, unsaid) == saved.identity.end()) return;
    value.reset();
    std::ranges::replace_if(
        began, [&](const auto& one) { return one.first == key; }, unsaid);
  };
  unset("model.periodic_sigma", before.model.periodic_sigma);
  unset("model.dropout", before.model.dropout);
  unset("train.learning_rate", before.train.learning_rate);
  const std::vector<Config> trials = trials_of(before, network, task);
  const size_t taken = best_trial(saved.state.trials);
  if (taken < trials.size() && trials[taken] == config) now = began;
}

}  // namespace

TrainState state_to_resume(const ProtectedFolder& folder, const Config& config, const Network& network, Task task,
                           RunFingerprint identity, bool allow_changes, Console& console) {
  const std::string name = folder.path(kStateFile);
  if (holding_of(folder) != Holding::kRun) {
    console.log(fmt::format("{}: nothing to resume; starting a new run", folder.path()));
    return {};
  }
  if (folder.find(kStateFile) == Folder::Entry::kNothing && folder.has_other(kStateFile)) {
    fail(
        "{}: is missing; the run there is {}, and does not go on {}: {} protect.recipients, or --force starts a new "
        "run",
        name, folder.encrypts() ? "in clear" : "encrypted", folder.encrypts() ? "encrypted" : "in clear",
        folder.encrypts() ? "omit" : "set");
  }
  if (folder.find(kStateFile) == Folder::Entry::kNothing)
    fail("{}: is missing, so the run cannot be resumed; --force starts a new run", name);
  SavedRun saved = parse_state(folder.read(kStateFile), name);
  const auto names_threads = [](const auto& value) { return value.first == kThreads; };
  if (std::ranges::none_of(identity, names_threads) || std::ranges::none_of(saved.identity, names_threads)) {
    std::erase_if(identity, names_threads);  // of one of several ranks, or of old states
    std::erase_if(saved.identity, names_threads);
  }
  forget_what_trials_took(config, network, task, saved, identity);
  const std::vector<std::string> found = differences(saved.identity, identity);
  TrainState& state = saved.state;
  if (!found.empty() && !allow_changes) {
    fail("{}: the run began differently: {}; --allow-changes resumes it anyway, --force starts a new run", name,
         fmt::join(found, "; "));
  }
  const size_t size = state.members.empty() ? 0 : state.members[0].parameters.size();
  const size_t flat = flat_size(network);
  const AtWork expected = at_work(config, state);
  bool same = std::ssize(state.members) == expected.members && size == flat;
  if (same && expected.kept > 0) {
    const auto& kept = state.trials[best_trial(state.trials)].best;
    same = std::ssize(kept) == expected.kept &&
           std::ranges::all_of(kept, [&](auto& part) { return part.size() == flat; });
  }
  if (!same) fail("{}: is the state of another network; --force starts a new run", name);
  if (state.members[0].second.empty() != (*config.train.optimizer == Optimizer::kSgd)) {
    fail(
        "{}: train.optimizer cannot change between sgd and adam or adamw, whose states differ; --force starts a new "
        "run",
        name);
  }
  if (const auto other = std::ranges::find_if(found, [](auto& what) { return what.starts_with(kMetric); });
      other != found.end()) {
    fail("{}: {}, and cannot change: by it the epoch is chosen; --force starts a new run", name, *other);
  }
  constexpr const char* kOfTrials[] = {"train.trials", "train.learning_rate",  "train.epochs",
                                       "train.folds",  "model.periodic_sigma", "model.dropout"};
  for (const char* key : kOfTrials) {
    const auto change = std::ranges::find_if(
        found, [&](const std::string& what) { return what.starts_with(fmt::format("{} ", key)); });
    if (!state.trials.empty() && change != found.end())
      fail("{}: {}, and cannot change once settings were tried; --force starts a new run", name, *change);
  }
  for (const std::string& change : found)
    state.changes.push_back(fmt::format("{} (from step {} on)", change, state.members[0].step));
  if (!found.empty()) state.finished = false;
  return std::move(state);
}

}  // namespace mdl
