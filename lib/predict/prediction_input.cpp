#include "predict/prediction_input.h"

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "table/csv.h"
#include "table/json_lines.h"

namespace mdl {
namespace {

const CsvReader* as_csv(const RecordReader& records) { return dynamic_cast<const CsvReader*>(&records); }

std::vector<std::string> wanted_keys(const Model& model, const std::vector<std::string>& passthrough) {
  std::vector<std::string> keys;
  for (const Feature& feature : model.encoder.features) keys.push_back(feature.name);
  for (const std::string& column : passthrough) {
    if (std::find(keys.begin(), keys.end(), column) == keys.end()) keys.push_back(column);
  }
  return keys;
}

}  // namespace

OpenedInput open_for_prediction(TableFile file, const Model& model, const PredictOptions& options) {
  switch (file.form) {
    case TableFile::Form::kArrowStream: return {std::move(file), nullptr, {.form = Form::kArrowStream}};
    case TableFile::Form::kArrowFile: return {std::move(file), nullptr, {.form = Form::kArrowFile}};
    case TableFile::Form::kParquet: return {std::move(file), nullptr, {.form = Form::kParquet}};
    case TableFile::Form::kEmpty:
    case TableFile::Form::kText: break;
  }
  TextInput text{.told = options.text, .expected = model.format};
  const TableFormat named = options.input_format.value_or(table_format_of(file.path).value_or(TableFormat{}));
  if (!named.text() && named.form != Form::kParquet) {
    fail("{}: {}", file.name,
         file.form == TableFile::Form::kEmpty
             ? "is empty; an Arrow stream is expected"
             : "begins as neither an Arrow stream nor an Arrow file does; --input-format says what else it is");
  }
  if (options.input_format) {
    text.told.type = named.form == Form::kJsonLines ? TextForm::kJsonLines
                     : named.delimiter == '\t'      ? TextForm::kTsv
                                                    : TextForm::kCsv;
  }
  const Form form = form_of_text(file, text);
  const std::string path = file.path, name = file.name;
  OpenedInput input{.file = {.path = path, .name = name}, .csv = nullptr, .format = {.form = form}};
  if (form == Form::kJsonLines) {
    input.file.bytes = decode(std::move(file), text);
    return input;
  }
  input.csv = read_csv(std::move(file), text);
  input.format.delimiter = input.csv->delimiter();
  input.format.quote = input.csv->quote_mark();
  return input;
}

TableFormat output_format(const TableFormat& input, const PredictOptions& options) {
  const auto named = table_format_of(options.output);
  if (named && named->form == Form::kParquet) {
    if (options.output_format.value_or(TableFormat{}) != TableFormat{})
      fail("{}: is Parquet by its name; omit --output-format", options.output);
    return *named;
  }
  if (options.output_format) {
    const bool file = options.output_format->form == Form::kArrowStream && named && named->form == Form::kArrowFile;
    return file ? *named : *options.output_format;
  }
  TableFormat like = input;
  if (input.form == Form::kArrowFile) like.form = Form::kArrowStream;
  if (input.form == Form::kParquet) like = {.delimiter = options.text.delimiter.value_or(',')};
  // A name says of CSV no more than whether tabs separate the fields.
  const bool tabs = named && named->delimiter == '\t';
  if (!named || (named->form == like.form && tabs == (like.delimiter == '\t'))) return like;
  return *named;
}

PredictionInput::PredictionInput(OpenedInput input, const Model& model, const PredictOptions& options,
                                 const TableFormat& written, const std::vector<std::string>& added,
                                 const std::optional<std::vector<std::string>>& passthrough, bool exact)
    : format_(input.format), written_(written), only_(options.only) {
  const std::string name = input.file.name;
  whole_ = !only_ && !passthrough && format_ == written_ && written_.text();
  if (!format_.text()) {
    auto arrow = read_arrow(std::move(input.file));
    arrow_ = arrow.get();
    records_ = std::move(arrow);
  } else if (format_.form == Form::kCsv) {
    records_ = std::move(input.csv);
  } else {
    if (!whole_ && !only_ && !passthrough) {
      fail(
          "{}: lines of JSON may differ in their keys; name the columns to keep with --columns, or print only the new "
          "columns with --only",
          name);
    }
    records_ = std::make_unique<JsonLinesReader>(std::move(input.file.bytes), name,
                                                 wanted_keys(model, passthrough.value_or(std::vector<std::string>())),
                                                 whole_ ? added : std::vector<std::string>());
  }
  text_ = dynamic_cast<TextReader*>(records_.get());
  encoder_.emplace(model.encoder, *records_);
  if (only_) return;
  if (!whole_) choose(passthrough ? *passthrough : records_->header(), exact, options);
  const std::vector<std::string> kept = whole_ && format_.form == Form::kJsonLines
                                            ? std::vector<std::string>()
                                            : passthrough.value_or(records_->header());
  for (const std::string& column : added) {
    if (std::find(kept.begin(), kept.end(), column) == kept.end()) continue;
    fail(
        "{}: already has a column {}, which the predictions need; rename it, or print only the new columns with --only",
        name, quote(column));
  }
  for (const size_t place : places_) {
    append_json_string(keys_.emplace_back(), records_->header()[place]);
    keys_.back() += ':';
    const auto feature = std::find_if(model.encoder.features.begin(), model.encoder.features.end(),
                                      [&](const Feature& f) { return f.name == records_->header()[place]; });
    const NumericColumn* number = feature == model.encoder.features.end() ? nullptr : feature->number();
    numeric_.push_back(number != nullptr);
    plain_.push_back(number != nullptr && number->form == NumberForm());
  }
}

PredictionInput::PredictionInput(const PredictionInput& input)
    : format_(input.format_), written_(input.written_), only_(input.only_), encoder_(input.encoder_),
      whole_(input.whole_), places_(input.places_), keys_(input.keys_), numeric_(input.numeric_), plain_(input.plain_) {
  auto text = input.text_->block_reader();
  text_ = text.get();
  records_ = std::move(text);
}

void PredictionInput::choose(const std::vector<std::string>& passthrough, bool exact, const PredictOptions& options) {
  for (const std::string& column : passthrough) {
    places_.push_back(records_->find(column));
    if (places_.back() != records_->header().size()) continue;
    if (exact)
      fail("{}: has no column {}, which {} has", records_->name(), quote(column), input_name(options.inputs[0]));
    const auto meant = did_you_mean(column, records_->header());
    fail("{}: has no column {}, which --columns names{}", records_->name(), quote(column),
         meant ? "; did you mean " + quote(*meant) + "?" : "");
  }
  if (!exact || format_.form == Form::kJsonLines) return;
  for (const std::string& column : records_->header()) {
    if (std::find(passthrough.begin(), passthrough.end(), column) != passthrough.end()) continue;
    fail("{}: has a column {}, which {} does not have", records_->name(), quote(column), input_name(options.inputs[0]));
  }
  whole_ = format_ == written_ && records_->header() == passthrough;
}

void PredictionInput::show(Passthrough& out) const {
  if (!written_.text()) return show_cells(out);
  const bool json = written_.form == Form::kJsonLines;
  if (whole_) {
    std::string_view raw = records_->raw();
    if (json) {
      raw = raw.substr(0, raw.rfind('}'));
      raw = raw.substr(raw.find('{'), raw.find_last_not_of(" \t\r") + 1 - raw.find('{'));
    }
    out.text += raw;
    return;
  }
  if (json) out.text += '{';
  for (size_t i = 0; i < places_.size(); ++i) {
    if (i > 0) out.text += json ? ',' : written_.delimiter;
    if (json) out.text += keys_[i];
    if (format_ == written_) {
      out.text += records_->raw_field(places_[i]);
    } else if (json) {
      show_json_value(out.text, i);
    } else {
      const std::string_view value = records_->field(places_[i]);
      if (arrow_ != nullptr && value.empty() && value.data() != nullptr) out.text += "\"\"";
      append_csv_field(out.text, value, written_.delimiter, written_.quote);
    }
  }
}

void PredictionInput::show_json_value(std::string& out, size_t i) const {
  const Cell cell = records_->cell(places_[i]);
  const std::string_view value = records_->field(places_[i]);
  const bool number = numeric_[i] || cell.type == Cell::Type::kNumber;
  if (number && is_json_number(trim(value))) {
    out += trim(value);
  } else if (arrow_ != nullptr && (value.data() == nullptr || cell.type == Cell::Type::kNumber)) {
    out += "null";
  } else {
    append_json_string(out, value);
  }
}

void PredictionInput::show_cells(Passthrough& out) const {
  if (arrow_ != nullptr) {
    if (out.batch != nullptr || only_) return;
    out.batch = arrow_->batch();
    out.begin = arrow_->place();
    out.places = places_;
    return;
  }
  for (const size_t place : places_) {
    const std::string_view value = records_->field(place);
    out.text += value;
    out.cells.push_back({out.text.size(), value.data() == nullptr || records_->raw_field(place).empty()});
  }
}

void PredictionInput::show_blank(Passthrough& out) const {
  if (!written_.text()) {
    for (size_t i = 0; i < places_.size(); ++i) out.cells.push_back({out.text.size(), true});
  } else if (written_.form == Form::kJsonLines) {
    out.text += '{';
  } else if (!only_) {
    out.text.append((whole_ ? records_->header().size() : places_.size()) - 1, written_.delimiter);
  }
}

std::string PredictionInput::header() const {
  std::string out;
  if (only_ || written_.form == Form::kJsonLines) return out;
  if (whole_) return as_csv(*records_)->raw_header();
  for (size_t i = 0; i < places_.size(); ++i) {
    if (i > 0) out += written_.delimiter;
    append_csv_field(out, records_->header()[places_[i]], written_.delimiter, written_.quote);
  }
  return out;
}

std::string PredictionInput::line_end() const {
  const CsvReader* csv = as_csv(*records_);
  return csv != nullptr && written_.form == Form::kCsv ? csv->line_end() : "\n";
}

ArrowSchema PredictionInput::schema() const {
  ArrowSchema schema{.form = written_.form == Form::kParquet     ? ArrowForm::kParquet
                             : written_.form == Form::kArrowFile ? ArrowForm::kFile
                                                                 : ArrowForm::kStream};
  for (size_t i = 0; i < places_.size(); ++i) schema.passthrough.push_back({records_->header()[places_[i]], plain_[i]});
  if (arrow_ == nullptr) return schema;
  schema.like = arrow_->schema();
  schema.like_name = records_->name();
  return schema;
}

std::optional<std::vector<std::string>> PredictionInput::columns() const {
  if (format_.form == Form::kJsonLines) return std::nullopt;
  return records_->header();
}

}  // namespace mdl
