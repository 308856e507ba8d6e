#include "cli/compute.h"
#include "cli/threshold.h"
#include "modelfile/model.h"
#include "predict/stream.h"

namespace mdl {

int run_predict(const PredictFlags& flags) {
  Model model = load_model(flags.model);
  if (flags.threshold && !set_threshold(model, *flags.threshold, "predict")) return 2;
  predict_stream(model, {.data = flags.data, .output = flags.output, .only = flags.only, .device = flags.device});
  return 0;
}

}  // namespace mdl
