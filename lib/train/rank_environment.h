// Which of several processes this one is that train one model together, as what started them says: torchrun and
// whatever sets the same variables (RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT), or Slurm's srun.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace mdl {

struct RankEnvironment {
  int rank = 0, size = 1;              // of all
  int local_rank = 0, local_size = 0;  // of those on this machine; size 0: not told
  std::string address;                 // where the first rank, or torchrun for it, keeps the store by which all meet
  uint16_t port = 0;
  bool store_is_there = false;  // torchrun keeps it
  int64_t restarts = 0;         // how often torchrun has started all again
};

/// The variable's value, or null.
using Variable = std::function<const char*(const char* name)>;

/// Nothing where the process is alone. Throws Error where the variables do not fit each other.
std::optional<RankEnvironment> rank_environment(const Variable& variable);

}  // namespace mdl
