// What a request wants predicted, read whole, and how its answer is written.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "predict/prediction_columns.h"
#include "serve/http.h"
#include "serve/served_model.h"
#include "serve/tokens.h"
#include "table/encoder.h"

namespace mdl {

/// What an answer shows.
struct AnswerShape {
  AnswerForm form;       // as the caller may see it
  bool explain = false;  // with contributions (predict/contributions.h)
  bool only = false;     // of rows: without the columns of the request
};

class PredictionRequest {
 public:
  virtual ~PredictionRequest() = default;

  const ServedModel& model() const { return *model_; }
  const EncodedRows& rows() const { return rows_; }

  /// Labels and numbers in the answer to a row.
  size_t answers() const { return columns_.names().size(); }

  /// So many rows are to be answered at once, so that what is in work for them is bounded.
  size_t part() const { return part_; }

  /// Adds the answer to the rows [begin, begin + count), whose predictions start at row `from`: all rows in order, in
  /// one call or several. Throws Error where a row has no finite answer.
  virtual void write(HttpResponse& response, const Predictions& predictions, size_t from, size_t begin,
                     size_t count) = 0;

 protected:
  PredictionRequest(std::shared_ptr<const ServedModel> model, const AnswerShape& shape, size_t part);

  std::shared_ptr<const ServedModel> model_;
  PredictionColumns columns_;  // that an answer has beside those of the request
  EncodedRows rows_;
  size_t part_;
};

}  // namespace mdl
