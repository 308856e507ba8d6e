#include "cli/compute.h"

namespace mdl {

Predictor predictor_on(const Model& model, const std::string& device) { return {model, device}; }

}  // namespace mdl
