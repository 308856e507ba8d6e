#include "train/plan.h"

#include <algorithm>
#include <thread>

#include "base/counted.h"
#include "base/error.h"
#include "base/text.h"
#include "base/thread_pool.h"
#include "modelfile/model.h"
#include "nn/device.h"
#include "report/formatting.h"
#include "train/length.h"
#include "train/search.h"
#include "train/team.h"

namespace mdl {
namespace {

Network network_for(const Config& config, const TrainingData& data) {
  const ModelConfig& model = config.model;
  Network network{.activation = *model.activation,
                  .parametric = *model.parametric_activation,
                  .normalization = model.normalization,
                  .scale = *model.input_scale,
                  .dense = static_cast<int64_t>(data.encoder.width()),
                  .numbers = static_cast<int64_t>(data.encoder.numeric_count()),
                  .frequencies = *model.periodic_embeddings ? model.periodic_frequencies : 0,
                  .periodic_outputs = model.periodic_outputs,
                  .embeddings = data.encoder.embeddings(),
                  .embedding_width = model.embedding_width,
                  .bags = data.encoder.bags(),
                  .bag_width = model.text_width,
                  .members = *model.members};
  network.widths = {network.input_width()};
  network.widths.insert(network.widths.end(), model.hidden->begin(), model.hidden->end());
  network.widths.push_back(output_count(data.target));
  return network;
}

/// Whether a GPU is quicker. An estimate, not measured: a recorded step takes it about 0.2 ms, however little there is
/// to do; a core does some 10^10 multiplications a second, of which a step has three for each weight and row.
bool worth_a_gpu(const Config& config, const Network& network) {
  constexpr double kSecondsOfStep = 2e-4, kProductsOfCore = 1e10;
  const double products = 3.0 * static_cast<double>(network.members) * static_cast<double>(*config.train.batch_size) *
                          static_cast<double>(parameter_count(network));
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  return products / (kProductsOfCore * cores) > kSecondsOfStep;
}

}  // namespace

int thread_count(const Config& config, const Network& network, int processes) {
  if (config.threads > 0) return static_cast<int>(config.threads);
  int64_t weights = 0;
  for (size_t i = 0; i + 1 < network.widths.size(); ++i) weights += network.widths[i] * network.widths[i + 1];
  // Below some ten million multiplications a batch, handing out its parts costs more than a second thread brings.
  // Members need no handing out.
  constexpr int64_t kWorthSharing = 10'000'000;
  const bool worth = network.members > 1 || *config.train.batch_size * weights >= kWorthSharing;
  return worth ? std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / processes) : 1;
}

Plan plan_for(const Config& config, const TrainingData& data, Ranks* ranks) {
  const Network network = network_for(config, data);
  const bool on_cpu = config.device == "auto" && !worth_a_gpu(config, network);
  Plan plan{.network = network,
            .device = nn::find_device(on_cpu ? "cpu" : config.device,
                                      ranks != nullptr ? static_cast<size_t>(ranks->local_rank()) : 0),
            .ranks = ranks};
  if (data.start) expect_same_network(*data.start, config, plan.network);
  plan.threads = thread_count(config, plan.network, ranks != nullptr ? ranks->local_size() : 1);
  // LibTorch ends the program where it cannot have its threads; members do with what there is.
  if (const auto there = static_cast<int>(ThreadPool(static_cast<size_t>(plan.threads)).count());
      there < plan.threads && plan.network.members == 1) {
    fail(
        "{} threads cannot be started here, only {}; a limit on processes (ulimit -u) or memory prevents more; use "
        "--threads {}",
        plan.threads, there, there);
  }
  return plan;
}

std::string describe(const Config& config, const Plan& plan) {
  const TrainConfig& train = config.train;
  const int64_t members = plan.network.members;
  const std::string rate = train.learning_rate
                               ? fmt::format(", learning rate {} ({})", *train.learning_rate, name_of(*train.schedule))
                               : "";
  return fmt::format(
      "{}{}, {}, {}{}; {}{}, {} in batches of {}; {}, {}",
      members > 1 ? fmt::format("{} networks ", members) : "network ", fmt::join(plan.network.widths, "-"),
      name_of(plan.network.activation), counted(parameter_count(plan.network), "parameter"), members > 1 ? " each" : "",
      name_of(*train.optimizer), rate,
      *train.epochs == kAutoEpochs ? "as many epochs as lower the validation loss" : counted(*train.epochs, "epoch"),
      *train.batch_size, nn::name_of(plan.device), counted(plan.threads, "thread"));
}

std::string describe_ranks(const Config& config, const Plan& plan) {
  const auto how = [&](int64_t networks) {
    if (shares_batches(*plan.ranks, static_cast<size_t>(networks)))
      return std::string("all train each network, each on its share of every batch");
    const int64_t fewest = networks / plan.ranks->size(), rest = networks % plan.ranks->size();
    return fmt::format("each trains {}{} of its own", rest > 0 ? fmt::format("{} or ", fewest) : "",
                       counted(fewest + (rest > 0 ? 1 : 0), "network"));
  };
  const int64_t members = plan.network.members;
  std::string does = how(members);
  if (has_trials(config)) {
    const std::string trials = how(kTrialNetworks), then = how(members - kTrialNetworks);
    does = trials == then ? trials : fmt::format("in trials {}, then {}", trials, then);
  }
  return fmt::format("{}: {}", plan.ranks->describe(), does);
}

}  // namespace mdl
