#include "torch_test.h"

#include "nn/loss.h"

using namespace mdl;
using namespace mdl::nn;
namespace F = torch::nn::functional;

namespace {

constexpr int64_t kRows = 23;

/// The same of numbers, by formulas where torch has none.
at::Tensor losses_of_numbers(const Loss& loss, const at::Tensor& outputs, const at::Tensor& y) {
  const Objective& objective = loss.objective;
  const at::Tensor z = outputs.select(1, 0);
  switch (objective.loss) {
    case LossKind::kAuto: return F::mse_loss(z, y, F::MSELossFuncOptions().reduction(torch::kNone));
    case LossKind::kMae: return F::l1_loss(z, y, F::L1LossFuncOptions().reduction(torch::kNone));
    case LossKind::kHuber:
      return F::huber_loss(z, y, F::HuberLossFuncOptions().reduction(torch::kNone).delta(objective.huber_delta));
    case LossKind::kQuantile: {
      at::Tensor sum = at::zeros_like(y);
      for (size_t k = 0; k < objective.quantiles.size(); ++k) {
        const at::Tensor residual = y - loss.offsets[k] - outputs.select(1, static_cast<int64_t>(k));
        sum = sum + at::maximum(objective.quantiles[k] * residual, (objective.quantiles[k] - 1) * residual);
      }
      return sum / static_cast<double>(objective.quantiles.size());
    }
    case LossKind::kPoisson:
      return 2 *
             (F::poisson_nll_loss(z, y, F::PoissonNLLLossFuncOptions().reduction(torch::kNone)) + at::xlogy(y, y) - y);
    case LossKind::kGamma: return 2 * (y / z.exp() - 1 - (y / z.exp()).log());
    case LossKind::kTweedie: break;
  }
  const double p = objective.tweedie_power;
  return 2 * (y.pow(2 - p) / ((1 - p) * (2 - p)) - y * z.exp().pow(1 - p) / (1 - p) + z.exp().pow(2 - p) / (2 - p));
}

/// Each row's loss by torch.nn.functional.
at::Tensor losses_by_torch(const Loss& loss, const at::Tensor& z, const at::Tensor& y) {
  switch (loss.task) {
    case Task::kBinary:
      return F::binary_cross_entropy_with_logits(z.squeeze(1),
                                                 y * (1 - loss.label_smoothing) + loss.label_smoothing / 2,
                                                 F::BinaryCrossEntropyWithLogitsFuncOptions().reduction(torch::kNone));
    case Task::kMulticlass:
      return F::cross_entropy(
          z, y.to(at::kLong),
          F::CrossEntropyFuncOptions().reduction(torch::kNone).label_smoothing(loss.label_smoothing));
    case Task::kRegression: return losses_of_numbers(loss, z, y);
  }
  return z;
}

void check_loss(const Loss& loss, int64_t width, const at::Tensor& targets, double size = 3) {
  for (const Kind& kind : kKinds) {
    for (const bool weighted : {false, true}) {
      INFO(name_of(kind) << (weighted ? ", weighted" : ""));
      const at::Tensor outputs = (size * normal({kRows, width}, 1)).to(kind.dtype), labels = targets.to(kind.dtype);
      const at::Tensor weights = weighted ? normal({kRows}, 2, kind.dtype).abs() : at::Tensor();
      const at::Tensor factors = weighted ? weights.to(at::kDouble) : at::ones({kRows}, at::kDouble);
      const Reference label = autograd({outputs}, at::ones({}, at::kDouble), [&](const auto& leaves) {
        return (factors * losses_by_torch(loss, leaves[0], labels.to(at::kDouble))).sum();
      });
      at::Tensor grad = at::full_like(outputs, 99), none, sum = at::full({1}, 5, at::kDouble);
      const auto add = kind.backend == Backend::kNative ? add_loss : add_loss_by_aten;
      add(loss, outputs, labels, weights, grad, sum);
      CHECK(distance(sum, label.output.view({1}) + 5) < kind.tolerance);
      CHECK(distance(grad * static_cast<double>(kRows), label.gradients[0]) < kind.tolerance);
      add(loss, outputs, labels, weights, none, sum);
      CHECK(distance(sum, 2 * label.output.view({1}) + 5) < kind.tolerance);
      CHECK_FALSE(none.defined());
    }
  }
}

}  // namespace

