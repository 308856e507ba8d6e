// What the columns of a table say is to be learned.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "table/dataset.h"
#include "table/target.h"
#include "train/objective.h"
#include "train/start_model.h"

namespace mdl {

/// A row each.
struct RowValues {
  TargetValues labels;
  std::vector<double> weights;    // empty: all weigh the same
  std::vector<double> exposures;  // empty: there are none
};

/// The target and its values, and the rows' weights and exposures.
struct Supervision : RowValues {
  Target target;
  std::string other_reading;                  // how the target could be read otherwise (target.h), or ""
  size_t unlabelled = 0, without_weight = 0;  // rows of the table whose target is missing, and whose weight is 0
};

/// Infers task and classes, or takes the target of `start`, which must fit what is inferred. Throws Error when the
/// target, the weights or the exposures are not there or not to be
/// learned with, or do not fit the loss.
Supervision supervision_of(const Config& config, const Dataset& dataset, const StartModel* start = nullptr);

/// Its parts: what the target is, without any row's values,
Supervision target_of(const Config& config, const Dataset& dataset, const StartModel* start = nullptr);

/// and the values of rows, of which the first is the table's row `first`.
RowValues row_values(const Config& config, const Target& target, const Dataset& rows, size_t first = 0);

/// Notes where the target of a regression is another whole number in each row, without gaps: an index.
void note_row_numbers(const EachRow& each, Supervision& known);

/// Counts the rows that are without a target or of weight 0.
void count_rows(const RowValues& rows, Supervision& known);

}  // namespace mdl
