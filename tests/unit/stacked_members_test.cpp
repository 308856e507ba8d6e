// Several networks as one come to what each comes to by itself.
#include "torch_test.h"

#include "features.h"
#include "network_by_torch.h"
#include "nn/dropout_masks.h"
#include "nn/kernels.h"
#include "nn/loss.h"
#include "nn/mlp.h"
#include "nn/optimizer.h"
#include "nn/step_values.h"
#include "prepared.h"
#include "train/member.h"
#include "train/stacked_members.h"

using namespace mdl;
using at::Tensor;

namespace {

constexpr int64_t kMembers = 3;
const std::vector<uint64_t> kSeeds = {4, 5, 0xFEDCBA9876543210};

Network with_bags_and_norms() {
  Network network = kRealMlp;
  network.bags = {6, 9};
  network.bag_width = 5;
  network.normalization = Normalization::kLayer;
  network.activation = Activation::kSelu;
  network.widths[0] = network.input_width();
  return network;
}

Tensor step_values(int64_t number, double rate) {
  Tensor values = at::zeros({nn::kStepValues}, at::kDouble);
  const auto dropped_below = static_cast<double>(std::lround(rate * 65536));
  values[nn::kNumber] = static_cast<double>(number);
  values[nn::kDroppedBelow] = dropped_below;
  values[nn::kKept] = 1 / (1 - dropped_below / 65536);
  return values;
}

/// Indices of embeddings and bags that reach all of them.
Tensor indices_for(const Network& network, const Bags& bags, int64_t rows) {
  std::vector<Tensor> columns;
  for (const int64_t categories : network.embeddings)
    columns.push_back(at::arange(rows, at::kLong).remainder(categories));
  for (size_t j = 0; j < network.bags.size(); ++j)
    columns.push_back(
        (at::arange(rows, at::kLong) * 3 + static_cast<int64_t>(j)).remainder(static_cast<int64_t>(bags.count())));
  return at::stack(columns, 1);
}

/// Folds, so that networks have different rows; of a category a table is learned.
TrainingData with_folds(size_t rows) {
  TrainingData prepared = three_clouds(rows, 0);
  prepared.encoder.features.push_back(embedded("c", {"k0", "k1", "k2", "k3"}));
  for (size_t row = 0; row < rows; ++row) prepared.rows.indices.push_back(static_cast<int32_t>(row * 7 % 5) - 1);
  prepared.split = split_into_folds(Strata(rows, 0), 3, 1);
  return prepared;
}

Config config_of() {
  Config config = plain_config();
  config.model.dropout = 0.1;
  config.model.members = kMembers;
  config.train.epochs = 5;
  config.train.batch_size = 32;
  config.train.learning_rate = 0.01;
  config.train.optimizer = Optimizer::kAdamW;
  config.train.weight_decay = 0.01;
  config.train.clip_norm = 1;
  config.train.schedule = Schedule::kCosine;
  config.train.weight_averaging = 0.1;
  config.train.regularization_schedule = RegularizationSchedule::kFlatCos;
  return config;
}

Network network_of(Normalization normalization) {
  return with_input_layer({.activation = Activation::kMish,
                           .parametric = true,
                           .normalization = normalization,
                           .scale = true,
                           .dense = 2,
                           .numbers = 2,
                           .frequencies = 4,
                           .embeddings = {5},
                           .members = kMembers},
                          {32, 16, 3});
}

const auto kGoOn = [] { return true; };

}  // namespace

TEST_CASE("the masks of several networks are bit by bit those that each draws by itself") {
  const std::vector<int64_t> widths = {40, 7, 64};
  for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
    nn::DropoutMasks masks(kSeeds, widths, at::empty({0}, type));
    for (const int64_t rows : {1, 30, 64}) {
      for (const int64_t number : {1, 6, 20'000}) {
        const std::vector<Tensor> drawn = masks.draw(step_values(number, 0.3), rows);
        for (size_t layer = 0; layer < widths.size(); ++layer) {
          for (int64_t m = 0; m < kMembers; ++m) {
            INFO(rows << " rows, step " << number << ", layer " << layer << ", member " << m);
            nn::Dropout dropout(0.3, kSeeds[static_cast<size_t>(m)], static_cast<uint32_t>(layer));
            dropout.set_step({.number = number});
            const Tensor expected = dropout.forward(at::ones({rows, widths[layer]}, type), nn::Pass::kTraining);
            CHECK(at::equal(drawn[layer].select(0, m), expected));
          }
        }
      }
    }
  }
}

