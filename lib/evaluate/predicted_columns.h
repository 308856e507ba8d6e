// Predictions of any model that stand in a table: which of its columns say what.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/row_answers.h"
#include "modelfile/model.h"
#include "table/number_form.h"
#include "table/open_table.h"
#include "table/records.h"

namespace mdl {

/// At most one of value, probability and probabilities; with none the columns are as mdl predict writes them:
/// `prediction`, and of classes p_<class> of each behind it.
struct PredictedColumns {
  std::string target;         // the true values
  std::string value;          // regression: the predicted numbers
  std::string probability;    // two classes: the positive one's probability
  std::string probabilities;  // each class's probability, "p_*": what its one star stands for is the class
  std::string positive;       // of two classes; empty: with `probability` 1, else the second
  std::string id;             // by which the rows of two tables are joined; empty: by their order
  NumberForm form = {};       // how the predicted numbers are spelled
};

/// What stands in for the model whose predictions these are: the task and its classes, or the target of `like`, a model
/// that they are compared with. Throws Error where the table has no such columns.
Model stand_in(const PredictedColumns& columns, const RecordReader& records, const Target* like);

/// Predictions in the columns of the records that are scored. A number must be finite, a probability from 0 to 1, those
/// of a row must sum to 1 (to 0.02); and where a column `prediction` stands before two classes' probabilities, as
/// mdl predict writes it, the threshold must be that by which it was chosen. Both must outlive what it makes.
Answerer answers_in(Model& stand_in, const PredictedColumns& columns);

struct JoinedRows;

/// Predictions in another table, each for one of the records, which have its id or come in the same order. Where it has
/// the target, too, that must be the same.
class JoinedTable {
 public:
  /// Throws Error as stand_in() and answers_in() do, where an id is there twice, and where the predictions are about
  /// another target than the model's.
  JoinedTable(const std::string& path, const TextInput& text, const Model& model, const PredictedColumns& columns);
  ~JoinedTable();

  /// This must outlive what it makes.
  Answerer answerer() const;

 private:
  std::unique_ptr<JoinedRows> rows_;
};

}  // namespace mdl
