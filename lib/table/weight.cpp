#include "table/weight.h"

#include <cmath>

#include "base/error.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "table/number_form.h"

namespace mdl {

bool is_weight(double number) { return number >= 0 && std::isfinite(static_cast<float>(number)); }

WeightReader::WeightReader(std::string column, const NumberForm& form, const RecordReader& records)
    : column_(std::move(column)), form_(form), place_(records.find(column_)) {
  if (place_ < records.header().size()) return;
  const auto meant = did_you_mean(column_, records.header());
  fail("{}: has no column {} of row weights{}", records.name(), quote(column_),
       meant ? "; did you mean " + quote(*meant) + "?" : "");
}

double WeightReader::read(const RecordReader& record) const {
  std::string room;
  const Cell cell = record.cell(place_);
  const std::string_view text = text_of(cell, room);
  const auto number = cell.type == Cell::Type::kNumber ? std::optional(cell.number) : parse_cell(text, form_);
  if (!number || !is_weight(*number)) {
    fail("{}: column {}, the sample weight: expected a number of at least 0, found {}", record.where(), quote(column_),
         quote_cell(text));
  }
  return *number;
}

}  // namespace mdl
