// In `mdl` itself what needs LibTorch (training, benchmarks, a GPU) is handed over to mdl-compute, so that the rest starts without it.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/compute.h"

namespace mdl {
namespace {

[[noreturn]] void hand_over() {
  std::error_code ignored;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  const std::string program = folder / "mdl-compute";
  // LibTorch registers thousands of operators when it is loaded, in small pieces of memory: on huge pages that takes 25 ms less.
  // A fixed threshold gives the blocks of a table back to the system as soon as they are encoded.
  setenv("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=131072", /*overwrite=*/0);
  // Threads that wait for each other spin for some 0.1 ms and then sleep, so that a busy machine does not stop them.
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) setenv("GOMP_SPINCOUNT", "5000", /*overwrite=*/0);
  execv(program.c_str(), program_arguments());
  fail("{}: cannot be started: {}; it belongs beside mdl", program, std::strerror(errno));
}

}  // namespace

int run_train(const TrainFlags&) { hand_over(); }
int run_benchmark(const BenchmarkFlags&) { hand_over(); }
Predictor predictor_on(const Model&, const std::string&) { hand_over(); }

}  // namespace mdl
