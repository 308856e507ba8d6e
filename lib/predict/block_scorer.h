// Text read, scored and written in blocks of records by several threads.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "predict/batch_scorer.h"
#include "table/record_blocks.h"
#include "table/unseen.h"

namespace mdl {

/// What becomes of answered rows, in their order, on one thread after the other.
struct AnswerOutputs {
  std::function<void(std::string_view bytes)> write;
  std::function<void(RejectedRow row)> reject;
};

struct AnsweredInput {
  int64_t rows = 0;
  std::vector<UnseenCells> unseen;
};

/// How long blocks are where so many numbers are made of a row: shorter where they are many, so that memory is bounded.
size_t block_size(size_t numbers);

/// Answers the rows that are left of an `input` of text, on predictor.callers() threads beside the caller's, which cuts
/// the blocks; an input of one block on the caller's. `writer` is one that has another(). Outputs, and Errors thrown,
/// are those of a BatchScorer whose batches are read one after the other.
AnsweredInput answer_in_blocks(PredictionInput& input, RecordBlocks& blocks, const RowWriter& writer,
                               Predictor& predictor, const PredictOptions& options, size_t rows_at_once,
                               const AnswerOutputs& outputs);

}  // namespace mdl
