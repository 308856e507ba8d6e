#include "predict/predictor.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "base/thread_pool.h"
#include "infer/compiled_model.h"
#include "predict/contributions.h"

namespace mdl {
namespace {

/// Multiplications a row, about, from which several threads share the work, they share it better by rows than by blocks
/// of the input, and a GPU does it.
constexpr int64_t kWorthThreads = 30'000, kWorthRows = 300'000, kWorthGpu = 2'000'000;

int64_t work_of(const Model& model) {
  return parameter_count(model.network) * static_cast<int64_t>(model.members.size());
}

/// All, as long as their buffers are no burden.
size_t all_threads(const Model& model, size_t block) {
  // More than there are blocks in a batch would wait.
  constexpr size_t kMostThreads = 16, kNumbers = 1 << 26;
  const size_t most = std::clamp<size_t>(kNumbers / (block * working_width(model.network)), 1, kMostThreads);
  return std::clamp<size_t>(std::thread::hardware_concurrency(), 1, most);
}

/// As many as asked for, or all where a row is `work` enough.
size_t threads_for(const Model& model, int64_t work, size_t block, size_t threads) {
  if (threads > 0) return threads;
  return work < kWorthThreads ? 1 : all_threads(model, block);
}

/// A compiled model and threads that share its rows.
class CpuPredictor {
 public:
  CpuPredictor(const Model& model, size_t threads)
      : model_(model), threads_(threads_for(model, work_of(model), model_.block(), threads)),
        callers_(work_of(model) >= kWorthRows ? 1
                 : threads > 0                ? threads
                                              : all_threads(model, model_.block())),
        workspaces_(std::max(threads_, callers_)) {}

  size_t callers() const { return callers_; }

  void predict(const EncodedRows& rows, size_t begin, size_t count, Predictions& out) {
    model_.postprocessing().start(count, out);
    if (count <= model_.block()) return model_.predict(workspaces_[0], rows, begin, count, out, 0);
    if (!pool_) pool_.emplace(threads_);
    pool_->run([&](size_t worker) {
      predict_part(workspaces_[worker], {worker, pool_->count()}, rows, begin, count, out);
    });
  }

  void predict_on(size_t caller, const EncodedRows& rows, Predictions& out) {
    model_.postprocessing().start(rows.rows, out);
    predict_part(workspaces_[caller], {0, 1}, rows, 0, rows.rows, out);
  }

 private:
  struct Part {
    size_t number, of;
  };

  void predict_part(Workspace& workspace, const Part& part, const EncodedRows& rows, size_t begin, size_t count,
                    Predictions& out) const {
    const size_t block = model_.block();
    for (size_t start = part.number * block; start < count; start += part.of * block)
      model_.predict(workspace, rows, begin + start, std::min(block, count - start), out, start);
  }

  const CompiledModel model_;
  size_t threads_, callers_;
  std::optional<ThreadPool> pool_;     // from the first rows on that are worth it
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

Predictor::Predictor(const Model& model, size_t threads) : device_("cpu") {
  const auto cpu = std::make_shared<CpuPredictor>(model, threads);
  callers_ = cpu->callers();
  work_ = [cpu](const EncodedRows& rows, size_t begin, size_t count, Predictions& out) {
    cpu->predict(rows, begin, count, out);
  };
  work_on_ = [cpu](size_t caller, const EncodedRows& rows, Predictions& out) { cpu->predict_on(caller, rows, out); };
}

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
