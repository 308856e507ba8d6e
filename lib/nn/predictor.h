// Predictions on a device that --device names.
#pragma once

#include <ATen/ATen.h>

#include <string>

#include "modelfile/model.h"
#include "predict/predictor.h"

namespace mdl::nn {

/// Computes on `device`, as a config names it; on the CPU as Predictor(model, threads), and so does auto unless the
/// network is worth a GPU that is there. Throws Error when there is no such device.
Predictor predictor_on(const Model& model, const std::string& device, size_t threads = 0);

/// Computes on `device` by ATen's operators, all members as one.
Predictor predictor_by_aten(const Model& model, at::Device device);

}  // namespace mdl::nn
