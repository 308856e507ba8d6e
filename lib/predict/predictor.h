// The single way from encoded rows to predictions: predict, evaluate and training's own report all take it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "infer/predictions.h"
#include "modelfile/model.h"

namespace mdl {

/// Predicts on some device, with its threads. Not for several threads at once, but for predict_on().
class Predictor {
 public:
  /// Computes on the CPU, without LibTorch, on `threads`; 0: on one, or where a row is work enough on all.
  explicit Predictor(const Model& model, size_t threads = 0);

  /// Fills in contributions, too, by so many orders (contributions.h), likewise; 0 threads are all. Of a model that is
  /// explainable.
  static Predictor explaining(const Model& model, size_t orders, size_t threads = 0);

  /// Computes by other means, on the device of this name. `work` is called as predict().
  using Work = std::function<void(const EncodedRows& rows, size_t begin, size_t count, Predictions& out)>;
  Predictor(std::string device, Work work) : device_(std::move(device)), work_(std::move(work)) {}

  /// Threads that may call predict_on() at once: as many as asked for, else all, where a row is so little work that
  /// reading it counts, too; 1 where predict() is the quicker way.
  size_t callers() const { return callers_; }

  /// Whether a row is so much work that a GPU is quicker than reading the rows is.
  static bool worth_a_gpu(const Model& model);

  /// How many rows of a batch of at most `most` may wait for their answers: fewer where a row is wide, so that memory
  /// is bounded.
  static size_t rows_at_once(const Model& model, size_t most);

  /// "cpu", "cuda:0".
  const std::string& device() const { return device_; }

  /// Predictions for `count` rows from `begin` on; `out` becomes of that size. A row's prediction depends on that row
  /// and the device alone, to the last bit.
  void predict(const EncodedRows& rows, size_t begin, size_t count, Predictions& out) {
    work_(rows, begin, count, out);
  }

  /// Predictions for all rows, on the calling thread, which alone has this number below callers(). Where there are
  /// several.
  void predict_on(size_t caller, const EncodedRows& rows, Predictions& out) { work_on_(caller, rows, out); }

 private:
  std::string device_;
  Work work_;
  size_t callers_ = 1;
  std::function<void(size_t caller, const EncodedRows& rows, Predictions& out)> work_on_;
};

}  // namespace mdl
