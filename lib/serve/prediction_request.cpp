#include "serve/prediction_request.h"

namespace mdl {

PredictionColumns columns_of(const ServedModel& model, const AnswerShape& shape) {
  using Output = AnswerForm::Output;
  return PredictionColumns(model.model.target, {.top = shape.form.output == Output::kTop1 ? size_t{1} : 0,
                                                .label_only = shape.form.output == Output::kLabel,
                                                .explained = shape.explain ? &model.model.encoder : nullptr});
}

}  // namespace mdl
