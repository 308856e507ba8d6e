// A column of numbers; a date counts as its days since 1970-01-01, a time of day as its hours (number_form.h).
//
//   standard scaling   z = (x - center) / scale, the training rows' mean and (population) standard deviation
//   robust             center the median, scale the distance of the quartiles (where they are equal, half the range),
//                      then z / sqrt(1 + (z / 3)^2), which stays within -3 and 3
//
// A missing number is imputed by the mean; a further input may say whether it is there. Where a number tells more by
// its exact value than by its size (value_embedding.h), its values have a row of an embedding each as well.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "config/config.h"
#include "table/column.h"
#include "table/column_inputs.h"
#include "table/histogram.h"
#include "table/number_form.h"
#include "table/number_index.h"
#include "table/records.h"
#include "table/scaling.h"

namespace mdl {

struct EncoderOptions;

struct NumericColumn {
  static const char* kind_name() { return "numeric"; }

  NumberForm form;  // how its cells are spelled
  double center = 0, scale = 1;
  float imputed = 0;  // the input of a missing cell
  std::optional<Presence> presence;
  NumberIndex embedded_values;  // those with a row of the value embedding; empty: it has none

  /// Nothing when the column tells nothing. Throws Error when its numbers are too large to average.
  static std::optional<NumericColumn> fit(const Column& column, std::span<const uint32_t> train,
                                          const EncoderOptions& options, Histogram& histogram);

  ColumnInputs inputs() const;

  /// What a cell says that is not missing; nothing where it is not spelled in the column's form.
  std::optional<double> number(const Cell& cell) const {
    return cell.type == Cell::Type::kText ? parse_cell(cell.text, form) : number_of_typed(cell.number);
  }

  /// NaN is missing, and stays NaN until InputWriter.
  void encode(double number, Scaling scaling, EncodedCell to) const {
    *to.number = input(number, scaling);
    if (!embedded_values.empty()) *to.index = embedded_values.find(number);
  }

  /// How its number is scaled and imputed.
  const NumericColumn& scaled() const { return *this; }

  /// The number as the network sees it.
  float input(double number, Scaling scaling) const {
    const double z = (number - center) / scale;
    return static_cast<float>(scaling == Scaling::kRobust ? softly_clipped(z) : z);
  }

 private:
  std::optional<double> number_of_typed(double number) const;
};

}  // namespace mdl
