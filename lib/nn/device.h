// Where the network computes.
#pragma once

#include <ATen/ATen.h>

#include <string>

namespace mdl::nn {

/// "auto": the first GPU when LibTorch can use one, else the CPU; "cpu"; "cuda" or "cuda:N". Throws Error when it is
/// none of these, or there is no such GPU.
at::Device find_device(const std::string& name);

/// "cpu", "cuda:0".
std::string name_of(at::Device device);

}  // namespace mdl::nn
