#include "predict/stream.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/files.h"
#include "io/input.h"
#include "io/output.h"
#include "io/protection.h"
#include "predict/arrow_writer.h"
#include "predict/batch_scorer.h"
#include "predict/block_scorer.h"
#include "predict/prediction_input.h"
#include "predict/rejects.h"
#include "predict/text_writer.h"
#include "table/magic.h"
#include "table/open_table.h"

namespace mdl {
namespace {

constexpr size_t kMostRows = 2048, kMostRowsOfColumns = 16384;
constexpr size_t kMostExplained = 64;  // each is the work of hundreds of rows
constexpr size_t kSlots = 3;

using WriteBytes = std::function<void(std::string_view bytes)>;

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
  const auto reject = [&](const RejectedRow& row) { rejects.add(row.file, row.line, row.problem, row.row); };
  const bool parallel = predictor.callers() > 1 && writer->another() != nullptr;
  PredictOutcome outcome;
  for (size_t i = 0; i < options.inputs.size(); ++i) {
    if (i > 0)
      input = std::make_unique<PredictionInput>(open_for_prediction(open_table_file(options.inputs[i]), model, options),
                                                model, options, format, columns.names(), passthrough, exact);
    const auto blocks = parallel ? input->blocks(block_size(columns.names().size() + model.target.classes.size()))
                                 : nullptr;
    if (blocks != nullptr) {
      const AnsweredInput answered = answer_in_blocks(*input, *blocks, *writer, predictor, options, rows_at_once,
                                                      {write, reject});
      outcome.rows += answered.rows;
      add_unseen(outcome.unseen, answered.unseen);
      continue;
    }
    BatchScorer scorer(
        {.predict = [&](const EncodedRows& rows, Predictions& out) { predictor.predict(rows, 0, rows.rows, out); },
         .writer = *writer,
         .write = write,
         .reject = reject},
        options.on_error);
    Pipeline<RowBatch> pipeline(kSlots, [&](RowBatch& batch) { scorer.write(batch); });
    outcome.rows += answer_rows(*input, pipeline, options, rows_at_once);
    add_unseen(outcome.unseen, input->encoder().unseen());
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
