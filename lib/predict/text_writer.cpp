#include "predict/text_writer.h"

#include <charconv>

#include "table/csv.h"
#include "table/json_lines.h"

namespace mdl {

TextWriter::TextWriter(PredictionColumns columns, const TextOptions& options, std::string line_end)
    : columns_(std::move(columns)), options_(options), line_end_(std::move(line_end)) {
  for (const std::string& name : columns_.target().classes) {
    if (json()) {
      append_json_string(classes_.emplace_back(), name);
    } else {
      append_csv_field(classes_.emplace_back(), name, options_.format.delimiter, options_.format.quote);
    }
  }
  for (const std::string& column : columns_.names()) {
    append_json_string(keys_.emplace_back(), column);
    keys_.back() += ':';
  }
}

void TextWriter::append(std::string& out, size_t, std::string_view passthrough, const Predictions& predictions,
                        size_t row) {
  out += passthrough;
  columns_.tell(
      predictions, row,
      [&](size_t column, size_t label) {
        begin_field(out, passthrough, column);
        out += classes_[label];
      },
      [&](size_t column, double value) {
        begin_field(out, passthrough, column);
        append_number(out, value);
      });
  if (json()) out += '}';
  out += line_end_;
}

void TextWriter::append_blank(std::string& out, size_t, std::string_view passthrough) {
  out += passthrough;
  const size_t count = columns_.names().size();
  for (size_t column = 0; column < count; ++column) {
    begin_field(out, passthrough, column);
    if (json()) out += "null";
  }
  if (json()) out += '}';
  // A line of nothing would be no row to most readers.
  if (!json() && count == 1 && options_.only) out += "\"\"";
  out += line_end_;
}

void TextWriter::append_header(std::string& out, std::string_view passthrough) const {
  if (json()) return;
  out += passthrough;
  for (size_t column = 0; column < columns_.names().size(); ++column) {
    begin_field(out, passthrough, column);
    append_csv_field(out, columns_.names()[column], options_.format.delimiter, options_.format.quote);
  }
  out += line_end_;
}

void TextWriter::begin_field(std::string& out, std::string_view passthrough, size_t column) const {
  const bool first = column == 0 && (json() ? passthrough == "{" : options_.only);
  if (!first) out += json() ? ',' : options_.format.delimiter;
  if (json()) out += keys_[column];
}

void TextWriter::append_number(std::string& out, double value) const {
  char room[400];
  if (options_.round) {
    out += fixed(value, *options_.round, room);
  } else {
    out.append(room, std::to_chars(room, room + sizeof room, value).ptr);
  }
}

}  // namespace mdl
