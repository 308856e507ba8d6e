#include "cli/compute.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "base/module.h"

namespace mdl {
namespace {

#ifdef MDL_WHEEL
constexpr const char* kCure = "pip install \"mdl[train]\" installs it, beside mdl";
#else
constexpr const char* kCure =
    "./scripts/setup and ./scripts/build make them fit, MDL_LIBTORCH=/path/to/libtorch before both takes the one that "
    "is there";
#endif

/// "2.13.x": the versions that fit.
std::string needed() {
  const std::string built_with = MDL_LIBTORCH_VERSION;
  return built_with.substr(0, built_with.rfind('.') + 1) + "x";
}

/// `version` is LibTorch's aoti_torch_abi_version(), which older ones lack: bytes of major, minor and patch from the
/// top.
void expect_libtorch(void* version) {
  std::string found = "an older one";
  if (version != nullptr) {
    const uint64_t packed = reinterpret_cast<uint64_t (*)()>(version)();
    found = fmt::format("{}.{}.{}", packed >> 56, packed >> 48 & 0xFF, packed >> 40 & 0xFF);
  }
  if (found.starts_with(needed().substr(0, needed().size() - 1))) return;
  fail("mdl-compute.so needs LibTorch {}, with which it was built, and found {}; {}", needed(), found, kCure);
}

const Compute& load() {
  // Threads that wait for each other spin for some 0.1 ms and then sleep, so that a busy machine does not stop them.
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) setenv("GOMP_SPINCOUNT", "5000", /*overwrite=*/0);
  // LibTorch's C++ interface changes from one minor version to the next: with another one calls go wrong in odd ways.
  const LibraryCheck check = {
      .symbol = "aoti_torch_abi_version",
      .expect = expect_libtorch,
      .variable = "MDL_LIBTORCH",
      .missing = fmt::format("mdl-compute.so needs LibTorch {}, which is not there; {}", needed(), kCure)};
  return *reinterpret_cast<const Compute* (*)()>(
      function_of_module("mdl-compute", "mdl-train", "mdl_compute", &check))();
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
