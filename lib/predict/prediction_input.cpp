#include "predict/prediction_input.h"

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "base/parquet.h"
#include "base/text.h"
#include "table/csv.h"
#include "table/json_lines.h"

namespace mdl {
namespace {

const CsvReader* as_csv(const RecordReader& records) { return dynamic_cast<const CsvReader*>(&records); }

/// A comma where tabs or semicolons part the fields makes one column of all.
void check_delimiter(const CsvReader& csv, const Model& model) {
  if (csv.header().size() != 1 || csv.find(model.encoder.features[0].name) == 0) return;
  for (const auto& [delimiter, name] : {std::pair('\t', "tab"), std::pair(';', "';'"), std::pair(',', "','")}) {
    if (delimiter == csv.delimiter() || csv.header()[0].find(delimiter) == std::string::npos) continue;
    fail("{}:1: the header is one column, {}; --delimiter {} may be what is meant", csv.name(), quote(csv.header()[0]),
         name);
  }
}

std::vector<std::string> wanted_keys(const Model& model, const std::vector<std::string>& passthrough) {
  std::vector<std::string> keys;
  for (const Feature& feature : model.encoder.features) keys.push_back(feature.name);
  for (const std::string& column : passthrough) {
    if (std::find(keys.begin(), keys.end(), column) == keys.end()) keys.push_back(column);
  }
  return keys;
}

}  // namespace

TableFormat input_format(const std::string& path, const PredictOptions& options) {
  TableFormat format = options.input_format.value_or(table_format_of(path).value_or(TableFormat{}));
  if (options.delimiter && format.form == Form::kCsv) format.delimiter = *options.delimiter;
  return format;
}

TableFormat output_format(const PredictOptions& options) {
  if (names_parquet(options.output)) {
    if (options.output_format.value_or(TableFormat{}) != TableFormat{})
      fail("{}: is Parquet by its name; leave --output-format out", options.output);
    return {};
  }
  if (options.output_format) return *options.output_format;
  const TableFormat input = input_format(options.inputs[0], options);
  const auto named = table_format_of(options.output);
  if (!named || (named->form == input.form && options.delimiter)) return input;
  return *named;
}

PredictionInput::PredictionInput(const std::string& path, const Model& model, const PredictOptions& options,
                                 const RowWriter& writer, const std::optional<std::vector<std::string>>& passthrough,
                                 bool exact)
    : format_(input_format(path, options)), written_(writer.options().format), only_(options.only) {
  const std::string name = input_name(path);
  whole_ = !only_ && !passthrough && format_ == written_;
  if (format_.form == Form::kCsv) {
    auto csv = std::make_unique<CsvReader>(open_input(path), name, format_.delimiter);
    check_delimiter(*csv, model);
    records_ = std::move(csv);
  } else {
    if (!whole_ && !only_ && !passthrough) {
      fail(
          "{}: lines of JSON may differ in their keys, so name those that a table keeps with --columns, or print the "
          "new columns alone with --only",
          name);
    }
    const std::vector<std::string> taken = whole_ ? writer.new_columns() : std::vector<std::string>();
    records_ = std::make_unique<JsonLinesReader>(
        open_input(path), name, wanted_keys(model, passthrough.value_or(std::vector<std::string>())), taken);
  }
  encoder_.emplace(model.encoder, *records_);
  if (only_) return;
  if (!whole_) choose(passthrough ? *passthrough : records_->header(), exact, options);
  const std::vector<std::string> kept = whole_ && format_.form == Form::kJsonLines
                                            ? std::vector<std::string>()
                                            : passthrough.value_or(records_->header());
  for (const std::string& column : writer.new_columns()) {
    if (std::find(kept.begin(), kept.end(), column) == kept.end()) continue;
    fail(
        "{}: already has a column {}, which the predictions need; rename it, or print the new columns alone with "
        "--only",
        name, quote(column));
  }
  for (const size_t place : places_) {
    append_json_string(keys_.emplace_back(), records_->header()[place]);
    keys_.back() += ':';
    const auto feature = std::find_if(model.encoder.features.begin(), model.encoder.features.end(),
                                      [&](const Feature& f) { return f.name == records_->header()[place]; });
    numeric_.push_back(feature != model.encoder.features.end() && feature->kind == ColumnKind::kNumeric);
  }
}

void PredictionInput::choose(const std::vector<std::string>& passthrough, bool exact, const PredictOptions& options) {
  for (const std::string& column : passthrough) {
    places_.push_back(records_->find(column));
    if (places_.back() != records_->header().size()) continue;
    if (exact)
      fail("{}: has no column {}, which {} has", records_->name(), quote(column), input_name(options.inputs[0]));
    const auto meant = did_you_mean(column, records_->header());
    fail("{}: has no column {}, as --columns says{}", records_->name(), quote(column),
         meant ? "; did you mean " + quote(*meant) + "?" : "");
  }
  if (!exact || format_.form == Form::kJsonLines) return;
  for (const std::string& column : records_->header()) {
    if (std::find(passthrough.begin(), passthrough.end(), column) != passthrough.end()) continue;
    fail("{}: has a column {}, which {} has not", records_->name(), quote(column), input_name(options.inputs[0]));
  }
  whole_ = format_ == written_ && records_->header() == passthrough;
}

void PredictionInput::show(std::string& out) const {
  const bool json = written_.form == Form::kJsonLines;
  if (whole_) {
    std::string_view raw = records_->raw();
    if (json) {
      raw = raw.substr(0, raw.rfind('}'));
      raw = raw.substr(raw.find('{'), raw.find_last_not_of(" \t\r") + 1 - raw.find('{'));
    }
    out += raw;
    return;
  }
  if (json) out += '{';
  for (size_t i = 0; i < places_.size(); ++i) {
    if (i > 0) out += json ? ',' : written_.delimiter;
    if (json) out += keys_[i];
    if (format_ == written_) {
      out += records_->raw_field(places_[i]);
      continue;
    }
    const std::string_view value = records_->field(places_[i]);
    if (!json) {
      append_csv_field(out, value, written_.delimiter);
    } else if (numeric_[i] && is_json_number(trim(value))) {
      out += trim(value);
    } else {
      append_json_string(out, value);
    }
  }
}

void PredictionInput::show_blank(std::string& out) const {
  if (written_.form == Form::kJsonLines) {
    out += '{';
  } else if (!only_) {
    out.append((whole_ ? records_->header().size() : places_.size()) - 1, written_.delimiter);
  }
}

std::string PredictionInput::header() const {
  std::string out;
  if (only_ || written_.form == Form::kJsonLines) return out;
  if (whole_) return as_csv(*records_)->raw_header();
  for (size_t i = 0; i < places_.size(); ++i) {
    if (i > 0) out += written_.delimiter;
    append_csv_field(out, records_->header()[places_[i]], written_.delimiter);
  }
  return out;
}

std::string PredictionInput::line_end() const {
  const CsvReader* csv = as_csv(*records_);
  return csv != nullptr && written_.form == Form::kCsv ? csv->line_end() : "\n";
}

std::optional<std::vector<std::string>> PredictionInput::columns() const {
  if (as_csv(*records_) == nullptr) return std::nullopt;
  return records_->header();
}

}  // namespace mdl
