#include "cli/compute.h"

extern "C" const mdl::Compute* mdl_compute() {
  static const mdl::Compute compute = {
      .train = mdl::train,
      .rehearse = mdl::rehearse,
      .predictor = [](const mdl::Model& model, const std::string& device, size_t threads) { return mdl::Predictor(model, device, threads); }};
  return &compute;
}
