// Where the network computes.
#pragma once

#include <ATen/ATen.h>

#include <string>

namespace mdl::nn {

/// Throws Error where LibTorch has found too little memory, on a GPU or here. `needed`: bytes that the work takes
/// there, about; 0: not known.
void refuse_for_memory(const c10::Error& error, double needed = 0);

/// "auto": a GPU when LibTorch can use one, else the CPU; "cpu"; "cuda" or "cuda:N". Where no number is told process
/// number `local` of those on this machine takes the GPU of that number, counted round. Throws Error when it is none of
/// these, or there is no such GPU.
at::Device find_device(const std::string& name, size_t local = 0);

/// Bytes.
double free_memory(at::Device gpu);

/// "cpu", "cuda:0".
std::string name_of(at::Device device);

/// work(), where LibTorch's lack of memory becomes an Error that says what helps.
template <class Work>
auto with_memory(Work work) {
  try {
    return work();
  } catch (const c10::Error& error) {
    refuse_for_memory(error);
    throw;
  }
}

}  // namespace mdl::nn
