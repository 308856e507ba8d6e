#include "serve/prediction_request.h"

namespace mdl {

PredictionColumns columns_of(const ServedModel& model, const AnswerForm& form) {
  using Output = AnswerForm::Output;
  return PredictionColumns(model.model.target, form.output == Output::kTop1 ? 1 : 0);
}

}  // namespace mdl
