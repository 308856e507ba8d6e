// What needs LibTorch: training, and a GPU. It is a module of its own, mdl-compute.so, that is loaded when it is called
// for, so that all the rest starts in milliseconds.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "predict/predictor.h"
#include "train/run.h"

namespace mdl {

struct Compute {
  std::optional<TrainResult> (*train)(Config, const TrainingData&, const TrainOptions&, Console&);
  std::unique_ptr<Ranks> (*join_ranks)(const RankEnvironment&, Console&);
  std::string (*dry_run)(Config, const TrainingData&, Console&);
  void (*expect_device)(const std::string& name);  // throws Error where it is not there
  Predictor (*predictor)(const Model&, const std::string& device, size_t threads);
};

/// The module, loaded by the first call. Throws Error when it or LibTorch cannot be loaded.
const Compute& compute();

/// A Predictor on the device that --device names, as nn::predictor_on() takes it; without the module where the device
/// is no GPU, and with auto where the module cannot be loaded.
Predictor predictor_for(const Model& model, const std::string& device, size_t threads = 0);

}  // namespace mdl
