#include "serve/prediction_request.h"

#include <utility>

namespace mdl {
namespace {

PredictionColumnOptions columns_of(const Model& model, const AnswerShape& shape) {
  using Output = AnswerForm::Output;
  return {.top = shape.form.output == Output::kTop1 ? size_t{1} : 0,
          .label_only = shape.form.output == Output::kLabel,
          .explained = shape.explain ? &model.encoder : nullptr};
}

}  // namespace

PredictionRequest::PredictionRequest(std::shared_ptr<const ServedModel> model, const AnswerShape& shape, size_t part)
    : model_(std::move(model)), columns_(model_->model.target, columns_of(model_->model, shape)), part_(part) {}

}  // namespace mdl
