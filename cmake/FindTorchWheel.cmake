# LibTorch -> target Torch::torch, from the torch package of a Python wheel or any other LibTorch tree:
#   -DCMAKE_PREFIX_PATH=/path/to/libtorch, or -DTorchWheel_ROOT=..., or .deps/ as scripts/setup leaves it.
#
# find_package(Torch) is not used: it puts LibTorch's include folder before the system's, and that folder also holds
# other versions of fmt and protobuf. Here it is searched last (-idirafter).
file(GLOB _installed ${CMAKE_CURRENT_SOURCE_DIR}/.deps/lib/python3*/site-packages/torch)
find_path(TorchWheel_INCLUDE_DIR torch/csrc/api/include/torch/torch.h
  HINTS ${CMAKE_PREFIX_PATH} ${_installed} PATH_SUFFIXES include NO_CMAKE_SYSTEM_PATH)
get_filename_component(TorchWheel_DIR "${TorchWheel_INCLUDE_DIR}" DIRECTORY)
find_library(TorchWheel_CPU_LIBRARY torch_cpu HINTS ${TorchWheel_DIR}/lib NO_DEFAULT_PATH)
find_library(TorchWheel_C10_LIBRARY c10 HINTS ${TorchWheel_DIR}/lib NO_DEFAULT_PATH)
find_library(TorchWheel_CUDA_LIBRARY torch_cuda HINTS ${TorchWheel_DIR}/lib NO_DEFAULT_PATH)
find_library(TorchWheel_C10_CUDA_LIBRARY c10_cuda HINTS ${TorchWheel_DIR}/lib NO_DEFAULT_PATH)
# For what only CUDA's own headers declare: of an installed toolkit, or the wheels nvidia-cuda-runtime and nvidia-cuda-crt.
file(GLOB _cuda ${TorchWheel_DIR}/../nvidia/cu*/include ${TorchWheel_DIR}/../nvidia/cuda_runtime/include)
find_path(TorchWheel_CUDA_INCLUDE_DIR crt/host_config.h HINTS ${_cuda} PATHS /usr/local/cuda/include)
find_path(TorchWheel_NCCL_INCLUDE_DIR nccl.h HINTS ${TorchWheel_DIR}/../nvidia/nccl/include)
mark_as_advanced(TorchWheel_CUDA_INCLUDE_DIR TorchWheel_NCCL_INCLUDE_DIR TorchWheel_INCLUDE_DIR TorchWheel_CPU_LIBRARY TorchWheel_C10_LIBRARY TorchWheel_CUDA_LIBRARY
  TorchWheel_C10_CUDA_LIBRARY)

foreach(_header torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
  if(EXISTS "${TorchWheel_INCLUDE_DIR}/${_header}" AND NOT TorchWheel_VERSION)
    file(STRINGS "${TorchWheel_INCLUDE_DIR}/${_header}" _lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
    string(REGEX MATCHALL "[0-9]+" _numbers "${_lines}")
    list(JOIN _numbers "." TorchWheel_VERSION)
  endif()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(TorchWheel
  REQUIRED_VARS TorchWheel_CPU_LIBRARY TorchWheel_C10_LIBRARY TorchWheel_INCLUDE_DIR VERSION_VAR TorchWheel_VERSION
  REASON_FAILURE_MESSAGE "LibTorch is missing: ./scripts/setup fetches it, -DCMAKE_PREFIX_PATH=/path/to/libtorch takes another")

# Those that a program has to load, each after what it needs.
set(TorchWheel_LIBRARIES ${TorchWheel_C10_LIBRARY} ${TorchWheel_CPU_LIBRARY})
if(TorchWheel_CUDA_LIBRARY)
  list(APPEND TorchWheel_LIBRARIES ${TorchWheel_C10_CUDA_LIBRARY} ${TorchWheel_CUDA_LIBRARY})
endif()

if(TorchWheel_FOUND AND NOT TARGET Torch::torch)
  if(EXISTS /usr/include/torch/torch.h)
    message(FATAL_ERROR "The system's own LibTorch (libtorch-dev) would be taken instead; remove it: apt-get remove libtorch-dev")
  endif()
  add_library(Torch::torch INTERFACE IMPORTED)
  target_compile_options(Torch::torch INTERFACE
    "SHELL:-idirafter ${TorchWheel_INCLUDE_DIR}" "SHELL:-idirafter ${TorchWheel_INCLUDE_DIR}/torch/csrc/api/include")
  target_link_libraries(Torch::torch INTERFACE ${TorchWheel_CPU_LIBRARY} ${TorchWheel_C10_LIBRARY})
  if(TorchWheel_CUDA_LIBRARY)  # nothing refers to it; it registers its kernels when it is loaded
    target_link_libraries(Torch::torch INTERFACE
      "-Wl,--no-as-needed,${TorchWheel_CUDA_LIBRARY},--as-needed" ${TorchWheel_C10_CUDA_LIBRARY})
  endif()
endif()
