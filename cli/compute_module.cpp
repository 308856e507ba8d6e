#include "cli/compute.h"
#include "nn/device.h"
#include "nn/predictor.h"

extern "C" const mdl::Compute* mdl_compute() {
  using mdl::nn::with_memory;
  static const mdl::Compute compute = {
      .train =
          [](mdl::Config config, const mdl::TrainingData& data, const mdl::TrainOptions& options,
             mdl::Console& console) {
            return with_memory([&] { return mdl::train(std::move(config), data, options, console); });
          },
      .join_ranks = mdl::join_ranks,
      .dry_run =
          [](mdl::Config config, const mdl::TrainingData& data, mdl::Console& console) {
            return with_memory([&] { return mdl::dry_run(std::move(config), data, console); });
          },
      .expect_device = [](const std::string& name) { mdl::nn::find_device(name); },
      .predictor =
          [](const mdl::Model& model, const std::string& device, size_t threads) {
            return with_memory([&] { return mdl::nn::predictor_on(model, device, threads); });
          }};
  return &compute;
}
