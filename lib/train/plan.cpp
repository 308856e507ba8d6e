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

}  // namespace

int thread_count(const Config& config, const Network& network) {
  if (config.threads > 0) return static_cast<int>(config.threads);
  int64_t weights = 0;
  for (size_t i = 0; i + 1 < network.widths.size(); ++i) weights += network.widths[i] * network.widths[i + 1];
  // Below some ten million multiplications a batch, handing out its parts costs more than a second thread brings.
  // Members need no handing out.
  constexpr int64_t kWorthSharing = 10'000'000;
  const bool worth = network.members > 1 || *config.train.batch_size * weights >= kWorthSharing;
  return worth ? static_cast<int>(std::max(1u, std::thread::hardware_concurrency())) : 1;
}

Plan plan_for(const Config& config, const TrainingData& data) {
  Plan plan{.network = network_for(config, data), .device = nn::find_device(config.device)};
  if (data.start) expect_same_network(*data.start, config, plan.network);
  plan.threads = thread_count(config, plan.network);
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

}  // namespace mdl
