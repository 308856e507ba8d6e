#include "nn/device.h"

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include "base/error.h"
#include "base/text.h"

namespace mdl::nn {

at::Device find_device(const std::string& name, size_t local) {
  if (name == "cpu") return at::kCPU;
  const bool numbered = name.starts_with("cuda:") && name.size() > 5 && name.size() <= 8 &&
                        name.find_first_not_of("0123456789", 5) == std::string::npos;
  if (name != "auto" && name != "cuda" && !numbered)
    fail("--device: expected auto, cpu, cuda or cuda:N, found {}", quote(name));
  const size_t gpus = at::getNumGPUs();
  if (name == "auto" && gpus == 0) return at::kCPU;
  if (gpus == 0) {
    // at::hasCUDA() is false in LibTorch for CUDA, too, where there is no driver.
    const bool for_cuda = at::CUDAHooksRegistry()->Has("CUDAHooks");
    const char* why = for_cuda ? "no NVIDIA GPU with a working driver is there" : "this LibTorch cannot use a GPU";
    fail("device: {}: {}; device: cpu or auto uses the processor", name, why);
  }
  const size_t index = !numbered ? local % gpus : std::stoul(name.substr(name.find(':') + 1));
  if (index >= gpus) fail("device: {}: the last GPU here is cuda:{}", name, gpus - 1);
  return {at::kCUDA, static_cast<at::DeviceIndex>(index)};
}

double free_memory(at::Device gpu) { return static_cast<double>(at::accelerator::getMemoryInfo(gpu.index()).first); }

std::string name_of(at::Device device) { return device.str(); }

void refuse_for_memory(const c10::Error& error, double needed) {
  // One class is for the allocator of the GPU alone; libraries on it, and the allocator here, say it in words.
  const std::string_view text = error.what_without_backtrace();
  const auto says = [&](const char* words) { return text.find(words) != std::string_view::npos; };
  if (says("DefaultCPUAllocator")) throw std::bad_alloc();
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error) == nullptr && !says("out of memory") && !says("ALLOC_FAILED"))
    return;
  const std::string about = needed > 0 ? fmt::format(": about {:.1f} GB are needed", needed / 1e9) : "";
  fail(
      "out of memory on the GPU{}; a smaller train.batch_size or network, or fewer model.members, need less, others "
      "may "
      "be using it, and --device cpu uses the processor",
      about);
}

}  // namespace mdl::nn
