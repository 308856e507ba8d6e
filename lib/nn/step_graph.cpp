#include "nn/step_graph.h"

#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#ifdef MDL_CUDA_GRAPHS
#include <ATen/cuda/CUDAGraph.h>
#endif

namespace mdl::nn {
namespace {

constexpr int64_t kWarmUp =
    3;  // steps before recording, in which libraries set themselves up and buffers get their size

/// `later` goes on when `earlier` is where it is now.
void await(const c10::Stream& later, const c10::Stream& earlier) {
  c10::Event event(earlier.device_type());
  event.record(earlier);
  event.block(later);
}

}  // namespace

#ifdef MDL_CUDA_GRAPHS

struct StepGraph::Graph {
  at::cuda::CUDAGraph recorded;
};

void StepGraph::record(const std::function<void()>& step) {
  auto graph = std::make_unique<Graph>();
  // Other threads may do as they like meanwhile.
  graph->recorded.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
  try {
    step();
  } catch (const c10::OutOfMemoryError&) {
    throw;
  } catch (const c10::Error&) {  // an operation that cannot be recorded; nothing was done yet, so go on one by one
    try {
      graph->recorded.capture_end();
    } catch (const c10::Error&) {
    }
    return;
  }
  graph->recorded.capture_end();
  graph_ = std::move(graph);
}

void StepGraph::replay() { graph_->recorded.replay(); }

StepGraph::StepGraph(at::Device device, bool recordable) {
  if (recordable && device.is_cuda())
    stream_ = c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device);
}

#else

struct StepGraph::Graph {};
void StepGraph::record(const std::function<void()>&) {}
void StepGraph::replay() {}
StepGraph::StepGraph(at::Device, bool) {}

#endif

StepGraph::~StepGraph() = default;

void StepGraph::run(int64_t times, const std::function<void()>& step) {
  if (!stream_) {
    for (; times > 0; --times) step();
    return;
  }
  const c10::Stream outside = c10::impl::VirtualGuardImpl(stream_->device_type()).getStream(stream_->device());
  await(*stream_, outside);
  {
    const c10::StreamGuard guard(*stream_);
    for (; times > 0; --times, ++done_) {
      if (done_ == kWarmUp) record(step);
      graph_ ? replay() : step();
    }
  }
  await(outside, *stream_);
}

}  // namespace mdl::nn
