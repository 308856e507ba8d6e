#include "modelfile/serving.h"

#include "base/error.h"
#include "modelfile/column_part.h"

namespace mdl {

Model serving_model(Model model, bool explainable) {
  if (model.serving) fail("it is a serving model already");
  if (explainable && model.encoder.reference.empty())
    fail("it has no reference row, since an earlier version of mdl wrote it; train it again, or omit --explainable");
  Model serving{.serving = true,
                .target = std::move(model.target),
                .encoder = std::move(model.encoder),
                .network = std::move(model.network),
                .members = std::move(model.members),
                .temperature = model.temperature,
                .smoothing = model.smoothing,
                .smearing = model.smearing,
                .low = model.low,
                .high = model.high,
                .threshold = model.threshold,
                .version = model.version,
                .format = model.format};
  if (!explainable) serving.encoder.reference.clear();
  for (Feature& feature : serving.encoder.features) {
    feature.histogram = {};
    std::visit([](auto& kind) { hash_values(kind); }, feature.kind);
  }
  return serving;
}

void expect_full(const Model& model, const std::string& subject, const char* lacks) {
  if (model.serving) fail("{} is a serving model, which {}; use the model that it was exported from", subject, lacks);
}

}  // namespace mdl
