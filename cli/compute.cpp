#include "cli/compute.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "base/module.h"

namespace mdl {
namespace {

/// `version` is LibTorch's aoti_torch_abi_version(), which older ones lack: bytes of major, minor and patch from the
/// top.
void expect_libtorch(void* version) {
  std::string found = "an older one";
  if (version != nullptr) {
    const uint64_t packed = reinterpret_cast<uint64_t (*)()>(version)();
    found = fmt::format("{}.{}.{}", packed >> 56, packed >> 48 & 0xFF, packed >> 40 & 0xFF);
  }
  const std::string needed = MDL_LIBTORCH_VERSION, minor = needed.substr(0, needed.rfind('.') + 1);
  if (found.starts_with(minor)) return;
  fail(
      "mdl-compute.so needs LibTorch {}x, with which it was built, and found {}; ./scripts/setup and ./scripts/build "
      "make them fit, MDL_LIBTORCH=/path/to/libtorch before both takes the one that is there",
      minor, found);
}

const Compute& load() {
  // Threads that wait for each other spin for some 0.1 ms and then sleep, so that a busy machine does not stop them.
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) setenv("GOMP_SPINCOUNT", "5000", /*overwrite=*/0);
  // LibTorch's C++ interface changes from one minor version to the next: with another one calls go wrong in odd ways.
  static constexpr LibraryCheck check = {"aoti_torch_abi_version", expect_libtorch};
  return *reinterpret_cast<const Compute* (*)()>(function_of_module("mdl-compute", "mdl_compute", &check))();
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
