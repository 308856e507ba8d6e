#include "nn/device.h"

#include <ATen/Context.h>

#include "base/error.h"
#include "base/text.h"

// LibTorch's MKL asks this function whether it may choose its kernels by what the processor can do, and else, on processors of
// other makers than Intel, takes AVX2 even where there is AVX-512. Being in the program, this definition is the one it finds:
// matrix products on a Zen 5 become 2.1 times as fast. What a processor lacks is still not used.
extern "C" int mkl_serv_intel_cpu_true() { return 1; }

namespace mdl::nn {

at::Device find_device(const std::string& name) {
  if (name == "cpu") return at::kCPU;
  const bool numbered = name.starts_with("cuda:") && name.size() > 5 && name.size() <= 8 && name.find_first_not_of("0123456789", 5) == std::string::npos;
  if (name != "auto" && name != "cuda" && !numbered) fail("--device: expected auto, cpu, cuda or cuda:N, found {}", quote(name));
  const size_t gpus = at::getNumGPUs();
  if (name == "auto") return gpus > 0 ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
  if (gpus == 0) {
    const char* why = at::hasCUDA() ? "no NVIDIA GPU is there" : "this LibTorch cannot use a GPU";
    fail("device: {}: {}; device: cpu or auto computes on the processor", name, why);
  }
  const size_t index = name == "cuda" ? 0 : std::stoul(name.substr(name.find(':') + 1));
  if (index >= gpus) fail("device: {}: the last GPU here is cuda:{}", name, gpus - 1);
  return {at::kCUDA, static_cast<at::DeviceIndex>(index)};
}

std::string name_of(at::Device device) { return device.str(); }

}  // namespace mdl::nn
