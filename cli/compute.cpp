#include "cli/compute.h"

#include <cstdlib>

#include "base/error.h"
#include "base/module.h"

namespace mdl {
namespace {

const Compute& load() {
  // Threads that wait for each other spin for some 0.1 ms and then sleep, so that a busy machine does not stop them.
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) setenv("GOMP_SPINCOUNT", "5000", /*overwrite=*/0);
  return *reinterpret_cast<const Compute* (*)()>(function_of_module("mdl-compute", "mdl_compute"))();
}

}  // namespace

const Compute& compute() {
  static const Compute& loaded = load();
  return loaded;
}

Predictor predictor_for(const Model& model, const std::string& device, size_t threads) {
  if (device == "cpu" || (device == "auto" && !Predictor::worth_a_gpu(model))) return Predictor(model, threads);
  const Compute* loaded = nullptr;
  try {
    loaded = &compute();
  } catch (const Error&) {
    if (device != "auto") throw;
  }
  return loaded == nullptr ? Predictor(model, threads) : loaded->predictor(model, device, threads);  // which looks for
                                                                                                     // a GPU
}

}  // namespace mdl
