#include "torch_test.h"

#include <cmath>

#include "nn/optimizer.h"

using namespace mdl;
using namespace mdl::nn;

namespace {

constexpr double kRate = 0.01;
constexpr int kSteps = 50;

const Network kNetwork{.widths = {5, 7, 3}, .dense = 5, .numbers = 5};

/// A network and copies of its parameters for torch.optim.
struct Pair {
  Pair(at::ScalarType dtype, Backend backend) : mlp(kNetwork, {.dtype = dtype, .backend = backend}) {
    for (const Parameter& parameter : parameters_of(kNetwork)) {
      const ParameterSlice& slice = mlp.slices()[leaves.size()];
      const Tensor value = normal(parameter.shape, leaves.size());
      mlp.parameters().narrow(0, slice.begin, slice.size).copy_(value.flatten());
      leaves.push_back(value.clone().requires_grad_());
    }
  }

  /// The same random gradients for both.
  void draw_gradients(uint64_t seed, double size = 1) {
    for (size_t i = 0; i < leaves.size(); ++i) {
      const ParameterSlice& slice = mlp.slices()[i];
      const Tensor gradient = size * normal(leaves[i].sizes(), 1000 * seed + i);
      leaves[i].mutable_grad() = gradient.clone();
      mlp.gradients().narrow(0, slice.begin, slice.size).copy_(gradient.flatten());
    }
  }

  double distance_between() const {
    double worst = 0;
    for (size_t i = 0; i < leaves.size(); ++i) {
      const ParameterSlice& slice = mlp.slices()[i];
      worst = std::max(worst,
                       distance(mlp.parameters().narrow(0, slice.begin, slice.size), leaves[i].detach().flatten()));
    }
    return worst;
  }

  Mlp mlp;
  std::vector<Tensor> leaves;
};

/// torch's optimizer with a group for each parameter, whose options `group(i)` gives.
template <class Theirs, class Options, class Group>
Theirs optimizer_of(const std::vector<Tensor>& leaves, Group group) {
  std::vector<torch::optim::OptimizerParamGroup> groups;
  for (size_t i = 0; i < leaves.size(); ++i)
    groups.emplace_back(std::vector<Tensor>{leaves[i]}, std::make_unique<Options>(group(i)));
  return Theirs(groups, Options(kRate));  // what a group leaves at the library's default, it takes from here
}

template <class Theirs, class Options, class Group>
void check_steps(const OptimizerSettings& settings, Group group, const std::vector<ParameterGroup>& factors = {}) {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Pair pair(kind.dtype, kind.backend);
    FlatOptimizer ours(settings, pair.mlp, kind.backend, factors);
    Theirs theirs = optimizer_of<Theirs, Options>(pair.leaves, group);
    double worst = 0;
    for (int step = 0; step < kSteps; ++step) {
      pair.draw_gradients(static_cast<uint64_t>(step), step % 2 == 0 ? 1 : 0.01);
      if (settings.clip_norm > 0) torch::nn::utils::clip_grad_norm_(pair.leaves, settings.clip_norm);
      theirs.step();
      CHECK(ours.step(kRate));
      worst = std::max(worst, pair.distance_between());
    }
    CHECK(worst < kind.tolerance);
    CHECK(ours.state().steps == kSteps);
  }
}

bool is_weight(size_t parameter) { return parameter % 2 == 0; }

const std::vector<ParameterGroup> kFactors = {{.learning_rate = 0.5, .decay = 3, .epsilon = 20},
                                              {.learning_rate = 0.2, .decay = 0, .epsilon = 1},
                                              {.learning_rate = 6, .decay = 36, .epsilon = 0.1},
                                              {.learning_rate = 1, .decay = 2, .epsilon = 5}};

}  // namespace

TEST_CASE("sgd is torch.optim.SGD; weights decay, biases do not") {
  for (const double momentum : {0.0, 0.9}) {
    for (const double decay : {0.0, 0.1}) {
      check_steps<torch::optim::SGD, torch::optim::SGDOptions>(
          {.kind = Optimizer::kSgd, .momentum = momentum, .weight_decay = decay}, [=](size_t i) {
            return torch::optim::SGDOptions(kRate).momentum(momentum).weight_decay(is_weight(i) ? decay : 0);
          });
    }
  }
}

