#include "train/state.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json.h"
#include "modelfile/parts.h"
#include "modelfile/safetensors.h"
#include "report/best_evaluation.h"

namespace mdl {
namespace {

using namespace parts;

constexpr int kDeepest = 3;      // {members: [{}]}
constexpr int64_t kColumns = 8;  // of the history
constexpr int64_t kMostSteps = int64_t{1} << 53, kMostMembers = 65536;
constexpr double kMostSeconds = 1e10;

constexpr std::pair<const char*, std::vector<float> MemberState::*> kParts[] = {
    {"parameters", &MemberState::parameters},
    {"first", &MemberState::first},
    {"second", &MemberState::second},
    {"average", &MemberState::average},
    {"best", &MemberState::best}};

TensorData history_tensor(const std::vector<EpochRecord>& history) {
  std::vector<double> values;
  for (const EpochRecord& record : history) {
    const bool scored = !record.validation.empty();
    values.insert(values.end(),
                  {static_cast<double>(record.epoch), static_cast<double>(record.step), record.train_loss,
                   record.validation_loss, scored ? static_cast<double>(record.validation[0].first) : -1.0,
                   scored ? record.validation[0].second : 0.0, record.learning_rate, record.seconds});
  }
  return TensorData::of(DType::kF64, {static_cast<int64_t>(history.size()), kColumns}, values);
}

TensorData flat_tensor(const std::vector<float>& values) {
  return TensorData::of(DType::kF32, {static_cast<int64_t>(values.size())}, values);
}

// What follows throws Error with the reason alone.

/// A double that was a whole number from `least` on.
int64_t whole_from(double value, int64_t least) {
  if (!(value >= static_cast<double>(least) && value <= static_cast<double>(kMostSteps)) || value != std::floor(value))
    fail("its history is damaged");
  return static_cast<int64_t>(value);
}

std::vector<EpochRecord> read_history(Safetensors& file, const std::string& name) {
  const std::vector<int64_t>& shape = file.tensors.at(name).shape;
  const std::vector<double> values = take_finite<double>(file, name, DType::kF64,
                                                         {shape.empty() ? 0 : shape[0], kColumns});
  std::vector<EpochRecord> history;
  for (size_t i = 0; i < values.size(); i += kColumns) {
    const double* v = values.data() + i;
    EpochRecord record{
        .epoch = whole_from(v[0], 1), .step = whole_from(v[1], 1), .train_loss = v[2], .validation_loss = v[3]};
    if (const int64_t metric = whole_from(v[4], -1); metric >= std::ssize(kMetricNames)) {
      fail("its history is damaged");
    } else if (metric >= 0) {
      record.validation = {{static_cast<Metric>(metric), v[5]}};
    }
    record.learning_rate = v[6];
    record.seconds = v[7];
    const bool goes_on = history.empty() || (record.step > history.back().step && record.epoch >= history.back().epoch);
    if (!goes_on || record.epoch > record.step || !(record.seconds >= 0 && record.seconds <= kMostSeconds))
      fail("its history is damaged");
    history.push_back(std::move(record));
  }
  return history;
}

/// A member's part; empty where it is not there.
std::vector<float> take_part(Safetensors& file, const std::string& name) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end()) return {};
  if (found->second.shape.size() != 1) fail("its parts do not fit each other");
  return take_finite<float>(file, name, DType::kF32, {found->second.shape[0]});
}

/// The sizes are those that format_state() gives them: `second` is not there with sgd, `best` not before the first
/// evaluation. No member stands before the last evaluation. Of the trials the best one has its weights.
void expect_fit(const TrainState& state) {
  const int64_t evaluated = state.history.empty() ? 0 : state.history.back().step;
  for (const MemberState& member : state.members) {
    const size_t size = member.parameters.size();
    const auto as_in_first = [&](const std::vector<float> MemberState::*part) {
      return (member.*part).size() == ((state.members[0].*part).empty() ? 0 : size);
    };
    const bool fits = size == state.members[0].parameters.size() && member.first.size() == size &&
                      as_in_first(&MemberState::second) && as_in_first(&MemberState::average) &&
                      as_in_first(&MemberState::best) &&
                      (state.chosen || member.best.empty() == state.history.empty()) && member.step >= evaluated;
    if (!fits) fail("its parts do not fit each other");
  }
  bool fits = std::ranges::none_of(state.trials, [](const Trial& trial) { return trial.history.empty(); });
  if (fits && state.chosen) fits = !state.trials.empty() && state.history.empty();
  if (fits && !state.trials.empty()) fits = !state.trials[best_trial(state.trials)].best.empty();
  if (!fits || (state.finished && history_of(state).empty())) fail("its parts do not fit each other");
}

Safetensors container(std::string_view bytes, const std::string& name) {
  try {
    return parse_safetensors(bytes, name);
  } catch (const Error&) {
    fail("it is damaged or cut off");
  }
}

