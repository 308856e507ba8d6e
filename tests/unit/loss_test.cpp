#include "torch_test.h"

#include "nn/loss.h"

using namespace mdl;
using namespace mdl::nn;
namespace F = torch::nn::functional;

namespace {

constexpr int64_t kRows = 23;

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
    case Task::kRegression: return F::mse_loss(z.squeeze(1), y, F::MSELossFuncOptions().reduction(torch::kNone));
  }
  return z;
}

void check_loss(const Loss& loss, int64_t width, const at::Tensor& targets) {
  for (const Kind& kind : kKinds) {
    for (const bool weighted : {false, true}) {
      INFO(name_of(kind) << (weighted ? ", weighted" : ""));
      const at::Tensor outputs = (3 * normal({kRows, width}, 1)).to(kind.dtype), labels = targets.to(kind.dtype);
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
