#include "nn/device.h"

#include <ATen/Context.h>

#include "base/error.h"

namespace mdl::nn {

at::Device find_device(const std::string& name) {
  if (name == "cpu") return at::kCPU;
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
