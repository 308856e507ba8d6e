// A series of operations that a device does again and again. A GPU records it once and then does it all by one call,
// which takes the host a few microseconds, however many operations there are.
#pragma once

#include <ATen/ATen.h>
#include <c10/core/Stream.h>

#include <functional>
#include <memory>
#include <optional>

namespace mdl::nn {

class StepGraph {
 public:
  /// `recordable`: whether the operations may be recorded at all. Elsewhere than on a GPU they are done one by one, and
  /// where the program was built without CUDA's headers.
  StepGraph(at::Device device, bool recordable);
  ~StepGraph();

  /// Does `times` times what `step` does: operations on the device, the same each time, on tensors that stay where they
  /// are, of which none asks the device for a number.
  void run(int64_t times, const std::function<void()>& step);

  /// Whether the operations were recorded.
  bool recorded() const { return graph_ != nullptr; }

 private:
  struct Graph;
  void record(const std::function<void()>& step);
  void replay();

  std::optional<c10::Stream> stream_;  // where it is recorded, which the default one is not for
  int64_t done_ = 0;
  std::unique_ptr<Graph> graph_;
};

}  // namespace mdl::nn
