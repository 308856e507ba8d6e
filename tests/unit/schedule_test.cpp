#include "nn/schedule.h"

#include <vector>

#include "torch_test.h"

using namespace mdl;
using namespace mdl::nn;

namespace {

std::vector<double> rates(const ScheduleSettings& settings, int64_t count) {
  std::vector<double> rates;
  for (int64_t step = 0; step < count; ++step) rates.push_back(learning_rate_at(settings, {}, step));
  return rates;
}

void check_equal(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    INFO("step " << i);
    CHECK(found[i] == Approx(expected[i]).epsilon(1e-12));
  }
}

}  // namespace

// The numbers of this file are those of torch.optim.lr_scheduler of PyTorch 2.13.0, of an optimizer with lr = 0.1
// unless another is named.

TEST_CASE("cosine is CosineAnnealingLR(T_max=10)") {
  check_equal(
      rates({.kind = Schedule::kCosine, .learning_rate = 0.1, .steps = 10}, 10),
      {0.1, 0.09755282581475769, 0.09045084971874738, 0.07938926261462367, 0.06545084971874739, 0.05000000000000001,
       0.03454915028125264, 0.020610737385376353, 0.009549150281252635, 0.002447174185242324});
}

TEST_CASE("warm-up and cosine are SequentialLR([LinearLR(1/4, total_iters=3), CosineAnnealingLR(T_max=8)], [4])") {
  check_equal(rates({.kind = Schedule::kCosine, .learning_rate = 0.1, .steps = 12, .warmup_steps = 4}, 12),
              {0.025, 0.05, 0.07500000000000001, 0.1, 0.1, 0.09619397662556434, 0.08535533905932738, 0.0691341716182545,
               0.05, 0.030865828381745515, 0.014644660940672627, 0.0038060233744356634});
}

TEST_CASE("warm-up and exponential are SequentialLR([LinearLR(1/3, total_iters=2), ExponentialLR(0.5)], [3])") {
  check_equal(
      rates({.kind = Schedule::kExponential, .learning_rate = 0.1, .steps = 6, .steps_per_epoch = 1, .warmup_steps = 3},
            6),
      {0.03333333333333333, 0.06666666666666667, 0.1, 0.1, 0.05, 0.025});
}

TEST_CASE("one_cycle is OneCycleLR(max_lr=0.1, total_steps, cycle_momentum=False)") {
  check_equal(rates({.kind = Schedule::kOneCycle, .learning_rate = 0.1, .steps = 10}, 10),
              {0.0040000000000000036, 0.052000000000000005, 0.1, 0.09504846320134738, 0.0811745653949763,
               0.06112620219362893, 0.03887419780637107, 0.0188258346050237, 0.004951936798652629, 4e-07});
  check_equal(rates({.kind = Schedule::kOneCycle, .learning_rate = 0.1, .steps = 7}, 7),
              {0.0040000000000000036, 0.09805566273349588, 0.09190443762697106, 0.06726838364805451,
               0.035773877573965704, 0.00992967918932656, 4e-07});
}

TEST_CASE("one_cycle of very few steps stays within its rates") {
  for (int64_t steps = 1; steps <= 5; ++steps) {
    for (const double rate : rates({.kind = Schedule::kOneCycle, .learning_rate = 0.1, .steps = steps}, steps)) {
      CHECK(rate > 0);
      CHECK(rate <= 0.1);
    }
  }
}

TEST_CASE("exponential is ExponentialLR(0.5), stepped every epoch") {
  const std::vector<double> found = rates(
      {.kind = Schedule::kExponential, .learning_rate = 0.1, .steps = 15, .steps_per_epoch = 3}, 15);
  check_equal(
      found, {0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125, 0.0125, 0.0125, 0.00625, 0.00625, 0.00625});
}

TEST_CASE("constant is the full rate") { check_equal(rates({.learning_rate = 0.1, .steps = 3}, 3), {0.1, 0.1, 0.1}); }

TEST_CASE("plateau is ReduceLROnPlateau(factor=0.5, patience=2)") {
  const ScheduleSettings settings{
      .kind = Schedule::kPlateau, .learning_rate = 0.1, .decay_factor = 0.5, .plateau_patience = 2};
  PlateauState state;
  std::vector<double> found;
  for (const double loss : {1.0, 0.9, 0.95, 0.9, 0.89999, 0.9, 0.8, 0.85, 0.85, 0.85, 0.85, 0.85, 0.85, 0.7}) {
    observe(settings, state, loss);
    found.push_back(learning_rate_at(settings, state, 5));
  }
  check_equal(found, {0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125, 0.0125});
}

TEST_CASE("plateau ignores a fall of 1e-8 or less") {  // lr = 2e-8, patience = 0
  const ScheduleSettings settings{
      .kind = Schedule::kPlateau, .learning_rate = 2e-8, .decay_factor = 0.5, .plateau_patience = 0};
  PlateauState state;
  for (int i = 0; i < 4; ++i) {
    observe(settings, state, 1);
    CHECK(learning_rate_at(settings, state, i) == 2e-8);
  }
}

TEST_CASE("coslog4 is 0 at the borders of its four waves and the full rate at the crests") {
  const ScheduleSettings settings{.kind = Schedule::kCoslog4, .learning_rate = 0.04, .steps = 15'000};
  for (const int64_t border : {0, 1000, 3000, 7000, 15'000})
    CHECK(learning_rate_at(settings, {}, border) == Approx(0).margin(1e-15));
  // log2(1 + 15 t) = k + 1/2
  for (const double crest :
       {std::sqrt(2.0) - 1, 2 * std::sqrt(2.0) - 1, 4 * std::sqrt(2.0) - 1, 8 * std::sqrt(2.0) - 1}) {
    CHECK(learning_rate_at(settings, {}, std::llround(1000 * crest)) == Approx(0.04).epsilon(1e-5));
  }
}

TEST_CASE("coslog4 runs over the steps after a warm-up") {
  const ScheduleSettings settings{
      .kind = Schedule::kCoslog4, .learning_rate = 0.04, .steps = 15'100, .warmup_steps = 100};
  CHECK(learning_rate_at(settings, {}, 49) == Approx(0.02));
  CHECK(learning_rate_at(settings, {}, 99) == Approx(0.04));
  CHECK(learning_rate_at(settings, {}, 1100) == Approx(0).margin(1e-15));
}

TEST_CASE("flat_cos is 1 in the first half and falls to 0 along half a cosine") {
  check_equal({regularization_factor_at(RegularizationSchedule::kFlatCos, 8, 0),
               regularization_factor_at(RegularizationSchedule::kFlatCos, 8, 4),
               regularization_factor_at(RegularizationSchedule::kFlatCos, 8, 6)},
              {1, 1, 0.5});
  CHECK(regularization_factor_at(RegularizationSchedule::kFlatCos, 8, 5) ==
        Approx((1 + std::cos(std::acos(-1.0) / 4)) / 2));
  CHECK(regularization_factor_at(RegularizationSchedule::kFlatCos, 8, 8) == Approx(0).margin(1e-15));
  CHECK(regularization_factor_at(RegularizationSchedule::kConstant, 8, 8) == 1);
}
