#include "serve/rows_request.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "predict/prediction_input.h"
#include "predict/text_writer.h"
#include "table/open_table.h"

namespace mdl {
namespace {

constexpr RowsFormat kFormats[] = {{"text/csv", {Form::kCsv, ','}},
                                   {"text/tab-separated-values", {Form::kCsv, '\t'}},
                                   {"application/jsonl", {Form::kJsonLines, ','}},
                                   {"application/x-ndjson", {Form::kJsonLines, ','}},
                                   {"application/json", {Form::kJsonLines, ','}, /*json=*/true}};

constexpr size_t kMostRowsAtOnce = 2048;

/// A list of objects, or one, as a line for each. What is no list of objects comes out as lines that are refused.
struct JsonObjects {
  std::string lines;
  bool list = false;
  size_t commas = 0;
};

JsonObjects lines_of_json(std::string text) {
  JsonObjects objects;
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) fail("the request: is empty; expected an object or a list of objects");
  objects.list = text[first] == '[';
  size_t depth = 0;
  bool quoted = false, closed = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char& c = text[i];
    if (quoted) {
      if (c == '\\') {
        ++i;
      } else {
        quoted = c != '"';
      }
      continue;
    }
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (closed && !blank) fail("the request: stands more behind the list of objects");
    if (c == '\n' || c == '\r') c = ' ';
    if (c == '"') quoted = true;
    if (c == '{' || c == '[') ++depth;
    const bool outer = objects.list && depth == 1;
    if (outer && c == ',') {
      c = '\n';
      ++objects.commas;
    }
    if (outer && (c == '[' || c == ']')) {
      closed = c == ']';
      c = ' ';
      if (closed) continue;
    }
    if ((c == '}' || c == ']') && depth > 0) --depth;
  }
  if (objects.list && !closed) fail("the request: the list of objects is cut off");
  objects.lines = std::move(text);
  return objects;
}

class RowsRequest final : public PredictionRequest {
 public:
  RowsRequest(const std::shared_ptr<const ServedModel>& model, std::string body, const RowsFormat& format,
              const AnswerShape& shape)
      : PredictionRequest(model, shape, Predictor::rows_at_once(model->model, kMostRowsAtOnce)), format_(format),
        body_(std::move(body)) {
    JsonObjects objects;
    if (format.json) {
      objects = lines_of_json(std::move(body_));
      body_ = std::move(objects.lines);
      list_ = objects.list;
    }
    PredictOptions options{.input_format = format.table, .only = shape.only};
    // A request is UTF-8 and has no comments, whatever the training file was; its header shows what separates its fields.
    options.text = {.quote = '"', .comment = '\0', .encoding = "UTF-8"};
    TableFile table{.path = "-", .name = "the request", .bytes = std::make_unique<HeldBytes>(body_)};
    if (body_.empty()) table.form = TableFile::Form::kEmpty;
    OpenedInput opened = open_for_prediction(std::move(table), model_->model, options);
    const TableFormat written = opened.format;
    PredictionInput input(std::move(opened), model_->model, options, written, columns_.names(), std::nullopt,
                          /*exact=*/false);
    writer_.emplace(columns_, TextOptions{.format = written, .only = shape.only, .round = shape.form.decimals},
                    input.line_end());
    writer_->append_header(start_, input.header());
    read(input);
    if (list_ && rows_.rows != (rows_.rows > 0 || objects.commas > 0 ? objects.commas + 1 : 0))
      fail("the request: an element of the list is no object");
  }

  void write(HttpResponse& response, const Predictions& predictions, size_t from, size_t begin, size_t count) override {
    response.content_type = format_.media_type;
    std::string& out = response.body;
    if (begin == 0) out += list_ ? "[" : start_;
    for (size_t i = 0; i < count; ++i) {
      if (!predictions.finite[from + i]) {
        fail("the request:{}: the network's output for this row is not finite; a number in it is far too large",
             lines_[begin + i]);
      }
      const size_t row = begin + i, start = row == 0 ? 0 : ends_[row - 1];
      if (list_ && row > 0) out += ',';
      writer_->append(out, row, std::string_view(passthrough_.text).substr(start, ends_[row] - start), predictions,
                      from + i);
      if (list_) out.pop_back();
    }
    if (list_ && begin + count == rows_.rows) out += "]\n";
  }

 private:
  void read(PredictionInput& input) {
    RecordReader& records = input.records();
    DriftSampler sampler(model_->drift, input.encoder());
    while (records.next()) {
      if (const auto bad = input.encoder().append(records, rows_)) throw bad_record(records, *bad);
      sampler.add(records);
      input.show(passthrough_);
      ends_.push_back(passthrough_.text.size());
      lines_.push_back(records.line());
    }
  }

  RowsFormat format_;
  std::string body_;
  bool list_ = false;
  Passthrough passthrough_;
  std::vector<size_t> ends_, lines_;  // by row: where it ends in passthrough_, and its line in the request
  std::string start_;
  std::optional<TextWriter> writer_;
};

}  // namespace

std::optional<RowsFormat> rows_format_of(std::string_view media_type) {
  const auto found = std::ranges::find(kFormats, media_type, &RowsFormat::media_type);
  if (found == std::end(kFormats)) return std::nullopt;
  return *found;
}

std::unique_ptr<PredictionRequest> read_rows_request(std::shared_ptr<const ServedModel> model, std::string body,
                                                     const RowsFormat& format, const AnswerShape& shape) {
  return std::make_unique<RowsRequest>(std::move(model), std::move(body), format, shape);
}

}  // namespace mdl
