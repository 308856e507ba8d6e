// A model made ready to answer on the CPU, without LibTorch. It is compiled once and never changes, so any number of
// threads and requests share it; what a thread needs beside it is a workspace of its own.
#pragma once

#include <cstdint>
#include <vector>

#include "infer/cpu_network.h"
#include "infer/postprocessing.h"
#include "infer/predictions.h"
#include "modelfile/model.h"
#include "table/input_writer.h"

namespace mdl {

/// The inputs of some rows, as a network takes them.
struct InputBlock {
  std::vector<float> dense;      // [rows, dense inputs]
  std::vector<int64_t> indices;  // [rows, embeddings, then bags]

  /// `count` rows from `begin` on, and zeros behind them up to `padded` rows.
  void fill(const InputWriter& writer, const EncodedRows& rows, size_t begin, size_t count, size_t padded);
};

/// The buffers of one thread; they grow to what is needed. Any model may use them, one call after the other.
struct Workspace {
  InputBlock inputs;
  infer::CpuNetwork::Buffers network;
  std::vector<double> sums;  // of the members
};

class CompiledModel {
 public:
  /// Keeps all that it needs: `model` may end before it.
  explicit CompiledModel(const Model& model);

  /// Predictions for `count` rows from `begin` on into those rows of `out` that start at `to`, for which
  /// postprocessing().start() has made room: several threads may fill parts of the same. A row's prediction depends on
  /// that row alone, to the last bit.
  void predict(Workspace& workspace, const EncodedRows& rows, size_t begin, size_t count, Predictions& out,
               size_t to) const;

  /// Their raw outputs, of class `k` (Postprocessing::raw).
  void raw_outputs(Workspace& workspace, const EncodedRows& rows, size_t begin, size_t count, size_t k,
                   double* out) const;

  const Postprocessing& postprocessing() const { return postprocessing_; }

  /// So many rows at once are computed best.
  size_t block() const { return block_; }

 private:
  template <class Use>
  void for_each_member(Workspace& workspace, const EncodedRows& rows, size_t begin, size_t count, const Use& use) const;

  InputWriter writer_;
  std::vector<infer::CpuNetwork> members_;
  Postprocessing postprocessing_;
  size_t block_;
};

/// Puts the rows' exposures, where they have them, beside their predictions.
void copy_exposures(const EncodedRows& rows, size_t begin, size_t count, Predictions& out, size_t to);

/// Predictions for all rows.
void predict(const CompiledModel& model, Workspace& workspace, const EncodedRows& rows, Predictions& out);

/// Numbers that lie between the layers for a row in work.
size_t working_width(const Network& network);

}  // namespace mdl
