// What a run is to be, from its config and its data.
#pragma once

#include <ATen/ATen.h>

#include <string>

#include "config/config.h"
#include "modelfile/network.h"
#include "train/ranks.h"
#include "train/training_data.h"

namespace mdl {

/// How many threads the config asks for: `threads`, or what the work is worth, of those that each of so many processes
/// on this machine may have.
int thread_count(const Config& config, const Network& network, int processes = 1);

struct Plan {
  Network network;
  at::Device device;
  int threads;
  Ranks* ranks = nullptr;  // that train together; null: this process is alone
};

/// By a config that is resolved. Throws Error where there is no such device or too few threads can be started.
Plan plan_for(const Config& config, const TrainingData& data, Ranks* ranks = nullptr);

/// A line for a person.
std::string describe(const Config& config, const Plan& plan);

/// Likewise, who of several ranks does what.
std::string describe_ranks(const Config& config, const Plan& plan);

}  // namespace mdl
