#include "predict/stream.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/files.h"
#include "base/pipeline.h"
#include "base/signals.h"
#include "io/input.h"
#include "io/output.h"
#include "io/protection.h"
#include "predict/arrow_writer.h"
#include "predict/prediction_input.h"
#include "predict/rejects.h"
#include "predict/text_writer.h"
#include "table/magic.h"
#include "table/open_table.h"

namespace mdl {
namespace {

constexpr size_t kMostRows = 2048, kMostRowsOfColumns = 16384, kMostBytes = 1 << 20;
constexpr size_t kMostExplained = 64;  // each is the work of hundreds of rows
constexpr size_t kSlots = 3;

using WriteBytes = std::function<void(std::string_view bytes)>;

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
  std::string raw;                    // the rows as they came, where the rejects hold them
  Passthrough passthrough;

  bool full(size_t most) const { return rows.size() >= most || raw.size() + passthrough.text.size() >= kMostBytes; }

  void clear() {
    encoded.clear();
    rows.clear();
    problems.clear();
    raw.clear();
    if (raw.capacity() > 4 * kMostBytes) raw.shrink_to_fit();
    passthrough.clear();
  }
};

/// BatchScorer batches, on the second thread.
class BatchScorer {
 public:
  BatchScorer(Predictor& predictor, RowWriter& writer, const PredictOptions& options, const WriteBytes& output,
              Rejects& rejects)
      : predictor_(predictor), writer_(writer), on_error_(options.on_error), output_(output), rejects_(rejects) {}

  void write(Batch& batch) {
    predictor_.predict(batch.encoded, 0, batch.encoded.rows, predictions_);
    out_.clear();
    size_t scored = 0, problem = 0, raw_begin = 0, passthrough_begin = 0;
    for (size_t i = 0; i < batch.rows.size(); ++i) {
      const Row& row = batch.rows[i];
      const std::string_view passthrough(batch.passthrough.text.data() + passthrough_begin,
                                         row.passthrough_end - passthrough_begin);
      const std::string_view raw(batch.raw.data() + raw_begin, row.raw_end - raw_begin);
      passthrough_begin = row.passthrough_end;
      raw_begin = row.raw_end;
      if (row.rejected) {
        reject(batch, i, batch.problems[problem++], raw, passthrough);
      } else if (predictions_.finite[scored]) {
        writer_.append(out_, i, passthrough, predictions_, scored++);
      } else {
        ++scored;
        reject(batch, i,
               fmt::format("{}:{}: the network's output for this row is not finite; a number in it is far too large",
                           batch.file, row.line),
               raw, passthrough);
      }
    }
    writer_.flush(out_, batch.passthrough);
    output_(out_);
    batch.clear();
  }

 private:
  void reject(const Batch& batch, size_t index, const std::string& problem, std::string_view raw,
              std::string_view passthrough) {
    if (on_error_ == OnError::kFail) {
      writer_.flush(out_, batch.passthrough);
      output_(out_);
      throw Error(problem);
    }
    rejects_.add(batch.file, batch.rows[index].line, problem, raw);
    if (on_error_ == OnError::kBlank) writer_.append_blank(out_, index, passthrough);
  }