TEST_CASE("the binary loss is torch's binary cross-entropy with logits") {
  for (const double smoothing : {0.0, 0.1}) check_loss({Task::kBinary, smoothing}, 1, at::arange(kRows) % 2);
}

TEST_CASE("the multiclass loss is torch's cross-entropy") {
  for (const double smoothing : {0.0, 0.1}) {
    for (const int64_t classes : {3, 4, 40})
      check_loss({Task::kMulticlass, smoothing}, classes, at::arange(kRows) % classes);
  }
}

TEST_CASE("the regression loss is torch's squared error, and label smoothing does not touch it") {
  for (const double smoothing : {0.0, 0.1}) check_loss({Task::kRegression, smoothing}, 1, normal({kRows}, 3));
}

TEST_CASE("mae and huber are torch's L1 and Huber losses") {
  check_loss({.task = Task::kRegression, .objective = {.loss = LossKind::kMae}}, 1, normal({kRows}, 3));
  for (const double delta : {0.3, 1.0, 50.0})
    check_loss({.task = Task::kRegression, .objective = {.loss = LossKind::kHuber, .huber_delta = delta}}, 1,
               normal({kRows}, 3));
}

TEST_CASE("the quantile loss is the mean pinball loss of the outputs, each around its own centre") {
  check_loss({.task = Task::kRegression,
              .objective = {.loss = LossKind::kQuantile, .quantiles = {0.05, 0.5, 0.8, 0.95}},
              .offsets = {-1.5, 0, 0.7, 2}},
             4, normal({kRows}, 3));
}

TEST_CASE("losses with a log link are unit deviances of the output's exponential, also of targets of 0") {
  const at::Tensor counts = at::arange(kRows) % 4, amounts = normal({kRows}, 3).abs() + 0.1;
  check_loss({.task = Task::kRegression, .objective = {.loss = LossKind::kPoisson}}, 1, counts, 1);
  check_loss({.task = Task::kRegression, .objective = {.loss = LossKind::kGamma}}, 1, amounts, 1);
  for (const double power : {1.1, 1.5, 1.9}) {
    const Objective tweedie{.loss = LossKind::kTweedie, .tweedie_power = power};
    check_loss({.task = Task::kRegression, .objective = tweedie}, 1, amounts, 1);
    check_loss({.task = Task::kRegression, .objective = tweedie}, 1, counts, 1);
  }
}

TEST_CASE("losses of extreme logits are finite and exact") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    const auto add = kind.backend == Backend::kNative ? add_loss : add_loss_by_aten;
    const auto options = at::TensorOptions(kind.dtype);
    at::Tensor sum = at::zeros({1}, at::kDouble), grad = at::empty({2, 1}, options);
    add({Task::kBinary}, at::tensor({1000., -1000.}, options).view({2, 1}), at::tensor({0., 1.}, options), {}, grad,
        sum);
    CHECK(sum.item<double>() == 2000);
    CHECK(at::equal(grad, at::tensor({0.5, -0.5}, options).view({2, 1})));
    sum.zero_();
    grad = at::empty({1, 3}, options);
    add({Task::kMulticlass}, at::tensor({1000., 0., -1000.}, options).view({1, 3}), at::tensor({2.}, options), {}, grad,
        sum);
    CHECK(sum.item<double>() == 2000);
    CHECK(at::equal(grad, at::tensor({1., 0., -1.}, options).view({1, 3})));
  }
}
