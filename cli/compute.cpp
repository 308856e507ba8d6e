#include "cli/compute.h"

#include <dlfcn.h>

#include <cstdlib>

#include "base/error.h"

namespace mdl {
namespace {

const Compute& load() {
  // Threads that wait for each other spin for some 0.1 ms and then sleep, so that a busy machine does not stop them.
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) setenv("GOMP_SPINCOUNT", "5000", /*overwrite=*/0);
  void* module = dlopen("mdl-compute.so", RTLD_LAZY);
  const auto found = module == nullptr ? nullptr : reinterpret_cast<const Compute* (*)()>(dlsym(module, "mdl_compute"));
  if (found == nullptr) fail("what computes cannot be loaded: {}; mdl-compute.so belongs where mdl was installed", dlerror());
  return *found();
}

}  // namespace

const Compute& compute() {
  static const Compute& loaded = load();
  return loaded;
}

Predictor predictor_for(const Model& model, const std::string& device, size_t threads) {
  const bool on_cpu = device == "cpu" || (device == "auto" && !Predictor::worth_a_gpu(model));
  return on_cpu ? Predictor(model, threads) : compute().predictor(model, device, threads);
}

}  // namespace mdl
