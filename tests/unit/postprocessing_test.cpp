#include "infer/postprocessing.h"

#include <cmath>

#include "catch.h"

using namespace mdl;

namespace {

/// What two members' outputs for one row come to.
Predictions predictions_of(const Postprocessing& postprocessing, const std::vector<float>& a,
                           const std::vector<float>& b, double exposure = 1) {
  Predictions out;
  postprocessing.start(1, out);
  postprocessing.add(a.data(), 1, out, 0);
  postprocessing.add(b.data(), 1, out, 0);
  if (postprocessing.exposed) out.exposures[0] = exposure;
  postprocessing.finish(1, out, 0);
  return out;
}

double raw_of(const Postprocessing& postprocessing, const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<double> sums(postprocessing.sums_width(), postprocessing.first_sum());
  postprocessing.add_raw(a.data(), 1, sums.data());
  postprocessing.add_raw(b.data(), 1, sums.data());
  return postprocessing.raw(sums, 0);
}

}  // namespace

TEST_CASE("quantiles are averaged, then sorted, so that they never cross; the prediction is the middle one") {
  const Target target{.mean = 10,
                      .scale = 2,
                      .objective = {.loss = LossKind::kQuantile, .quantiles = {0.1, 0.5, 0.9}},
                      .centers = {8, 10, 13}};
  Postprocessing postprocessing(target, 2);
  REQUIRE(postprocessing.outputs == 3);
  const Predictions found = predictions_of(postprocessing, {3, 0, -2}, {1, 0.5, -1});
  CHECK(found.quantiles == std::vector<double>{10, 10.5, 12});  // 8 + 2 * 2, 10 + 2 * 0.25, 13 - 2 * 1.5, sorted
  CHECK(found.values == std::vector<double>{10.5});
  CHECK(raw_of(postprocessing, {3, 0, -2}, {1, 0.5, -1}) == 10.5);
  postprocessing.low = 10.25;
  postprocessing.high = 11;
  const Predictions kept = predictions_of(postprocessing, {3, 0, -2}, {1, 0.5, -1});
  CHECK(kept.quantiles == std::vector<double>{10.25, 10.5, 11});
}

TEST_CASE("with a log link members are averaged as means, and multiplied by the exposure beyond all limits") {
  const Target target{.mean = std::log(4), .objective = {.loss = LossKind::kPoisson}, .log = true};
  Postprocessing postprocessing(target, 2);
  const float log_three = std::log(3.0f);
  CHECK(predictions_of(postprocessing, {0}, {log_three}).values[0] == Approx(8).epsilon(1e-6));
  CHECK(raw_of(postprocessing, {0}, {log_three}) == Approx(std::log(8)).epsilon(1e-6));
  postprocessing.high = 5;
  postprocessing.exposed = true;
  const Predictions found = predictions_of(postprocessing, {0}, {log_three}, 3);
  CHECK(found.values[0] == 15);
  CHECK(found.exposures[0] == 3);
}

TEST_CASE("a logarithm is averaged as such, and transformed back by the smearing factor") {
  const Target target{.mean = 1, .scale = 2, .log = true};
  Postprocessing postprocessing(target, 2);
  postprocessing.smearing = 1.5;
  CHECK(predictions_of(postprocessing, {0.5}, {1}).values[0] == Approx(1.5 * std::exp(2.5)).epsilon(1e-6));
  CHECK(raw_of(postprocessing, {0.5}, {1}) == Approx(2.5 + std::log(1.5)));
}

TEST_CASE("an output that is not finite has no quantiles") {
  const Target target{.objective = {.loss = LossKind::kQuantile}, .centers = {0, 0, 0}};
  CHECK(predictions_of(Postprocessing(target, 2), {1, NAN, 2}, {1, 2, 3}).not_finite() == 0u);
}
