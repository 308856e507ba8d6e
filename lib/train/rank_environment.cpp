#include "train/rank_environment.h"

#include <charconv>
#include <limits>
#include <string_view>

#include "base/error.h"
#include "base/text.h"

namespace mdl {
namespace {

std::optional<int64_t> number_in(std::string_view text) {
  int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

class Variables {
 public:
  explicit Variables(const Variable& variable) : variable_(variable) {}

  bool has(const char* name) const { return variable_(name) != nullptr; }

  std::string text(const char* name) const {
    const char* value = variable_(name);
    if (value == nullptr || *value == '\0')
      fail(
          "{} is not set; with {} it tells how the ranks meet; where this process is alone, unset {} or set "
          "WORLD_SIZE=1",
          name, by_, by_);
    return value;
  }

  int64_t number(const char* name, int64_t low, int64_t high) const {
    const std::string value = text(name);
    const auto found = number_in(value);
    if (!found || *found < low || *found > high)
      fail("{}: expected a number from {} to {}, found {}", name, low, high, quote(value));
    return *found;
  }

  /// What makes us look for the others.
  void found_by(const char* name) { by_ = name; }

 private:
  const Variable& variable_;
  const char* by_ = "";
};

constexpr int64_t kMost = std::numeric_limits<int>::max();

void read_ranks(const Variables& variables, const char* rank, const char* size, RankEnvironment& out) {
  out.size = static_cast<int>(variables.number(size, 1, kMost));
  out.rank = static_cast<int>(variables.number(rank, 0, out.size - 1));
}

/// "node01" of "node[01-04,07],other3".
std::string first_host(const std::string& list) {
  const size_t open = list.find_first_of("[,");
  if (open == std::string::npos || list[open] == ',') return list.substr(0, open);
  const size_t end = list.find_first_of("-,]", open);
  if (end == std::string::npos) return list;
  const size_t close = list.find(']', open);
  const size_t next = close == std::string::npos ? std::string::npos : list.find(',', close);
  const std::string rest = close == std::string::npos ? "" : list.substr(close + 1, next - close - 1);
  return list.substr(0, open) + list.substr(open + 1, end - open - 1) + rest;
}

/// Of node number `node` in "2(x3),1": two tasks on each of three nodes, one on the next.
int64_t tasks_of_node(std::string_view list, int64_t node) {
  while (!list.empty()) {
    const std::string_view part = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), part.size() + 1));
    const size_t times = part.find("(x");
    const int64_t tasks = number_in(part.substr(0, times)).value_or(1);
    const int64_t nodes = times == std::string_view::npos
                              ? 1
                              : number_in(part.substr(times + 2, part.size() - times - 3)).value_or(1);
    if (node < nodes) return tasks;
    node -= nodes;
  }
  return 1;
}

RankEnvironment of_slurm(Variables& variables) {
  RankEnvironment out;
  variables.found_by("SLURM_STEP_NUM_TASKS");
  read_ranks(variables, "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", out);
  out.local_rank = static_cast<int>(variables.number("SLURM_LOCALID", 0, out.size - 1));
  if (variables.has("SLURM_STEP_TASKS_PER_NODE") && variables.has("SLURM_NODEID"))
    out.local_size = static_cast<int>(
        tasks_of_node(variables.text("SLURM_STEP_TASKS_PER_NODE"), variables.number("SLURM_NODEID", 0, kMost)));
  out.address = variables.has("MASTER_ADDR") ? variables.text("MASTER_ADDR")
                                             : first_host(variables.text("SLURM_STEP_NODELIST"));
  if (variables.has("MASTER_PORT")) {
    out.port = static_cast<uint16_t>(variables.number("MASTER_PORT", 1, 65535));
  } else {  // steps of one job, and jobs that share a node, have ports of their own
    constexpr int64_t kFirst = 20000, kPorts = 10000;
    const int64_t job = variables.number("SLURM_JOB_ID", 0, kMost), step = variables.number("SLURM_STEP_ID", 0, kMost);
    out.port = static_cast<uint16_t>(kFirst + (job * 7 + step) % kPorts);
  }
  return out;
}

}  // namespace

std::optional<RankEnvironment> rank_environment(const Variable& variable) {
  Variables variables(variable);
  RankEnvironment out;
  if (variables.has("WORLD_SIZE") && variables.text("WORLD_SIZE") == "1") return std::nullopt;
  if (variables.has("RANK") || variables.has("WORLD_SIZE")) {
    variables.found_by(variables.has("RANK") ? "RANK" : "WORLD_SIZE");
    read_ranks(variables, "RANK", "WORLD_SIZE", out);
    out.address = variables.text("MASTER_ADDR");
    out.port = static_cast<uint16_t>(variables.number("MASTER_PORT", 1, 65535));
    if (variables.has("LOCAL_RANK")) out.local_rank = static_cast<int>(variables.number("LOCAL_RANK", 0, out.size - 1));
    if (variables.has("LOCAL_WORLD_SIZE"))
      out.local_size = static_cast<int>(variables.number("LOCAL_WORLD_SIZE", 1, out.size));
    out.store_is_there = variables.has("TORCHELASTIC_USE_AGENT_STORE") &&
                         variables.text("TORCHELASTIC_USE_AGENT_STORE") == "True";
    if (variables.has("TORCHELASTIC_RESTART_COUNT"))
      out.restarts = variables.number("TORCHELASTIC_RESTART_COUNT", 0, kMost);
    return out;
  }
  // What an allocation's own script sees of its tasks is not about itself: only those of a step count.
  if (!variables.has("SLURM_STEP_NUM_TASKS") || !variables.has("SLURM_PROCID")) return std::nullopt;
  out = of_slurm(variables);
  if (out.size == 1) return std::nullopt;
  return out;
}

}  // namespace mdl
