#include "cli/compute.h"

namespace mdl {

Predictor predictor_for(const Model& model, const std::string& device) {
  const bool on_cpu = device == "cpu" || (device == "auto" && !Predictor::worth_a_gpu(model));
  return on_cpu ? Predictor(model) : predictor_on(model, device);
}

}  // namespace mdl