TEST_CASE("adam is torch.optim.Adam; weights decay, biases do not") {
  for (const double decay : {0.0, 0.1}) {
    const OptimizerSettings settings{.kind = Optimizer::kAdam, .weight_decay = decay, .beta2 = 0.95, .epsilon = 1e-3};
    check_steps<torch::optim::Adam, torch::optim::AdamOptions>(settings, [=](size_t i) {
      return torch::optim::AdamOptions(kRate).betas({0.9, 0.95}).eps(1e-3).weight_decay(is_weight(i) ? decay : 0);
    });
  }
  check_steps<torch::optim::Adam, torch::optim::AdamOptions>({.kind = Optimizer::kAdam},
                                                             [](size_t) { return torch::optim::AdamOptions(kRate); });
}

TEST_CASE("adamw is torch.optim.AdamW; weights decay, biases do not") {
  check_steps<torch::optim::AdamW, torch::optim::AdamWOptions>(
      {.kind = Optimizer::kAdamW, .weight_decay = 0.5},
      [](size_t i) { return torch::optim::AdamWOptions(kRate).weight_decay(is_weight(i) ? 0.5 : 0); });
}

TEST_CASE("gradients are clipped as by torch.nn.utils.clip_grad_norm_") {
  // Every other step has gradients that are short enough already.
  const OptimizerSettings sgd{.kind = Optimizer::kSgd, .momentum = 0.9, .weight_decay = 0.1, .clip_norm = 0.5};
  check_steps<torch::optim::SGD, torch::optim::SGDOptions>(
      sgd, [](size_t i) { return torch::optim::SGDOptions(kRate).momentum(0.9).weight_decay(is_weight(i) ? 0.1 : 0); });
  check_steps<torch::optim::AdamW, torch::optim::AdamWOptions>(
      {.kind = Optimizer::kAdamW, .weight_decay = 0.1, .clip_norm = 0.5},
      [](size_t i) { return torch::optim::AdamWOptions(kRate).weight_decay(is_weight(i) ? 0.1 : 0); });
}

TEST_CASE("a slice with factors is a parameter group with those options") {
  check_steps<torch::optim::SGD, torch::optim::SGDOptions>(
      {.kind = Optimizer::kSgd, .weight_decay = 0.01},
      [](size_t i) {
        return torch::optim::SGDOptions(kRate * kFactors[i].learning_rate)
            .momentum(0.9)
            .weight_decay(0.01 * kFactors[i].decay);
      },
      kFactors);
  check_steps<torch::optim::Adam, torch::optim::AdamOptions>(
      {.kind = Optimizer::kAdam, .weight_decay = 0.01, .epsilon = 0.01},
      [](size_t i) {
        return torch::optim::AdamOptions(kRate * kFactors[i].learning_rate)
            .eps(0.01 * kFactors[i].epsilon)
            .weight_decay(0.01 * kFactors[i].decay);
      },
      kFactors);
  // Decoupled decay takes the full learning rate, whatever the slice's own.
  check_steps<torch::optim::AdamW, torch::optim::AdamWOptions>(
      {.kind = Optimizer::kAdamW, .weight_decay = 0.01, .epsilon = 0.01},
      [](size_t i) {
        const ParameterGroup& one = kFactors[i];
        return torch::optim::AdamWOptions(kRate * one.learning_rate)
            .eps(0.01 * one.epsilon)
            .weight_decay(0.01 * one.decay / one.learning_rate);
      },
      kFactors);
}

TEST_CASE("weight decay fades with its factor") {
  for (const Kind& kind : kKinds) {
    for (const Optimizer optimizer : {Optimizer::kSgd, Optimizer::kAdam, Optimizer::kAdamW}) {
      INFO(name_of(kind) << ", " << mdl::name_of(optimizer));
      Pair half(kind.dtype, kind.backend), whole(kind.dtype, kind.backend);
      FlatOptimizer of_half({.kind = optimizer, .weight_decay = 0.2}, half.mlp, kind.backend);
      FlatOptimizer of_whole({.kind = optimizer, .weight_decay = 0.1}, whole.mlp, kind.backend);
      for (uint64_t step = 0; step < 5; ++step) {
        half.draw_gradients(step);
        whole.draw_gradients(step);
        of_half.step(kRate, 0.5);
        of_whole.step(kRate);
      }
      CHECK(distance(half.mlp.parameters(), whole.mlp.parameters()) < kind.tolerance);
    }
  }
}

