// The single way from encoded rows to predictions: predict, evaluate and training's own report all take it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "modelfile/model.h"

namespace mdl {

struct Predictions {
  std::vector<double> probabilities;  // classification: [rows, classes], in the model's order, as they are printed
  std::vector<int32_t> classes;       // classification: [rows], the predicted class
  std::vector<double> values;  // regression: [rows], as they are printed: floats, or doubles (Target::needs_doubles)
  std::vector<char> finite;    // [rows], whether the network has a finite answer to the row; what it has else means
                               // nothing
  std::optional<size_t> not_finite;  // the first row without one
};

/// Not for several threads at once; make one for each.
class Predictor {
 public:
  /// Computes on the CPU, without LibTorch, on `threads`; 0: on one, or where a row is work enough on all. `model` must
  /// outlive this.
  explicit Predictor(const Model& model, size_t threads = 0);

  /// Computes on `device`, as a config names it; on the CPU as above, and so does auto unless the network is worth a
  /// GPU that is there. Throws Error when there is no such device. Defined where LibTorch is (device.cpp).
  Predictor(const Model& model, const std::string& device, size_t threads = 0);

  /// Whether a row is so much work that a GPU is quicker than reading the rows is.
  static bool worth_a_gpu(const Model& model);

  /// How many rows of a batch of at most `most` may wait for their answers: fewer where a row is wide, so that memory
  /// is bounded.
  static size_t rows_at_once(const Model& model, size_t most);

  /// "cpu", "cuda:0".
  const std::string& device() const { return device_; }

  /// Predictions for `count` rows from `begin` on. A row's prediction depends on that row and the device alone,
  /// to the last bit.
  const Predictions& predict(const EncodedRows& rows, size_t begin, size_t count);

 private:
  /// Makes a member's outputs [count, outputs] of the inputs of a block of rows, the first `count` of which matter;
  /// valid until the next call of any in the lane.
  using Forward = std::function<const float*(const float* dense, const int64_t* categories, size_t count)>;

  /// What one thread needs.
  struct Lane {
    std::vector<float> dense;
    std::vector<int64_t> categories;
    std::vector<Forward> members;
  };

  /// `block` rows at once, by so many threads, each with members of its own.
  Predictor(const Model& model, std::string device, size_t block, size_t lanes,
            const std::function<std::vector<Forward>()>& make_members);
  void predict_block(Lane& lane, const EncodedRows& rows, size_t begin, size_t start, size_t count);
  void add(const float* outputs, size_t row);
  void finish(size_t row);

  const Model& model_;
  InputWriter writer_;
  std::string device_;
  size_t block_, outputs_;  // rows at once; outputs of a row
  std::vector<Lane> lanes_;
  std::unique_ptr<ThreadPool> pool_;  // where there are several lanes, as many where the system lets them start
  Predictions predictions_;
};

}  // namespace mdl