SavedRun saved_run(Safetensors file) {
  const auto document = [&](const char* key) {
    return parse_json(file.metadata.at(key), kDeepest, fmt::format("{} in its metadata", key));
  };
  const json counters = document("mdl.state"), identity = document("mdl.run");
  Fields fields(counters);
  SavedRun saved;
  TrainState& state = saved.state;
  state.plateau.factor = fraction(fields.at("plateau_factor"));
  const json& best = fields.at("plateau_best");
  state.plateau.best = best.is_null() ? INFINITY : real(best);
  state.plateau.bad = whole(fields.at("plateau_bad"), kMostSteps);
  state.seconds = real(fields.at("seconds"));
  if (!(state.seconds >= 0 && state.seconds <= kMostSeconds)) fail("its seconds are out of range");
  state.finished = fields.at("finished").get<bool>();
  state.changes = fields.at("changes").get<std::vector<std::string>>();
  for (const json& item : fields.at("members")) {
    Fields one(item);
    MemberState member{.step = whole(one.at("step"), kMostSteps),
                       .loss_sum = real(one.at("loss_sum")),
                       .loss_rows = whole(one.at("loss_rows"), kMostSteps)};
    one.expect_end();
    for (const auto& [part, place] : kParts)
      member.*place = take_part(file, fmt::format("{}.{}", state.members.size(), part));
    state.members.push_back(std::move(member));
  }
  // States of before there were trials have neither.
  if (const json* chosen = fields.find("chosen")) state.chosen = chosen->get<bool>();
  const json* trials = fields.find("trials");
  for (const json& networks : trials == nullptr ? json::array() : *trials) {
    const std::string name = fmt::format("trial.{}", state.trials.size());
    Trial trial{.history = read_history(file, name + ".history")};
    for (int64_t m = 0, count = whole(networks, kMostMembers); m < count; ++m)
      trial.best.push_back(take_part(file, fmt::format("{}.{}.best", name, m)));
    state.trials.push_back(std::move(trial));
  }
  fields.expect_end();
  state.history = read_history(file, "history");
  expect_fit(state);
  expect_all_taken(file);
  if (file.metadata.size() != 2) fail("its metadata has an unknown key");
  for (const json& pair : identity) {
    if (pair.size() != 2) fail("mdl.run in its metadata is damaged");
    saved.identity.emplace_back(pair.at(0), pair.at(1));
  }
  return saved;
}

}  // namespace

std::string format_state(const TrainState& state, const RunFingerprint& identity) {
  ordered_json members = ordered_json::array();
  Safetensors file;
  for (const MemberState& member : state.members) {
    for (const auto& [part, place] : kParts) {
      const std::vector<float>& values = member.*place;
      if (values.empty()) continue;
      file.tensors[fmt::format("{}.{}", members.size(), part)] = flat_tensor(values);
    }
    members.push_back({{"step", member.step}, {"loss_sum", member.loss_sum}, {"loss_rows", member.loss_rows}});
  }
  ordered_json trials = ordered_json::array();
  for (const Trial& trial : state.trials) {
    const std::string trial_name = fmt::format("trial.{}", trials.size());
    file.tensors[trial_name + ".history"] = history_tensor(trial.history);
    for (size_t m = 0; m < trial.best.size(); ++m)
      file.tensors[fmt::format("{}.{}.best", trial_name, m)] = flat_tensor(trial.best[m]);
    trials.push_back(trial.best.size());
  }
  const ordered_json counters = {
      {"members", members},
      {"trials", trials},
      {"chosen", state.chosen},
      {"plateau_factor", state.plateau.factor},
      {"plateau_best", std::isfinite(state.plateau.best) ? ordered_json(state.plateau.best) : ordered_json()},
      {"plateau_bad", state.plateau.bad},
      {"seconds", state.seconds},
      {"finished", state.finished},
      {"changes", state.changes}};
  file.metadata = {{"mdl.state", counters.dump()}, {"mdl.run", ordered_json(identity).dump()}};
  file.tensors["history"] = history_tensor(state.history);
  return format_safetensors(file);
}

SavedRun parse_state(std::string_view bytes, const std::string& name) {
  try {
    return saved_run(container(bytes, name));
  } catch (const Error& why) {
    fail("{}: cannot be resumed: {}; --force starts a new run", name, why.what());
  } catch (const json::exception&) {
    fail("{}: cannot be resumed: its description is damaged; --force starts a new run", name);
  } catch (const std::out_of_range&) {
    fail("{}: cannot be resumed: a part of it is missing; --force starts a new run", name);
  }
}

std::vector<std::string> differences(const RunFingerprint& before, const RunFingerprint& now) {
  std::vector<std::string> found;
  const auto value_in = [](const RunFingerprint& identity, const std::string& name) {
    const auto place = std::find_if(identity.begin(), identity.end(),
                                    [&](const auto& pair) { return pair.first == name; });
    return place == identity.end() ? std::string("not set") : place->second;
  };
  const auto compare = [&](const std::string& name) {
    const std::string then = value_in(before, name), is = value_in(now, name);
    if (then != is) found.push_back(fmt::format("{} was {}, is {}", name, then, is));
  };
  for (const auto& [name, value] : before) compare(name);
  for (const auto& [name, value] : now) {
    if (value_in(before, name) == "not set") compare(name);
  }
  return found;
}

size_t best_trial(const std::vector<Trial>& trials) {
  const auto loss = [](const Trial& trial) {
    return trial.history[best_evaluation(trial.history, {})].validation_loss;
  };
  return static_cast<size_t>(std::ranges::min_element(trials, {}, loss) - trials.begin());
}

const std::vector<EpochRecord>& history_of(const TrainState& state) {
  return state.chosen ? state.trials[best_trial(state.trials)].history : state.history;
}

}  // namespace mdl