TEST_CASE("training x W' with rate / sqrt(d) and epsilon sqrt(d) is training x W / sqrt(d)") {
  const Network network{.widths = {9, 2}, .dense = 9, .numbers = 9};
  const Tensor x = normal({20, 9}, 1), y = normal({20, 2}, 2), start = normal({2, 9}, 3);
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Mlp mlp(network, {.dtype = kind.dtype, .backend = kind.backend});
    mlp.parameters().narrow(0, 0, 18).copy_((start / 3).flatten());
    FlatOptimizer ours({.epsilon = 0.01}, mlp, kind.backend, {{.learning_rate = 1.0 / 3, .epsilon = 3}, {}});
    const Tensor weight = start.clone().requires_grad_(), bias = at::zeros({2}, at::kDouble).requires_grad_();
    torch::optim::Adam theirs({weight, bias}, torch::optim::AdamOptions(kRate).eps(0.01));
    for (int step = 0; step < kSteps; ++step) {
      theirs.zero_grad();
      (at::mm(x, weight.t()) / std::sqrt(9.0) + bias - y).square().sum().backward();
      theirs.step();
      const Tensor outputs = mlp.forward(x.to(kind.dtype), Pass::kTraining);
      mlp.backward(2 * (outputs - y.to(kind.dtype)));
      ours.step(kRate);
    }
    CHECK(distance(mlp.parameters().narrow(0, 0, 18), (weight.detach() / 3).flatten()) < kind.tolerance);
    CHECK(distance(mlp.parameters().narrow(0, mlp.slices()[1].begin, 2), bias.detach()) < kind.tolerance);
  }
}

TEST_CASE("a gradient that is not finite is reported") {
  for (const Kind& kind : kKinds) {
    if (kind.backend == Backend::kAten) continue;
    for (const Optimizer optimizer : {Optimizer::kSgd, Optimizer::kAdam, Optimizer::kAdamW}) {
      for (const double clip : {0.0, 1.0}) {
        for (const double bad : {HUGE_VAL, -HUGE_VAL, std::nan("")}) {
          INFO(name_of(kind) << ", " << mdl::name_of(optimizer) << ", clip_norm " << clip << ", " << bad);
          Pair pair(kind.dtype, kind.backend);
          FlatOptimizer optimizer_in_work({.kind = optimizer, .clip_norm = clip}, pair.mlp, kind.backend);
          pair.draw_gradients(1);
          CHECK(optimizer_in_work.step(kRate));
          const ParameterSlice& last = pair.mlp.slices().back();
          pair.mlp.gradients().narrow(0, last.begin + last.size - 1, 1).fill_(bad);
          CHECK_FALSE(optimizer_in_work.step(kRate));
        }
      }
    }
  }
}

TEST_CASE("clipping finds a gradient that is not finite by either code, and leaves the parameters as they are") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Pair pair(kind.dtype, kind.backend);
    FlatOptimizer optimizer({.clip_norm = 1}, pair.mlp, kind.backend);
    pair.draw_gradients(1);
    pair.mlp.gradients().narrow(0, 3, 1).fill_(std::nan(""));
    const Tensor before = pair.mlp.parameters().clone();
    CHECK_FALSE(optimizer.step(kRate));
    CHECK(at::equal(pair.mlp.parameters(), before));
  }
}

TEST_CASE("a step takes its own learning rate") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Pair pair(kind.dtype, kind.backend);
    FlatOptimizer ours({.kind = Optimizer::kAdamW, .weight_decay = 0.1}, pair.mlp, kind.backend);
    auto theirs = optimizer_of<torch::optim::AdamW, torch::optim::AdamWOptions>(
        pair.leaves, [](size_t i) { return torch::optim::AdamWOptions(kRate).weight_decay(is_weight(i) ? 0.1 : 0); });
    for (uint64_t step = 0; step < 10; ++step) {
      const double rate = kRate * static_cast<double>(1 + step % 3);
      for (auto& group : theirs.param_groups()) group.options().set_lr(rate);
      pair.draw_gradients(step);
      theirs.step();
      CHECK(ours.step(rate));
    }
    CHECK(pair.distance_between() < kind.tolerance);
  }
}
