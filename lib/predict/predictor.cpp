#include "predict/predictor.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "base/thread_pool.h"
#include "infer/compiled_model.h"
#include "predict/contributions.h"

namespace mdl {
namespace {

/// Multiplications a row, about, from which several threads share the work, and a GPU does it.
constexpr int64_t kWorthThreads = 30'000, kWorthGpu = 2'000'000;

int64_t work_of(const Model& model) {
  return parameter_count(model.network) * static_cast<int64_t>(model.members.size());
}

/// As many as asked for, or all where a row is `work` enough, as long as their buffers are no burden.
size_t threads_for(const Model& model, int64_t work, size_t block, size_t threads) {
  // More than there are blocks in a batch would wait.
  constexpr size_t kMostThreads = 16, kNumbers = 1 << 26;
  if (threads > 0) return threads;
  if (work < kWorthThreads) return 1;
  const size_t most = std::clamp<size_t>(kNumbers / (block * working_width(model.network)), 1, kMostThreads);
  return std::clamp<size_t>(std::thread::hardware_concurrency(), 1, most);
}

/// A compiled model and threads that share its rows.
class CpuPredictor {
 public:
  CpuPredictor(const Model& model, size_t threads)
      : model_(model), pool_(threads_for(model, work_of(model), model_.block(), threads)), workspaces_(pool_.count()) {}

  void predict(const EncodedRows& rows, size_t begin, size_t count, Predictions& out) {
    model_.postprocessing().start(count, out);
    const size_t block = model_.block();
    if (count <= block) return model_.predict(workspaces_[0], rows, begin, count, out, 0);
    pool_.run([&](size_t worker) {
      for (size_t start = worker * block; start < count; start += workspaces_.size() * block)
        model_.predict(workspaces_[worker], rows, begin + start, std::min(block, count - start), out, start);
    });
  }

 private:
  const CompiledModel model_;
  ThreadPool pool_;
  std::vector<Workspace> workspaces_;  // one for each worker
};

/// The same with explanations, of which some rows' are much more work than others'.
class CpuExplainer {
 public:
  CpuExplainer(const Model& model, size_t orders, size_t threads)
      : model_(model), explainer_(model_, model, orders),
        pool_(threads_for(model, work(model), model_.block(), threads)), workspaces_(pool_.count()) {}

  void predict(const EncodedRows& rows, size_t begin, size_t count, Predictions& out) {
    model_.postprocessing().start(count, out);
    explainer_.start(count, out);
    std::atomic<size_t> next = 0;
    pool_.run([&](size_t worker) {
      for (size_t row; (row = next++) < count;) {
        model_.predict(workspaces_[worker], rows, begin + row, 1, out, row);
        explainer_.explain(workspaces_[worker], rows, begin + row, 1, out, row);
      }
    });
  }

 private:
  int64_t work(const Model& model) const { return work_of(model) * static_cast<int64_t>(explainer_.passes_per_row()); }

  const CompiledModel model_;
  const Explainer explainer_;
  ThreadPool pool_;
  std::vector<Workspace> workspaces_;  // one for each worker
};

}  // namespace

Predictor::Predictor(const Model& model, size_t threads)
    : Predictor("cpu", [cpu = std::make_shared<CpuPredictor>(model, threads)](const EncodedRows& rows, size_t begin,
                                                                              size_t count, Predictions& out) {
        cpu->predict(rows, begin, count, out);
      }) {}

Predictor Predictor::explaining(const Model& model, size_t orders, size_t threads) {
  return Predictor("cpu", [cpu = std::make_shared<CpuExplainer>(model, orders, threads)](
                              const EncodedRows& rows, size_t begin, size_t count, Predictions& out) {
    cpu->predict(rows, begin, count, out);
  });
}

bool Predictor::worth_a_gpu(const Model& model) { return work_of(model) >= kWorthGpu; }

size_t Predictor::rows_at_once(const Model& model, size_t most) {
  constexpr size_t kNumbers = 1 << 22;
  const size_t width = model.encoder.features.size() + model.target.classes.size() + 1;
  return std::clamp<size_t>(kNumbers / width, 1, most);
}

}  // namespace mdl
