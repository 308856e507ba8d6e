#include "predict/row_writer.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "table/csv.h"
#include "table/json_lines.h"

namespace mdl {

RowWriter::RowWriter(const Target& target, RowOptions options)
    : target_(target), options_(options), columns_({"prediction"}) {
  const bool all = options_.top == 0;
  for (const std::string& name : target.classes) {
    if (all) columns_.push_back("p_" + name);
    if (json()) {
      append_json_string(classes_.emplace_back(), name);
    } else {
      append_csv_field(classes_.emplace_back(), name, options_.format.delimiter);
    }
  }
  for (size_t k = 1; k <= options_.top; ++k) {
    columns_.push_back(fmt::format("top_{}", k));
    columns_.push_back(fmt::format("p_top_{}", k));
  }
  for (const std::string& column : columns_) {
    append_json_string(keys_.emplace_back(), column);
    keys_.back() += ':';
  }
  order_.resize(all ? 0 : target.classes.size());
}

std::vector<std::string> RowWriter::number_columns() const {
  if (classes_.empty()) return columns_;
  std::vector<std::string> numbers;
  const size_t step = options_.top == 0 ? 1 : 2;
  for (size_t column = step; column < columns_.size(); column += step) numbers.push_back(columns_[column]);
  return numbers;
}

void RowWriter::append(std::string& out, std::string_view passthrough, const Predictions& predictions, size_t row) {
  out += passthrough;
  begin_field(out, passthrough, 0);
  const size_t classes = classes_.size();
  if (classes == 0) {
    append_number(out, predictions.values[row]);
  } else {
    const double* probabilities = predictions.probabilities.data() + row * classes;
    append_class(out, static_cast<size_t>(predictions.classes[row]));
    for (size_t k = 0; k < classes && options_.top == 0; ++k) {
      begin_field(out, passthrough, 1 + k);
      append_number(out, probabilities[k]);
    }
    if (options_.top > 0) {
      std::iota(order_.begin(), order_.end(), size_t{0});
      std::partial_sort(order_.begin(), order_.begin() + static_cast<ptrdiff_t>(options_.top), order_.end(),
                        [&](size_t a, size_t b) {
                          return probabilities[a] != probabilities[b] ? probabilities[a] > probabilities[b] : a < b;
                        });
    }
    for (size_t k = 0; k < options_.top; ++k) {
      begin_field(out, passthrough, 1 + 2 * k);
      append_class(out, order_[k]);
      begin_field(out, passthrough, 2 + 2 * k);
      append_number(out, probabilities[order_[k]]);
    }
  }
  if (json()) out += '}';
  out += line_end_;
}

void RowWriter::append_blank(std::string& out, std::string_view passthrough) const {
  out += passthrough;
  for (size_t column = 0; column < columns_.size(); ++column) {
    begin_field(out, passthrough, column);
    if (json()) out += "null";
  }
  if (json()) out += '}';
  // A line of nothing would be no row to most readers.
  if (!json() && columns_.size() == 1 && options_.only) out += "\"\"";
  out += line_end_;
}

void RowWriter::append_header(std::string& out, std::string_view passthrough) const {
  if (json()) return;
  out += passthrough;
  for (size_t column = 0; column < columns_.size(); ++column) {
    begin_field(out, passthrough, column);
    append_csv_field(out, columns_[column], options_.format.delimiter);
  }
  out += line_end_;
}

void RowWriter::begin_field(std::string& out, std::string_view passthrough, size_t column) const {
  const bool first = column == 0 && (json() ? passthrough == "{" : options_.only);
  if (!first) out += json() ? ',' : options_.format.delimiter;
  if (json()) out += keys_[column];
}

void RowWriter::append_class(std::string& out, size_t label) const { out += classes_[label]; }

void RowWriter::append_number(std::string& out, double value) const {
  char buffer[400];
  if (!options_.round) {
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
    return;
  }
  std::string_view text(
      buffer, static_cast<size_t>(
                  std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, *options_.round).ptr -
                  buffer));
  if (*options_.round > 0) {
    text = text.substr(0, text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.remove_suffix(1);
  }
  out += text == "-0" ? "0" : text;
}

}  // namespace mdl
