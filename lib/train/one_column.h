// How well each column alone predicts the target: one that does so nearly perfectly may hold the answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "metrics/metric.h"
#include "table/column.h"
#include "table/target.h"

namespace mdl {

/// A column and the score of a model of it alone: ROC AUC of two classes, the accuracy of several, R² of a regression.
struct ColumnScore {
  std::string column;
  double score = 0;
  double error = 1;  // from 0, perfect, to 1, as the trivial model
};

/// Of the columns in the order of `features`, on a sample of the rows `train`. Each half of it is predicted by means of
/// the other: by category, by value, and by intervals of values. `group`, where there is one, is not torn apart. Empty
/// when there are too few rows to tell.
std::vector<ColumnScore> one_column_scores(const std::vector<const Column*>& features, const Target& target,
                                           const TargetValues& labels, const std::vector<uint32_t>& train,
                                           const Column* group);

/// Columns that alone predict nearly perfectly, while each of the others is far from it.
struct Giveaways {
  Metric metric = Metric::kAccuracy;
  std::vector<ColumnScore> columns;  // the best first
  ColumnScore next;                  // the best of the others
};
std::optional<Giveaways> find_giveaways(std::vector<ColumnScore> scores, Task task);

/// "column 'duration' alone predicts the target: roc_auc 0.9987 on a sample of rows, ..."
std::string describe(const Giveaways& found);

/// The same beside the model's score, for the end of training; empty where the model has none.
std::string describe_beside(const Giveaways& found, const Scores& of_model);

}  // namespace mdl
