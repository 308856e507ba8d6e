#include "serve/prediction_request.h"

namespace mdl {

PredictionColumns columns_of(const ServedModel& model, const AnswerForm& form) {
  using Output = AnswerForm::Output;
  return PredictionColumns(model.model.target, {.top = form.output == Output::kTop1 ? size_t{1} : 0,
                                                .label_only = form.output == Output::kLabel});
}

}  // namespace mdl
