// Where the predictions for the records of a stream come from: a model, or a table that holds them.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "infer/predictions.h"
#include "modelfile/model.h"
#include "predict/predictor.h"
#include "table/encoder.h"
#include "table/records.h"
#include "table/unseen.h"

namespace mdl {

/// Some rows of a stream on their way.
struct AnsweredRows {
  EncodedRows encoded;      // of a model
  Predictions predictions;  // once they are answered

  void clear();
};

class RowAnswers {
 public:
  virtual ~RowAnswers() = default;

  /// Takes the next record. Throws Error where it has no answer.
  virtual void read(const RecordReader& record, AnsweredRows& to) = 0;

  /// Passes a record over that is not scored.
  virtual void pass(const RecordReader&) {}

  /// Leaves the predictions for the rows that were read; on another thread than read(), which goes on with other rows.
  virtual void answer(AnsweredRows& rows) = 0;

  /// After the last record. Throws Error where an answer is to none.
  virtual void finish() const {}

  /// So many rows may wait for their answers.
  virtual size_t rows_at_once() const = 0;

  virtual std::vector<UnseenCells> unseen() const { return {}; }
};

/// Who is scored on the rows of a table.
struct Answerer {
  const Model& model;  // or what stands in for it, which knows the target and the threshold, and has no network
  std::function<std::unique_ptr<RowAnswers>(const RecordReader& records)> answers;
  Model* nameless = nullptr;  // the same, where one of its two classes is called "" until the labels tell its name
};

/// Both must outlive what it makes.
Answerer by_model(const Model& model, Predictor& predictor);

}  // namespace mdl