  Predictor& predictor_;
  RowWriter& writer_;
  OnError on_error_;
  const WriteBytes& output_;
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

void check_readable(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (path != "-" && access(path.c_str(), R_OK) != 0) fail("{}: cannot be opened: {}", path, std::strerror(errno));
  }
}

/// `start` gets what comes before the first row.
std::unique_ptr<RowWriter> writer_for(const PredictionInput& input, const PredictionColumns& columns,
                                      const TableFormat& format, const PredictOptions& options, std::string& start) {
  if (!format.text()) {
    auto writer = std::make_unique<ArrowRowWriter>(columns, input.schema(), options.round);
    writer->flush(start, {});
    return writer;
  }
  auto writer = std::make_unique<TextWriter>(
      columns, TextOptions{.format = format, .only = options.only, .round = options.round}, input.line_end());
  writer->append_header(start, input.header());
  return writer;
}

/// All inputs, of which the first is open.
PredictOutcome predict_inputs(TableFile first, const Model& model, Predictor& predictor, const PredictOptions& options,
                              const WriteBytes& write, Rejects& rejects) {
  OpenedInput opened = open_for_prediction(std::move(first), model, options);
  const TableFormat format = output_format(opened.format, options);
  const PredictionColumns columns(model.target,
                                  {.top = options.top, .explained = options.explain ? &model.encoder : nullptr});
  std::optional<std::vector<std::string>> passthrough;
  if (!options.columns.empty()) passthrough = options.columns;
  auto input = std::make_unique<PredictionInput>(std::move(opened), model, options, format, columns.names(),
                                                 passthrough,
                                                 /*exact=*/false);
  const bool exact = !passthrough && !options.only;
  if (exact) passthrough = input->columns();

  std::string start;
  const std::unique_ptr<RowWriter> writer = writer_for(*input, columns, format, options, start);
  write(start);

  const size_t most = options.explain ? kMostExplained : format.text() ? kMostRows : kMostRowsOfColumns;
  const size_t rows_at_once = Predictor::rows_at_once(model, most);
  PredictOutcome outcome;
  BatchScorer answers(predictor, *writer, options, write, rejects);
  {
    Pipeline<Batch> pipeline(kSlots, [&](Batch& batch) { answers.write(batch); });
    const auto finish = [&] {
      pipeline.batch().file = input->records().name();
      pipeline.push();
      pipeline.flush();
    };
    try {
      for (size_t i = 0; i < options.inputs.size(); ++i) {
        if (i > 0)
          input = std::make_unique<PredictionInput>(
              open_for_prediction(open_table_file(options.inputs[i]), model, options), model, options, format,
              columns.names(), passthrough, exact);
        outcome.rows += read_rows(*input, pipeline, options, rows_at_once);
        finish();
        add_unseen(outcome.unseen, input->encoder().unseen());
      }
    } catch (const Error&) {
      finish();
      throw;
    }
  }
  std::string end;
  writer->finish(end);
  write(end);
  outcome.rejected = rejects.count();
  outcome.first_problem = rejects.first();
  return outcome;
}

/// One of several tables in an input, of which it keeps what it has read.
class OneOfSeveral final : public ByteSource {
 public:
  OneOfSeveral(ByteSource& all, std::string& kept) : all_(all), kept_(kept) {}

  size_t read(char* to, size_t size) override {
    const size_t count = all_.read(to, size);
    kept_.append(to, count);
    return count;
  }

  /// So that nothing is read behind its end.
  bool would_wait() override { return true; }

 private:
  ByteSource& all_;
  std::string& kept_;
};

/// Bytes that have been read, and those that follow.
class Again final : public ByteSource {
 public:
  Again(std::string_view kept, ByteSource& rest) : kept_(kept), rest_(rest) {}

  size_t read(char* to, size_t size) override {
    const size_t count = kept_.read(to, size);
    return count > 0 ? count : rest_.read(to, size);
  }
  bool would_wait() override { return true; }

 private:
  HeldBytes kept_;
  ByteSource& rest_;
};

}  // namespace

PredictOutcome predict_stream(const Model& model, Predictor& predictor, const PredictOptions& options) {
  check_readable(options.inputs);
  TableFile first = open_table_file(options.inputs[0]);
  // Made when there is something to write: an input that is refused leaves what was there.
  std::optional<OutputFile> output;
  Rejects rejects(options.rejects);
  const WriteBytes write = [&](std::string_view bytes) {
    if (!output) output.emplace(options.output);
    output->write(bytes);
  };
  try {
    PredictOutcome outcome = predict_inputs(std::move(first), model, predictor, options, write, rejects);
    output->commit();
    rejects.commit();
    return outcome;
  } catch (const Error&) {
    if (output && !has_encrypted_input()) rejects.commit();  // which may be damaged, and is then refused whole
    throw;
  }
}

void predict_streams(const Model& model, Predictor& predictor, const PredictOptions& options,
                     const std::function<void(const PredictOutcome&)>& told) {
  const std::string name = input_name("-");
  const ArrowModule& arrow = arrow_module("--streams", "Arrow");
  const auto input = open_input("-");
  OutputFile output("-");
  for (;;) {
    std::string request, answer;
    auto bytes = std::make_unique<PeekedSource>(std::make_unique<OneOfSeveral>(*input, request),
                                                std::initializer_list<std::string_view>{kArrowStreamMagic});
    if (bytes->empty()) return;
    if (!bytes->starts_with(kArrowStreamMagic))
      fail("{}: an Arrow stream is expected, or the end, and neither comes", name);
    TableFile table{.path = "-", .name = name, .bytes = std::move(bytes), .form = TableFile::Form::kArrowStream};
    Rejects rejects("");
    try {
      told(predict_inputs(
          std::move(table), model, predictor, options, [&](std::string_view part) { answer += part; }, rejects));
    } catch (const Error& error) {
      arrow.skip_stream(std::make_unique<Again>(request, *input), name);
      answer = arrow.refuse(error.what());
    }
    output.write(answer);
  }
}

}  // namespace mdl
