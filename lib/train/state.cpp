#include "train/state.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "modelfile/safetensors.h"

namespace mdl {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr size_t kLargestFile = size_t{16} << 30;
constexpr int64_t kColumns = 8;   // of the history

constexpr std::pair<const char*, std::vector<float> MemberState::*> kParts[] = {
    {"parameters", &MemberState::parameters}, {"first", &MemberState::first}, {"second", &MemberState::second}, {"best", &MemberState::best}};

TensorData history_tensor(const std::vector<EpochRecord>& history) {
  std::vector<double> values;
  for (const EpochRecord& record : history) {
    const bool scored = !record.validation.empty();
    values.insert(values.end(), {static_cast<double>(record.epoch), static_cast<double>(record.step), record.train_loss, record.validation_loss,
                                 scored ? static_cast<double>(record.validation[0].first) : -1.0, scored ? record.validation[0].second : 0.0,
                                 record.learning_rate, record.seconds});
  }
  return TensorData::of(DType::kF64, {static_cast<int64_t>(history.size()), kColumns}, values);
}

std::vector<EpochRecord> history_of(const TensorData& tensor) {
  const std::vector<double> values = tensor.values<double>();
  std::vector<EpochRecord> history;
  for (size_t i = 0; i + kColumns <= values.size(); i += kColumns) {
    const double* v = values.data() + i;
    EpochRecord record{.epoch = static_cast<int64_t>(v[0]), .step = static_cast<int64_t>(v[1]), .train_loss = v[2], .validation_loss = v[3]};
    if (v[4] >= 0 && v[4] <= static_cast<double>(Metric::kMedianAbsoluteError)) record.validation = {{static_cast<Metric>(v[4]), v[5]}};
    record.learning_rate = v[6];
    record.seconds = v[7];
    history.push_back(std::move(record));
  }
  return history;
}

/// Whether the tensors have the types and sizes that write_state() gives them. `second` is not there with sgd, `best` not before the first
/// evaluation.
bool fits(const Safetensors& file, const TrainState& state) {
  for (const auto& [name, tensor] : file.tensors) {
    if (tensor.dtype != (name == "history" ? DType::kF64 : DType::kF32)) return false;
  }
  if (file.tensors.at("history").shape != std::vector<int64_t>{static_cast<int64_t>(state.history.size()), kColumns}) return false;
  return std::all_of(state.members.begin(), state.members.end(), [&](const MemberState& member) {
    const size_t size = member.parameters.size(), second = member.second.size(), best = member.best.size();
    return size == state.members[0].parameters.size() && member.first.size() == size && (second == size || second == 0) &&
           (second == 0) == state.members[0].second.empty() && (best == size || (best == 0 && state.history.empty()));
  });
}

Safetensors parse_parts(std::string_view bytes, const std::string& name) {
  try {
    return parse_safetensors(bytes, name);
  } catch (const Error&) {
    fail("{}: cannot be gone on from: it is damaged or cut off; --force starts anew", name);
  }
}

SavedRun parse(std::string_view bytes, const std::string& name) {
  const Safetensors file = parse_parts(bytes, name);
  const json counters = json::parse(file.metadata.at("mdl.state"));
  SavedRun saved;
  TrainState& state = saved.state;
  state.plateau.factor = counters.at("plateau_factor");
  state.plateau.best = counters.at("plateau_best").is_null() ? INFINITY : counters.at("plateau_best").get<double>();
  state.plateau.bad = counters.at("plateau_bad");
  state.seconds = counters.at("seconds");
  state.finished = counters.at("finished");
  state.changes = counters.at("changes").get<std::vector<std::string>>();
  for (const json& item : counters.at("members")) {
    MemberState member{.step = item.at("step"), .loss_sum = item.at("loss_sum"), .loss_rows = item.at("loss_rows")};
    for (const auto& [part, place] : kParts) {
      const auto found = file.tensors.find(fmt::format("{}.{}", state.members.size(), part));
      if (found != file.tensors.end()) member.*place = found->second.values<float>();
    }
    state.members.push_back(std::move(member));
  }
  state.history = history_of(file.tensors.at("history"));
  if (!fits(file, state)) fail("{}: cannot be gone on from: its parts do not fit each other; --force starts anew", name);
  const json identity = json::parse(file.metadata.at("mdl.run"));
  for (const json& pair : identity) saved.identity.emplace_back(pair.at(0), pair.at(1));
  return saved;
}

}  // namespace

std::string format_state(const TrainState& state, const Identity& identity) {
  ordered_json members = ordered_json::array();
  Safetensors file;
  for (const MemberState& member : state.members) {
    for (const auto& [part, place] : kParts) {
      const std::vector<float>& values = member.*place;
      if (values.empty()) continue;
      file.tensors[fmt::format("{}.{}", members.size(), part)] = TensorData::of(DType::kF32, {static_cast<int64_t>(values.size())}, values);
    }
    members.push_back({{"step", member.step}, {"loss_sum", member.loss_sum}, {"loss_rows", member.loss_rows}});
  }
  const ordered_json counters = {{"members", members},
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

void write_state(const std::string& path, const TrainState& state, const Identity& identity) { write_file(path, format_state(state, identity)); }

SavedRun parse_state(std::string_view bytes, const std::string& name) {
  try {
    return parse(bytes, name);
  } catch (const json::exception&) {
    fail("{}: cannot be gone on from: its description is damaged; --force starts anew", name);
  } catch (const std::out_of_range&) {
    fail("{}: cannot be gone on from: a part of it is missing; --force starts anew", name);
  }
}

std::optional<SavedRun> read_state(const std::string& path) {
  if (!is_there(path)) return {};
  return parse_state(read_file(path, kLargestFile), path);
}

std::vector<std::string> differences(const Identity& before, const Identity& now) {
  std::vector<std::string> found;
  const auto value_in = [](const Identity& identity, const std::string& name) {
    const auto place = std::find_if(identity.begin(), identity.end(), [&](const auto& pair) { return pair.first == name; });
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

size_t best_evaluation(const std::vector<EpochRecord>& history) {
  const auto best =
      std::min_element(history.begin(), history.end(), [](const EpochRecord& a, const EpochRecord& b) { return a.validation_loss < b.validation_loss; });
  return static_cast<size_t>(best - history.begin());
}

}  // namespace mdl
