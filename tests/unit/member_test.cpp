#include "torch_test.h"

#include <cmath>
#include <numbers>

#include "nn/loss.h"
#include "prepared.h"
#include "train/member.h"

using namespace mdl;

namespace {

constexpr int64_t kRows = 60, kSteps = 20;
constexpr double kRate = 0.04;

const Network kNetwork{
    .widths = {2, 8, 6, 3}, .activation = Activation::kSelu, .scale = true, .dense = 2, .numbers = 2};

/// RealMLP-TD-S, reduced, written out as the paper has it: layers compute x W / sqrt(inputs) + b, all parameters learn
/// with the same epsilon and with rates of 6 times (scale), once (weights) and 0.1 times (biases) that of the schedule.
class PaperNetwork {
 public:
  /// `values`: scale, then weight [out, in] and bias of each layer in the form that the program stores, x W^T + b.
  explicit PaperNetwork(const std::vector<at::Tensor>& values) {
    for (size_t i = 0; i < values.size(); ++i) {
      const bool weight = i % 2 == 1;
      const at::Tensor value = weight ? values[i].t() * root(values[i]) : values[i];
      parameters_.push_back(value.to(at::kDouble).contiguous().clone().requires_grad_());
      rates_.push_back(i == 0 ? 6 : weight ? 1 : 0.1);
      first_.push_back(at::zeros_like(parameters_[i]).detach());
      second_.push_back(first_[i].clone());
    }
  }

  void step(const at::Tensor& x, const at::Tensor& classes) {
    for (at::Tensor& parameter : parameters_) parameter.mutable_grad() = at::Tensor();
    at::Tensor z = x * parameters_[0];
    for (size_t i = 1; i < parameters_.size(); i += 2) {
      z = at::mm(z, parameters_[i]) / std::sqrt(static_cast<double>(z.size(1))) + parameters_[i + 1];
      if (i + 2 < parameters_.size()) z = torch::nn::SELU()(z);
    }
    torch::nn::functional::cross_entropy(z, classes).backward();

    const double fraction = static_cast<double>(steps_) / static_cast<double>(kSteps);
    const double rate = kRate * 0.5 * (1 - std::cos(2 * std::numbers::pi * std::log2(1 + 15 * fraction)));
    ++steps_;
    const torch::NoGradGuard no_autograd;
    for (size_t i = 0; i < parameters_.size(); ++i) {
      const at::Tensor gradient = parameters_[i].grad();
      first_[i] = 0.9 * first_[i] + 0.1 * gradient;
      second_[i] = 0.95 * second_[i] + 0.05 * gradient * gradient;
      const at::Tensor m = first_[i] / (1 - std::pow(0.9, steps_)), v = second_[i] / (1 - std::pow(0.95, steps_));
      parameters_[i] -= rate * rates_[i] * m / (v.sqrt() + 1e-8);
    }
  }

  /// In the program's form.
  std::vector<at::Tensor> values() const {
    std::vector<at::Tensor> values;
    for (size_t i = 0; i < parameters_.size(); ++i) {
      const at::Tensor value = parameters_[i].detach();
      values.push_back(i % 2 == 1 ? (value / std::sqrt(static_cast<double>(value.size(0)))).t() : value);
    }
    return values;
  }

 private:
  static double root(const at::Tensor& weight) { return std::sqrt(static_cast<double>(weight.size(1))); }
  std::vector<at::Tensor> parameters_, first_, second_;
  std::vector<double> rates_;
  int64_t steps_ = 0;
};

std::vector<at::Tensor> values_in(const at::Tensor& flat, const std::vector<nn::ParameterSlice>& slices) {
  std::vector<at::Tensor> values;
  for (const Parameter& parameter : parameters_of(kNetwork)) {
    const nn::ParameterSlice& slice = slices[values.size()];
    values.push_back(flat.narrow(0, slice.begin, slice.size).view(parameter.shape));
  }
  return values;
}

double largest_distance(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  double worst = 0;
  for (size_t i = 0; i < a.size(); ++i) worst = std::max(worst, distance(a[i], b[i]));
  return worst;
}

at::Tensor inputs_of(const TrainingData& prepared) {
  return at::from_blob(const_cast<float*>(prepared.rows.numbers.data()), {kRows, 2}, at::kFloat).to(at::kDouble);
}

at::Tensor classes_of(const TrainingData& prepared) {
  return at::from_blob(const_cast<int32_t*>(prepared.labels.classes.data()), {kRows}, at::kInt).to(at::kLong);
}

/// The default preset without what RealMLP-TD-S leaves out.
Config reduced_realmlp() {
  Config config;
  config.model.members = 1;
  config.model.parametric_activation = false;
  config.model.periodic_embeddings = false;
  config.model.dropout = 0;
  config.train.optimizer = Optimizer::kAdam;
  config.train.weight_decay = 0;
  config.train.regularization_schedule = RegularizationSchedule::kConstant;
  config.train.epochs = kSteps;
  config.train.batch_size = kRows;
  config.train.learning_rate = kRate;
  resolve(config, DataSummary{Task::kMulticlass, kRows});
  return config;
}

const auto kNothingElse = [] { return true; };

}  // namespace

