// What must hold on a GPU. The tests tagged [gpu] run where LibTorch has a CUDA device (scripts/test --gpu); the same
// bodies run everywhere by ATen's operators on the CPU, which are those that a GPU computes with.
#include "features.h"
#include "torch_test.h"

#include "modelfile/model.h"
#include "nn/predictor.h"
#include "prepared.h"
#include "train/fit.h"
#include "train/stacked_members.h"

using namespace mdl;

namespace {

const LoopOptions kOwnLoops{}, kAtenOnCpu{.aten = true}, kGpu{.device = {at::kCUDA, 0}};

/// Three clouds whose rows also have a category, of which a table is learned.
TrainingData clouds_with_categories(size_t rows, size_t validation) {
  TrainingData prepared = three_clouds(rows, validation);
  prepared.encoder.features.push_back(embedded("c", {"k0", "k1", "k2", "k3"}));
  for (size_t row = 0; row < rows; ++row) prepared.rows.indices.push_back(static_cast<int32_t>(row * 7 % 5) - 1);
  return prepared;
}

/// A network with all that the front and the layers can do.
Network network_of(const Config& config, Normalization normalization) {
  Network network{.activation = Activation::kMish,
                  .parametric = true,
                  .normalization = normalization,
                  .scale = true,
                  .dense = 2,
                  .numbers = 2,
                  .frequencies = 4,
                  .embeddings = {5},
                  .members = *config.model.members};
  network.widths = {network.input_width(), 32, 16, 3};
  return network;
}

Config config_of() {
  Config config = plain_config();
  config.model.dropout = 0.1;
  config.model.members = 2;
  config.train.epochs = 4;
  config.train.batch_size = 32;
  config.train.learning_rate = 0.01;
  config.train.optimizer = Optimizer::kAdamW;
  config.train.weight_decay = 0.01;
  config.train.label_smoothing = 0.05;
  config.train.clip_norm = 1;
  return config;
}

TrainState trained(const Config& config, const Network& network, const TrainingData& prepared,
                   const LoopOptions& options, TrainState state = {}) {
  train_members(config, network, prepared, options, state);
  return state;
}

void train_as_by_own_loops(const LoopOptions& options) {
  const Config config = config_of();
  const TrainingData prepared = clouds_with_categories(230, 40);
  for (const Normalization normalization : {Normalization::kNone, Normalization::kLayer}) {
    const Network network = network_of(config, normalization);
    const TrainState expected = trained(config, network, prepared, kOwnLoops),
                     found = trained(config, network, prepared, options);
    REQUIRE(found.history.size() == expected.history.size());
    for (size_t i = 0; i < expected.history.size(); ++i) {
      INFO("epoch " << i + 1);
      CHECK(found.history[i].train_loss == Approx(expected.history[i].train_loss).epsilon(1e-4));
      CHECK(found.history[i].validation_loss == Approx(expected.history[i].validation_loss).epsilon(1e-4));
    }
    CHECK(expected.history.back().validation_loss < 0.95 * expected.history.front().validation_loss);
    for (size_t m = 0; m < 2; ++m)
      CHECK(distance(at::tensor(found.members[m].parameters), at::tensor(expected.members[m].parameters)) < 1e-3);
  }
}

void go_on_to_the_same_bytes(const LoopOptions& options) {
  Config config = config_of();
  config.train.evaluate_every = {.epochs = *config.train.epochs};
  const TrainingData prepared = clouds_with_categories(230, 40);  // 6 steps an epoch, the last one of 30 rows
  const Network network = network_of(config, Normalization::kLayer);
  const TrainState whole = trained(config, network, prepared, options);
  REQUIRE(whole.members[0].step == 24);
  const Batches batches(prepared, {}, options.device, /*table_there=*/true);
  for (const int64_t stop : {1, 5, 6, 7, 23}) {
    INFO("step " << stop);
    std::vector<MemberState> states(2);
    {
      const c10::InferenceMode no_autograd;
      StackedMembers members(config, network, prepared, batches, options.device, {0, 1});
      members.restore_all(states);
      members.advance(stop, {}, [] { return true; });
      states = members.states();
    }
    REQUIRE(states[1].step == stop);
    const TrainState found = trained(config, network, prepared, options, {.members = states});
    for (size_t m = 0; m < 2; ++m) {
      CHECK(found.members[m].parameters == whole.members[m].parameters);
      CHECK(found.members[m].first == whole.members[m].first);
      CHECK(found.members[m].second == whole.members[m].second);
      CHECK(found.members[m].best == whole.members[m].best);
    }
    CHECK(found.history.back().train_loss == whole.history.back().train_loss);
    CHECK(found.history.back().validation_loss == whole.history.back().validation_loss);
  }
}

/// A row alone has the prediction that it has among others.
void predict_as_the_cpu(at::Device device) {
  const Config config = config_of();
  const TrainingData prepared = clouds_with_categories(230, 40);
  Model model;
  model.target = prepared.target;
  model.encoder = prepared.encoder;
  model.network = network_of(config, Normalization::kLayer);
  model.members =
      best_of(config, model.network, prepared, kOwnLoops, trained(config, model.network, prepared, kOwnLoops)).members;
  Predictor cpu(model), other = nn::predictor_by_aten(model, device);
  Predictions expected, found, one;
  cpu.predict(prepared.rows, 0, prepared.rows.rows, expected);
  other.predict(prepared.rows, 0, prepared.rows.rows, found);
  CHECK(distance(at::tensor(found.probabilities, at::kDouble), at::tensor(expected.probabilities, at::kDouble)) < 1e-5);
  other.predict(prepared.rows, 5, 1, one);
  CHECK(one.probabilities == std::vector<double>(found.probabilities.begin() + 15, found.probabilities.begin() + 18));
}

bool has_gpu() {
  if (at::hasCUDA() && at::getNumGPUs() > 0) return true;
  WARN("no CUDA device is there");
  return false;
}

}  // namespace

TEST_CASE("a training run by ATen's operators comes to the results of our own loops") {
  train_as_by_own_loops(kAtenOnCpu);
}

TEST_CASE("a run by ATen's operators goes on from any step to the same bytes") { go_on_to_the_same_bytes(kAtenOnCpu); }

TEST_CASE("a training run on a GPU comes to the CPU's results", "[.][gpu]") {
  if (has_gpu()) train_as_by_own_loops(kGpu);
}

TEST_CASE("a run on a GPU goes on from any step to the same bytes", "[.][gpu]") {
  if (has_gpu()) go_on_to_the_same_bytes(kGpu);
}

TEST_CASE("ATen's operators predict what our own loops predict") { predict_as_the_cpu(at::kCPU); }

TEST_CASE("a GPU predicts what the CPU predicts", "[.][gpu]") {
  if (has_gpu()) predict_as_the_cpu(kGpu.device);
}