TEST_CASE("outputs, losses, gradients and steps of several networks as one are those of each") {
  constexpr int64_t kRows = 24;
  for (const Network& network :
       {kRealMlp, with_bags_and_norms(), Network{.widths = {7, 9, 2}, .dense = 7, .numbers = 7}}) {
    for (const Optimizer kind : {Optimizer::kSgd, Optimizer::kAdam, Optimizer::kAdamW}) {
      INFO(mdl::name_of(kind) << ", " << network.bags.size() << " bags, normalization "
                              << mdl::name_of(network.normalization));
      nn::Mlp all(network, {.dropout = 0.2, .dtype = at::kDouble, .backend = nn::Backend::kAten, .seeds = kSeeds});
      const nn::OptimizerSettings settings{.kind = kind, .weight_decay = 0.1, .clip_norm = 0.5};
      nn::FlatOptimizer optimizer(settings, all, nn::Backend::kAten);
      const Bags bags = bags_for(network);
      const nn::BagTensors bag_tensors = bags.count() > 0 ? nn::BagTensors::of(bags, at::kCPU) : nn::BagTensors();
      const bool indexed = !network.embeddings.empty();
      const nn::Loss loss{Task::kMulticlass};
      std::vector<std::unique_ptr<nn::Mlp>> each;
      std::vector<std::unique_ptr<nn::FlatOptimizer>> optimizers;
      for (int64_t m = 0; m < kMembers; ++m) {
        each.push_back(std::make_unique<nn::Mlp>(
            network, nn::MlpOptions{.dropout = 0.2, .seed = kSeeds[static_cast<size_t>(m)], .dtype = at::kDouble}));
        std::vector<std::vector<float>> values;
        for (const nn::ParameterSlice& slice : all.slices()) {
          const Tensor some = normal({slice.size}, values.size() + 100 * static_cast<uint64_t>(m), at::kFloat) / 2;
          values.emplace_back(some.const_data_ptr<float>(), some.const_data_ptr<float>() + slice.size);
        }
        all.set_values(values, m);
        each.back()->set_values(values);
        optimizers.push_back(std::make_unique<nn::FlatOptimizer>(settings, *each.back(), nn::Backend::kNative));
      }
      for (int64_t step = 1; step <= 4; ++step) {
        const Tensor dense = normal({kMembers, kRows, 7}, static_cast<uint64_t>(step)),
                     targets = normal({kMembers, kRows}, 9).gt(0).to(at::kDouble),
                     weights = normal({kMembers, kRows}, 8).square();
        const Tensor indices = indexed ? indices_for(network, bags, kRows) : Tensor();
        const Tensor of_all = indexed ? indices.expand({kMembers, -1, -1}) : Tensor();
        const double rate = 0.01 * static_cast<double>(step), t = static_cast<double>(step);
        Tensor grad = at::empty({kMembers, kRows, 2}, at::kDouble), sums = at::zeros({kMembers}, at::kDouble);
        const Tensor outputs = all.forward({dense, of_all, bag_tensors}, nn::Pass::kTraining,
                                           {.on_device = step_values(step, 0.2)});
        nn::add_losses_by_aten(loss, outputs, targets, weights, at::full({kMembers, 1, 1}, double(kRows), at::kDouble),
                               grad, sums);
        all.backward(grad);
        const auto number = [](double value) { return at::scalar_tensor(value, at::kDouble); };
        optimizer.step_on_device({number(rate), number(rate / (1 - std::pow(0.9, t))),
                                  number(std::sqrt(1 - std::pow(0.999, t))), number(0.1)});
        for (int64_t m = 0; m < kMembers; ++m) {
          INFO("step " << step << ", member " << m);
          nn::Mlp& one = *each[static_cast<size_t>(m)];
          const Tensor own = one.forward({dense[m], indices, bag_tensors}, nn::Pass::kTraining, {.number = step});
          CHECK(distance(outputs[m], own) < 1e-9);
          Tensor own_grad = at::empty_like(own), sum = at::zeros({1}, at::kDouble);
          nn::add_loss(loss, own, targets[m].contiguous(), weights[m].contiguous(), own_grad, sum);
          CHECK(distance(sums[m], sum[0]) < 1e-9);
          CHECK(distance(grad[m], own_grad) < 1e-9);
          one.backward(own_grad);
          CHECK(distance(all.gradients()[m], one.gradients()) < 1e-9);
          CHECK(optimizers[static_cast<size_t>(m)]->step(rate));
          CHECK(distance(all.parameters()[m], one.parameters()) < 1e-8);
        }
      }
    }
  }
}