TEST_CASE("network, optimizer and schedule make the steps of RealMLP-TD-S as the paper writes it") {
  const TrainingData prepared = three_clouds(kRows, 0);
  const at::Tensor x = inputs_of(prepared), classes = classes_of(prepared);
  for (const Kind& kind : kKinds) {
    if (kind.dtype == at::kFloat) continue;
    INFO(name_of(kind));
    nn::Mlp mlp(kNetwork, {.dtype = at::kDouble, .backend = kind.backend});
    std::vector<nn::ParameterGroup> factors;
    for (const nn::ParameterSlice& slice : mlp.slices()) {
      mlp.parameters().narrow(0, slice.begin, slice.size).copy_(normal({slice.size}, factors.size()));
      const double root = std::sqrt(static_cast<double>(slice.inputs));
      factors.push_back(slice.role == Role::kWeight
                            ? nn::ParameterGroup{.learning_rate = 1 / root, .epsilon = root}
                            : nn::ParameterGroup{.learning_rate = slice.role == Role::kScale ? 6 : 0.1});
    }
    PaperNetwork paper(values_in(mlp.parameters(), mlp.slices()));
    nn::FlatOptimizer optimizer({.kind = Optimizer::kAdam, .beta2 = 0.95}, mlp, kind.backend, factors);
    const nn::ScheduleSettings schedule{.kind = Schedule::kCoslog4, .learning_rate = kRate, .steps = kSteps};
    const auto add_loss = kind.backend == nn::Backend::kNative ? nn::add_loss : nn::add_loss_by_aten;
    at::Tensor grad = at::empty({kRows, 3}, at::kDouble), sum = at::zeros({1}, at::kDouble);
    for (int64_t step = 0; step < kSteps; ++step) {
      INFO("step " << step);
      add_loss({Task::kMulticlass}, mlp.forward(x, nn::Pass::kTraining), classes.to(at::kDouble), {}, grad, sum);
      mlp.backward(grad);
      CHECK(optimizer.step(nn::learning_rate_at(schedule, {}, step)));
      paper.step(x, classes);
      CHECK(largest_distance(values_in(mlp.parameters(), mlp.slices()), paper.values()) < 1e-8);
    }
  }
}

TEST_CASE("a member of the default recipe makes the steps of RealMLP-TD-S as the paper writes it") {
  const TrainingData prepared = three_clouds(kRows, 0);
  const Config config = reduced_realmlp();
  const Batches batches(prepared, {}, at::kCPU);
  Member member(config, kNetwork, prepared, batches, at::kCPU, nn::Backend::kNative, 0);
  member.restore({});
  const nn::Mlp layout(kNetwork, {});
  const auto values = [&] {
    const std::vector<float> flat = member.state().parameters;
    return values_in(at::tensor(flat), layout.slices());
  };
  PaperNetwork paper(values());
  for (int64_t step = 1; step <= kSteps; ++step) {
    INFO("step " << step);
    member.advance(step, {}, kNothingElse);
    paper.step(inputs_of(prepared), classes_of(prepared));
    CHECK(largest_distance(values(), paper.values()) < 1e-3);
  }
}

TEST_CASE("an epoch's last batch is the rest, or dropped") {
  const TrainingData prepared = three_clouds(10, 0);
  const Batches batches(prepared, {}, at::kCPU);
  const auto per_epoch = [&](int64_t batch_size, bool drop_last) {
    Config config = plain_config();
    config.train.batch_size = batch_size;
    config.train.drop_last = drop_last;
    return Member(config, kNetwork, prepared, batches, at::kCPU, nn::Backend::kNative, 0).batches_per_epoch();
  };
  CHECK(per_epoch(4, false) == 3);
  CHECK(per_epoch(4, true) == 2);
  CHECK(per_epoch(5, true) == 2);
  CHECK(per_epoch(11, false) == 1);
  CHECK(per_epoch(11, true) == 1);
}

TEST_CASE("a warm-up takes its share of the epochs") {
  const TrainingData prepared = three_clouds(10, 0);
  const Batches batches(prepared, {}, at::kCPU);
  Config config = plain_config();
  config.train.batch_size = 2;
  config.train.epochs = 4;
  config.train.warmup_epochs = 1.5;
  const nn::ScheduleSettings schedule =
      Member(config, kNetwork, prepared, batches, at::kCPU, nn::Backend::kNative, 0).schedule();
  CHECK(schedule.steps == 20);
  CHECK(schedule.steps_per_epoch == 5);
  CHECK(schedule.warmup_steps == 8);
}

TEST_CASE("members begin with weights of their own") {
  const TrainingData prepared = three_clouds(10, 0);
  const Batches batches(prepared, {}, at::kCPU);
  const Config config = plain_config();
  const auto first_weights = [&](uint64_t number) {
    Member member(config, kNetwork, prepared, batches, at::kCPU, nn::Backend::kNative, number);
    member.restore({});
    return member.state().parameters;
  };
  CHECK(first_weights(0) == first_weights(0));
  CHECK(first_weights(0) != first_weights(1));
}

TEST_CASE("the losses of a member are those of the rows it saw since they were last taken") {
  const TrainingData prepared = three_clouds(10, 0);
  const Batches batches(prepared, {}, at::kCPU);
  Config config = plain_config();
  config.train.batch_size = 4;
  config.train.learning_rate = 0;
  Member member(config, kNetwork, prepared, batches, at::kCPU, nn::Backend::kNative, 0);
  member.restore({});
  member.advance(3, {}, kNothingElse);
  const auto [sum, rows] = member.take_losses();
  CHECK(rows == 10);
  std::vector<uint32_t> all(10);
  for (uint32_t row = 0; row < 10; ++row) all[row] = row;
  const std::vector<float> outputs = member.validation();
  const at::Tensor logits = at::tensor(outputs).view({10, 3}).to(at::kDouble),
                   classes = at::tensor(prepared.labels.classes).to(at::kLong);
  const at::Tensor expected = torch::nn::functional::cross_entropy(
      logits, classes, torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kSum));
  CHECK(sum == Approx(expected.item<double>()).epsilon(1e-5));
  CHECK(member.take_losses() == std::pair<double, int64_t>(0, 0));
}
