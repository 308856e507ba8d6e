#include "predict/stream.h"

#include <charconv>

#include "base/error.h"
#include "base/files.h"
#include "base/signals.h"
#include "base/text.h"
#include "predict/predictor.h"
#include "table/csv.h"

namespace mdl {
namespace {

constexpr size_t kMostRows = 4096;

std::vector<std::string> new_columns(const Target& target) {
  std::vector<std::string> names = {"prediction"};
  for (const std::string& name : target.classes) names.push_back("p_" + name);
  return names;
}

void append_number(std::string& out, double value) {
  char buffer[32];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

/// Rows that have been read and not yet answered.
class Pending {
 public:
  Pending(const Model& model, const CsvReader& csv, const PredictOptions& options, OutputFile& output)
      : model_(model), csv_(csv), only_(options.only), encoder_(model.encoder, csv), predictor_(model, options.device), output_(output) {}

  size_t size() const { return encoded_.rows; }

  void add() {
    encoder_.append(csv_, encoded_);
    lines_.push_back(csv_.line());
    if (!only_) bytes_ += csv_.raw();
    ends_.push_back(bytes_.size());
  }

  void write() {
    if (size() == 0) return;
    const Predictions& predictions = predictor_.predict(encoded_, 0, size());
    const size_t classes = model_.target.classes.size();
    const size_t answered = predictions.not_finite.value_or(size());
    std::string out;
    for (size_t row = 0; row < answered; ++row) {
      const size_t begin = row == 0 ? 0 : ends_[row - 1];
      out.append(bytes_, begin, ends_[row] - begin);
      if (!only_) out += ',';
      if (classes == 0) {
        append_number(out, predictions.values[row]);
      } else {
        append_csv_field(out, model_.target.classes[static_cast<size_t>(predictions.labels[row])]);
      }
      for (size_t k = 0; k < classes; ++k) {
        out += ',';
        append_number(out, predictions.probabilities[row * classes + k]);
      }
      out += csv_.line_end();
    }
    output_.write(out);
    const std::optional<size_t> bad_line = predictions.not_finite ? std::optional(lines_[answered]) : std::nullopt;
    encoded_.clear();
    bytes_.clear();
    ends_.clear();
    lines_.clear();
    if (bad_line) fail("{}:{}: the network has no finite answer to this row; a number in it is far too large", csv_.name(), *bad_line);
  }

 private:
  const Model& model_;
  const CsvReader& csv_;
  bool only_;
  RecordEncoder encoder_;
  Predictor predictor_;
  OutputFile& output_;
  EncodedRows encoded_;
  std::string bytes_;              // the rows as they came
  std::vector<size_t> ends_, lines_;
};

}  // namespace

int64_t predict_stream(const Model& model, const PredictOptions& options) {
  CsvReader csv(open_input(options.data), input_name(options.data));
  const std::vector<std::string> columns = new_columns(model.target);
  std::string header = options.only ? "" : csv.raw_header();
  for (const std::string& column : columns) {
    if (!options.only && csv.find(column) != csv.header().size()) {
      fail("{}: already has a column {}, which the predictions need; rename it, or print the new columns alone with --only", csv.name(), quote(column));
    }
    if (!header.empty()) header += ',';
    append_csv_field(header, column);
  }
  OutputFile output(options.output);
  Pending pending(model, csv, options, output);
  output.write(header + csv.line_end());
  int64_t rows = 0;
  try {
    while (csv.next()) {
      pending.add();
      ++rows;
      if (pending.size() < kMostRows && !csv.would_wait()) continue;
      pending.write();
      if (stop_signal() != 0) throw Interrupted(csv.name());
    }
  } catch (const Error&) {
    pending.write();
    throw;
  }
  pending.write();
  output.commit();
  return rows;
}

}  // namespace mdl
