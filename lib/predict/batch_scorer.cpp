#include "predict/batch_scorer.h"

#include <utility>

#include "base/error.h"
#include "base/signals.h"

namespace mdl {
namespace {

constexpr size_t kMostBytes = 1 << 20;

int64_t read_rows(PredictionInput& input, Pipeline<RowBatch>& pipeline, const PredictOptions& options,
                  size_t rows_at_once) {
  RecordReader& records = input.records();
  int64_t rows = 0;
  const auto add = [&](bool readable, const char* problem) {
    RowBatch& batch = pipeline.batch();
    if (!options.rejects.empty()) batch.raw += records.raw();
    if (readable) {
      input.show(batch.passthrough);
    } else {
      input.show_blank(batch.passthrough);
    }
    if (problem != nullptr) batch.problems.emplace_back(problem);
    batch.rows.push_back({records.line(), batch.raw.size(), batch.passthrough.text.size(), problem != nullptr});
    ++rows;
  };
  for (;;) {
    try {
      if (!records.next()) break;
      const auto bad = input.encoder().append(records, pipeline.batch().encoded);
      if (bad && options.on_error == OnError::kFail) throw bad_record(records, *bad);
      add(true, bad ? bad_record(records, *bad).what() : nullptr);
    } catch (const BadRecord& problem) {
      if (options.on_error == OnError::kFail) throw;
      add(false, problem.what());
    }
    const bool dry = records.would_wait();
    if (!dry && !input.ends_batch() && !pipeline.batch().full(rows_at_once)) continue;
    pipeline.batch().file = records.name();
    pipeline.push();
    if (dry) pipeline.flush();
    if (stop_signal() != 0) throw Interrupted(records.name());
  }
  return rows;
}

}  // namespace

bool RowBatch::full(size_t most) const {
  return rows.size() >= most || raw.size() + passthrough.text.size() >= kMostBytes;
}

void RowBatch::clear() {
  encoded.clear();
  rows.clear();
  problems.clear();
  raw.clear();
  if (raw.capacity() > 4 * kMostBytes) raw.shrink_to_fit();
  passthrough.clear();
}

void BatchScorer::write(RowBatch& batch) {
  answers_.predict(batch.encoded, predictions_);
  out_.clear();
  size_t scored = 0, problem = 0, raw_begin = 0, passthrough_begin = 0;
  for (size_t i = 0; i < batch.rows.size(); ++i) {
    const RowBatch::Row& row = batch.rows[i];
    const std::string_view passthrough(batch.passthrough.text.data() + passthrough_begin,
                                       row.passthrough_end - passthrough_begin);
    const std::string_view raw(batch.raw.data() + raw_begin, row.raw_end - raw_begin);
    passthrough_begin = row.passthrough_end;
    raw_begin = row.raw_end;
    if (row.rejected) {
      reject(batch, i, batch.problems[problem++], raw, passthrough);
    } else if (predictions_.finite[scored]) {
      answers_.writer.append(out_, i, passthrough, predictions_, scored++);
    } else {
      ++scored;
      reject(batch, i,
             fmt::format("{}:{}: the network's output for this row is not finite; a number in it is far too large",
                         batch.file, row.line),
             raw, passthrough);
    }
  }
  answers_.writer.flush(out_, batch.passthrough);
  answers_.write(out_);
  batch.clear();
}

void BatchScorer::reject(const RowBatch& batch, size_t index, const std::string& problem, std::string_view raw,
                         std::string_view passthrough) {
  if (on_error_ == OnError::kFail) {
    answers_.writer.flush(out_, batch.passthrough);
    answers_.write(out_);
    throw Error(problem);
  }
  answers_.reject({batch.file, batch.rows[index].line, problem, std::string(raw)});
  if (on_error_ == OnError::kBlank) answers_.writer.append_blank(out_, index, passthrough);
}

int64_t answer_rows(PredictionInput& input, Pipeline<RowBatch>& pipeline, const PredictOptions& options,
                    size_t rows_at_once) {
  const auto finish = [&] {
    pipeline.batch().file = input.records().name();
    pipeline.push();
    pipeline.flush();
  };
  try {
    const int64_t rows = read_rows(input, pipeline, options, rows_at_once);
    finish();
    return rows;
  } catch (const Error&) {
    finish();
    throw;
  }
}

}  // namespace mdl
