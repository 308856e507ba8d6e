#include "train/rank_environment.h"

#include <map>
#include <string>

#include "base/error.h"
#include "catch.h"

namespace mdl {
namespace {

using Variables = std::map<std::string, std::string>;

std::optional<RankEnvironment> of(const Variables& variables) {
  return rank_environment([&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

const Variables kTorchrun = {{"RANK", "5"},
                             {"WORLD_SIZE", "8"},
                             {"LOCAL_RANK", "1"},
                             {"LOCAL_WORLD_SIZE", "4"},
                             {"MASTER_ADDR", "node01"},
                             {"MASTER_PORT", "29400"},
                             {"TORCHELASTIC_USE_AGENT_STORE", "True"},
                             {"TORCHELASTIC_RESTART_COUNT", "2"}};

const Variables kSlurm = {{"SLURM_PROCID", "6"},
                          {"SLURM_STEP_NUM_TASKS", "7"},
                          {"SLURM_LOCALID", "0"},
                          {"SLURM_NODEID", "3"},
                          {"SLURM_STEP_TASKS_PER_NODE", "2(x3),1"},
                          {"SLURM_STEP_NODELIST", "gpu-[007-009,12],login"},
                          {"SLURM_JOB_ID", "4711"},
                          {"SLURM_STEP_ID", "3"}};

Variables with(Variables variables, const std::string& name, const std::string& value) {
  variables[name] = value;
  return variables;
}

Variables without(Variables variables, const std::string& name) {
  variables.erase(name);
  return variables;
}

TEST_CASE("torchrun says which rank a process is and where the store is") {
  const auto found = of(kTorchrun).value();
  CHECK(found.rank == 5);
  CHECK(found.size == 8);
  CHECK(found.local_rank == 1);
  CHECK(found.local_size == 4);
  CHECK(found.address == "node01");
  CHECK(found.port == 29400);
  CHECK(found.store_is_there);
  CHECK(found.restarts == 2);
}

TEST_CASE("the four variables that every launcher sets are enough") {
  const auto found = of({{"RANK", "1"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "::1"}, {"MASTER_PORT", "1"}}).value();
  CHECK(found.local_rank == 0);
  CHECK(found.local_size == 0);
  CHECK_FALSE(found.store_is_there);
  CHECK(found.restarts == 0);
}

TEST_CASE("a process that is alone has no ranks") {
  CHECK_FALSE(of({}));
  CHECK_FALSE(of({{"RANK", "0"}, {"WORLD_SIZE", "1"}}));
  CHECK_FALSE(of(with(kSlurm, "WORLD_SIZE", "1")));
  CHECK_FALSE(of(with(with(kSlurm, "SLURM_STEP_NUM_TASKS", "1"), "SLURM_PROCID", "0")));
  // The script of an allocation, of which no step has begun.
  CHECK_FALSE(of({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}, {"SLURM_JOB_ID", "4711"}}));
}

TEST_CASE("srun's variables say the same") {
  const auto found = of(kSlurm).value();
  CHECK(found.rank == 6);
  CHECK(found.size == 7);
  CHECK(found.local_rank == 0);
  CHECK(found.local_size == 1);
  CHECK(of(with(kSlurm, "SLURM_NODEID", "2"))->local_size == 2);
  CHECK(found.address == "gpu-007");
  CHECK(found.port == 20000 + (4711 * 7 + 3) % 10000);
  CHECK(of(with(kSlurm, "MASTER_PORT", "4000"))->port == 4000);
  CHECK(of(with(kSlurm, "MASTER_ADDR", "10.0.0.1"))->address == "10.0.0.1");
}

TEST_CASE("the first host of a list of Slurm's") {
  const auto first = [](const char* list) { return of(with(kSlurm, "SLURM_STEP_NODELIST", list))->address; };
  CHECK(first("node") == "node");
  CHECK(first("node1,node2") == "node1");
  CHECK(first("node[1-4]") == "node1");
  CHECK(first("node[01,07-09]") == "node01");
  CHECK(first("rack3-node[5]") == "rack3-node5");
  CHECK(first("node[1-2].cluster,other") == "node1.cluster");
}

TEST_CASE("variables that do not fit each other are refused by name") {
  const auto problem = [](const Variables& variables) -> std::string {
    try {
      of(variables);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(problem(without(kTorchrun, "RANK")) ==
        "RANK is not set; with WORLD_SIZE it tells how the ranks meet; where this process is alone, unset WORLD_SIZE "
        "or set WORLD_SIZE=1");
  CHECK(problem(without(kTorchrun, "WORLD_SIZE")) ==
        "WORLD_SIZE is not set; with RANK it tells how the ranks meet; where this process is alone, unset RANK or set "
        "WORLD_SIZE=1");
  CHECK(problem(without(kTorchrun, "MASTER_ADDR")) ==
        "MASTER_ADDR is not set; with RANK it tells how the ranks meet; where this process is alone, unset RANK or set "
        "WORLD_SIZE=1");
  CHECK(problem(with(kTorchrun, "RANK", "8")) == "RANK: expected a number from 0 to 7, found '8'");
  CHECK(problem(with(kTorchrun, "RANK", "-1")) == "RANK: expected a number from 0 to 7, found '-1'");
  CHECK(problem(with(kTorchrun, "MASTER_PORT", "65536")) ==
        "MASTER_PORT: expected a number from 1 to 65535, found '65536'");
  CHECK(problem(with(kTorchrun, "WORLD_SIZE", "two")) ==
        "WORLD_SIZE: expected a number from 1 to 2147483647, found 'two'");
  CHECK(problem(without(kSlurm, "SLURM_STEP_NODELIST")) ==
        "SLURM_STEP_NODELIST is not set; with SLURM_STEP_NUM_TASKS it tells how the ranks meet; where this process is "
        "alone, unset SLURM_STEP_NUM_TASKS or set WORLD_SIZE=1");
}

}  // namespace
}  // namespace mdl
