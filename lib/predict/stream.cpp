#include "predict/stream.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/compressor.h"
#include "base/error.h"
#include "base/files.h"
#include "base/parquet.h"
#include "base/pipeline.h"
#include "base/signals.h"
#include "predict/prediction_input.h"
#include "predict/rejects.h"
#include "predict/row_writer.h"

namespace mdl {
namespace {

constexpr size_t kMostRows = 2048, kMostBytes = 1 << 20;
constexpr size_t kSlots = 3;

struct Row {
  size_t line;
  size_t raw_end, passthrough_end;
  bool rejected = false;
};

/// Rows that have been read and not yet answered.
struct Batch {
  std::string file;
  EncodedRows encoded;  // of those that are not rejected
  std::vector<Row> rows;
  std::vector<std::string> problems;  // of those that are
  std::string raw, passthrough;  // `passthrough` as RowWriter wants it, `raw` as they came, where the rejects hold them

  bool full(size_t most) const { return rows.size() >= most || raw.size() + passthrough.size() >= kMostBytes; }

  void clear() {
    encoded.clear();
    rows.clear();
    problems.clear();
    for (std::string* text : {&raw, &passthrough}) {
      text->clear();
      if (text->capacity() > 4 * kMostBytes) text->shrink_to_fit();
    }
  }
};

/// BatchScorer batches, on the second thread.
class BatchScorer {
 public:
  BatchScorer(Predictor& predictor, RowWriter& writer, const PredictOptions& options, OutputFile& output,
              Rejects& rejects)
      : predictor_(predictor), writer_(writer), on_error_(options.on_error), output_(output), rejects_(rejects) {}

  void write(Batch& batch) {
    predictor_.predict(batch.encoded, 0, batch.encoded.rows, predictions_);
    out_.clear();
    size_t scored = 0, problem = 0, raw_begin = 0, passthrough_begin = 0;
    for (const Row& row : batch.rows) {
      const std::string_view passthrough(batch.passthrough.data() + passthrough_begin,
                                         row.passthrough_end - passthrough_begin);
      const std::string_view raw(batch.raw.data() + raw_begin, row.raw_end - raw_begin);
      passthrough_begin = row.passthrough_end;
      raw_begin = row.raw_end;
      if (row.rejected) {
        reject(batch.file, row.line, batch.problems[problem++], raw, passthrough);
      } else if (predictions_.finite[scored]) {
        writer_.append(out_, passthrough, predictions_, scored++);
      } else {
        ++scored;
        reject(batch.file, row.line,
               fmt::format("{}:{}: the network has no finite answer to this row; a number in it is far too large",
                           batch.file, row.line),
               raw, passthrough);
      }
    }
    output_.write(out_);
    batch.clear();
  }

 private:
  void reject(const std::string& file, size_t line, const std::string& problem, std::string_view raw,
              std::string_view passthrough) {
    if (on_error_ == OnError::kFail) {
      output_.write(out_);
      throw Error(problem);
    }
    rejects_.add(file, line, problem, raw);
    if (on_error_ == OnError::kBlank) writer_.append_blank(out_, passthrough);
  }

  Predictor& predictor_;
  RowWriter& writer_;
  OnError on_error_;
  OutputFile& output_;
  Rejects& rejects_;
  Predictions predictions_;
  std::string out_;
};

/// Reads an input's rows to its end, and hands them over whenever a batch is full, of `rows_at_once`, or the input runs
/// dry.
int64_t read_rows(PredictionInput& input, Pipeline<Batch>& pipeline, const PredictOptions& options,
                  size_t rows_at_once) {
  RecordReader& records = input.records();
  int64_t rows = 0;
  const auto add = [&](bool readable, const char* problem) {
    Batch& batch = pipeline.batch();
    if (!options.rejects.empty()) batch.raw += records.raw();
    if (readable) {
      input.show(batch.passthrough);
    } else {
      input.show_blank(batch.passthrough);
    }
    if (problem != nullptr) batch.problems.emplace_back(problem);
    batch.rows.push_back({records.line(), batch.raw.size(), batch.passthrough.size(), problem != nullptr});
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
    if (!dry && !pipeline.batch().full(rows_at_once)) continue;
    pipeline.batch().file = records.name();
    pipeline.pass();
    if (dry) pipeline.drain();
    if (stop_signal() != 0) throw Interrupted(records.name());
  }
  return rows;
}

void check_readable(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (path != "-" && access(path.c_str(), R_OK) != 0) fail("{}: cannot be opened: {}", path, std::strerror(errno));
  }
}

std::unique_ptr<Compressor> compressor_of(const PredictOptions& options, const Model& model, const RowWriter& writer) {
  if (!names_parquet(options.output)) return compressor_for(options.output);
  ParquetTypes types;
  if (is_parquet(options.inputs[0])) types.like = options.inputs[0];
  for (const Feature& feature : model.encoder.features) {
    if (feature.kind == ColumnKind::kNumeric && feature.form == NumberForm()) types.numbers.push_back(feature.name);
  }
  for (const std::string& column : writer.number_columns()) types.numbers.push_back(column);
  return parquet_compressor(types);
}

}  // namespace

PredictOutcome predict_stream(const Model& model, Predictor& predictor, const PredictOptions& options) {
  check_readable(options.inputs);
  RowWriter writer(
      model.target,
      {.format = output_format(options), .only = options.only, .round = options.round, .top = options.top});
  std::optional<std::vector<std::string>> passthrough;
  if (!options.columns.empty()) passthrough = options.columns;
  auto input = std::make_unique<PredictionInput>(options.inputs[0], model, options, writer, passthrough,
                                                 /*exact=*/false);
  const bool exact = !passthrough && !options.only;
  if (exact) passthrough = input->columns();

  OutputFile output(options.output, compressor_of(options, model, writer));
  Rejects rejects(options.rejects);
  writer.set_line_end(input->line_end());
  std::string header;
  writer.append_header(header, input->header());
  output.write(header);

  PredictOutcome outcome;
  BatchScorer answers(predictor, writer, options, output, rejects);
  {
    Pipeline<Batch> pipeline(kSlots, [&](Batch& batch) { answers.write(batch); });
    const auto finish = [&] {
      pipeline.batch().file = input->records().name();
      pipeline.pass();
      pipeline.drain();
    };
    try {
      for (size_t i = 0; i < options.inputs.size(); ++i) {
        if (i > 0)
          input = std::make_unique<PredictionInput>(options.inputs[i], model, options, writer, passthrough, exact);
        outcome.rows += read_rows(*input, pipeline, options, Predictor::rows_at_once(model, kMostRows));
        finish();
        add_unseen(outcome.unseen, input->encoder().unseen());
      }
    } catch (const Error&) {
      finish();
      rejects.commit();
      throw;
    }
  }
  output.commit();
  rejects.commit();
  outcome.rejected = rejects.count();
  outcome.first_problem = rejects.first();
  return outcome;
}

}  // namespace mdl
