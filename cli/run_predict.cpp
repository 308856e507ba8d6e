#include "cli/compute.h"
#include "modelfile/model.h"
#include "predict/stream.h"

namespace mdl {

int run_predict(const PredictFlags& flags) {
  const Model model = load_model(flags.model);
  predict_stream(model, {.data = flags.data, .output = flags.output, .only = flags.only, .device = flags.device});
  return 0;
}

}  // namespace mdl