TEST_CASE("members that step as one come to the weights of each by our own loops, wherever the table lies") {
  const c10::InferenceMode no_autograd;
  const Config config = config_of();
  const TrainingData prepared = with_folds(202);  // 134 or 135 rows each: the last batch is of 6 or 7
  for (const Normalization normalization : {Normalization::kNone, Normalization::kLayer}) {
    const Network network = network_of(normalization);
    for (const bool table_there : {true, false}) {
      INFO((table_there ? "table on the device" : "table on the host"));
      const Batches batches(prepared, {}, at::kCPU, table_there), here(prepared, {}, at::kCPU);
      StackedMembers all(config, network, prepared, batches, at::kCPU, {0, 1, 2});
      all.restore_all(std::vector<MemberState>(3));
      const int64_t steps = all.schedule().steps;
      all.advance(steps, {}, kGoOn);
      all.keep_best();
      const std::vector<MemberState> found = all.states();
      const std::vector<EvaluatedMember> evaluated = all.evaluate();
      for (size_t m = 0; m < 3; ++m) {
        INFO("member " << m);
        Member member(config, network, prepared, here, at::kCPU, nn::Backend::kNative, m);
        member.restore(MemberState{});
        member.advance(steps, {}, kGoOn);
        member.keep_best();
        const MemberState expected = member.state();
        CHECK(found[m].step == expected.step);
        CHECK(found[m].loss_rows == expected.loss_rows);
        CHECK(found[m].loss_sum == Approx(expected.loss_sum).epsilon(1e-4));
        CHECK(evaluated[m].loss_sum == found[m].loss_sum);
        CHECK(evaluated[m].loss_rows == found[m].loss_rows);
        CHECK(distance(at::tensor(found[m].parameters), at::tensor(expected.parameters)) < 1e-3);
        CHECK(distance(at::tensor(found[m].average), at::tensor(expected.average)) < 1e-3);
        CHECK(found[m].best == found[m].average);
        CHECK(distance(at::tensor(evaluated[m].outputs), at::tensor(member.validation())) < 1e-3);
      }
    }
  }
}

TEST_CASE("members that step as one go on from any step to the same bytes") {
  const c10::InferenceMode no_autograd;
  const Config config = config_of();
  const TrainingData prepared = with_folds(202);
  const Network network = network_of(Normalization::kNone);
  const Batches batches(prepared, {}, at::kCPU, true);
  StackedMembers whole(config, network, prepared, batches, at::kCPU, {0, 1, 2});
  whole.restore_all(std::vector<MemberState>(3));
  whole.advance(25, {}, kGoOn);
  const std::vector<MemberState> expected = whole.states();
  for (const int64_t stop : {1, 4, 5, 24}) {
    INFO("step " << stop);
    StackedMembers before(config, network, prepared, batches, at::kCPU, {0, 1, 2}),
        after(config, network, prepared, batches, at::kCPU, {0, 1, 2});
    before.restore_all(std::vector<MemberState>(3));
    before.advance(stop, {}, kGoOn);
    after.restore_all(before.states());
    after.advance(25, {}, kGoOn);
    const std::vector<MemberState> found = after.states();
    for (size_t m = 0; m < 3; ++m) {
      CHECK(found[m].parameters == expected[m].parameters);
      CHECK(found[m].first == expected[m].first);
      CHECK(found[m].second == expected[m].second);
      CHECK(found[m].average == expected[m].average);
      CHECK(found[m].loss_sum == expected[m].loss_sum);
      CHECK(found[m].loss_rows == expected[m].loss_rows);
    }
  }
}

TEST_CASE("a loss that is not finite ends members that step as one, and says in which steps") {
  const c10::InferenceMode no_autograd;
  Config config = config_of();
  config.train.learning_rate = 1e30;
  config.train.clip_norm = 0;
  const TrainingData prepared = with_folds(202);
  const Network network = network_of(Normalization::kNone);
  const Batches batches(prepared, {}, at::kCPU, true);
  StackedMembers all(config, network, prepared, batches, at::kCPU, {0, 1, 2});
  all.restore_all(std::vector<MemberState>(3));
  CHECK_THROWS_WITH(
      all.advance(25, {}, kGoOn),
      "epoch 5, steps 1 to 25: the loss is not finite; a smaller train.learning_rate (now 1e+30) usually helps");
}
