#include "predict/block_scorer.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/signals.h"

namespace mdl {
namespace {

struct AnsweredBlock {
  RecordBlock records;
  std::string out;
  std::vector<RejectedRow> rejected;
  int64_t rows = 0;
  std::exception_ptr problem;  // what ended the block's rows

  void clear() {
    constexpr size_t kMostKept = 16 * RecordBlocks::kSize;
    out.clear();
    if (out.capacity() > kMostKept) out.shrink_to_fit();
    rejected.clear();
    rows = 0;
  }
};

using PredictRows = std::function<void(const EncodedRows& rows, Predictions& out)>;

/// Answers blocks, on one of the threads.
class BlockScorer {
 public:
  BlockScorer(const PredictionInput& input, const RowWriter& writer, PredictRows predict, const PredictOptions& options,
              size_t rows_at_once)
      : options_(options), rows_at_once_(rows_at_once), input_(input.for_blocks()), writer_(writer.another()),
        scorer_({.predict = std::move(predict),
                 .writer = *writer_,
                 .write = [this](std::string_view bytes) { block_->out += bytes; },
                 .reject = [this](RejectedRow row) { block_->rejected.push_back(std::move(row)); }},
                options.on_error) {}
  BlockScorer(const BlockScorer&) = delete;
  BlockScorer& operator=(const BlockScorer&) = delete;

  void answer(AnsweredBlock& block) {
    block_ = &block;
    input_.read(block.records);
    try {
      block.rows = answer_rows(input_, batches_, options_, rows_at_once_);
    } catch (...) {
      block.problem = std::current_exception();
    }
  }

  std::vector<UnseenCells> unseen() { return input_.encoder().unseen(); }

 private:
  const PredictOptions& options_;
  size_t rows_at_once_;
  PredictionInput input_;
  std::unique_ptr<RowWriter> writer_;
  BatchScorer scorer_;
  AnsweredBlock* block_ = nullptr;
  Pipeline<RowBatch> batches_{/*slots=*/1, /*threads=*/0, [](RowBatch&, size_t) {},
                              [this](RowBatch& batch) { scorer_.write(batch); }};
};

}  // namespace

size_t block_size(size_t numbers) {
  constexpr size_t kFew = 8, kLeast = 1 << 10;
  return std::max(RecordBlocks::kSize * kFew / std::max(kFew, numbers), kLeast);
}

AnsweredInput answer_in_blocks(PredictionInput& input, RecordBlocks& blocks, const RowWriter& writer,
                               Predictor& predictor, const PredictOptions& options, size_t rows_at_once,
                               const AnswerOutputs& outputs) {
  AnsweredInput answered;
  AnsweredBlock first;
  if (!blocks.next(first.records)) return answered;
  const size_t threads = blocks.ended() ? 0 : predictor.callers();
  std::vector<std::unique_ptr<BlockScorer>> scorers;
  const auto add_scorer = [&](PredictRows predict) {
    scorers.push_back(std::make_unique<BlockScorer>(input, writer, std::move(predict), options, rows_at_once));
  };
  if (threads == 0)
    add_scorer([&](const EncodedRows& rows, Predictions& out) { predictor.predict(rows, 0, rows.rows, out); });
  for (size_t i = 0; i < threads; ++i)
    add_scorer([&, i](const EncodedRows& rows, Predictions& out) { predictor.predict_on(i, rows, out); });
  {
    Pipeline<AnsweredBlock> pipeline(
        /*slots=*/2 * threads + 1, threads,
        [&](AnsweredBlock& block, size_t thread) { scorers[thread]->answer(block); },
        [&](AnsweredBlock& block) {
          outputs.write(block.out);
          for (RejectedRow& row : block.rejected) outputs.reject(std::move(row));
          answered.rows += block.rows;
          if (block.problem) std::rethrow_exception(block.problem);
          block.clear();
        });
    pipeline.batch() = std::move(first);
    do {
      pipeline.push();
      if (stop_signal() != 0) throw Interrupted(input.records().name());
      if (blocks.would_wait()) pipeline.flush();
    } while (blocks.next(pipeline.batch().records));
    pipeline.flush();
  }
  for (const auto& scorer : scorers) add_unseen(answered.unseen, scorer->unseen());
  return answered;
}

}  // namespace mdl
