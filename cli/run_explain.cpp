#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "cli/compute.h"
#include "evaluate/explain.h"
#include "modelfile/model.h"
#include "report/formats.h"
#include "report/importance.h"

namespace mdl {

int run_explain(const ExplainFlags& flags) {
  const Model model = load_model(flags.model);
  Metric metric = main_metric(model.target.task);
  if (!flags.metric.empty()) {
    const std::string problem = parse_metric(flags.metric, model.target.task, metric);
    if (!problem.empty()) {
      fmt::print(stderr, "mdl explain: --metric {}: {}\n", quote(flags.metric), problem);
      return 2;
    }
  }
  Talk talk(/*quiet=*/false);
  Predictor predictor = predictor_for(model, flags.device);
  Report report = explain_file(model, predictor, flags.data,
                               {.metric = metric,
                                .repeats = flags.repeats,
                                .rows = flags.rows,
                                .seed = flags.seed,
                                .skip_unlabelled = flags.skip_unlabelled},
                               talk);
  report.model = flags.model;
  report.data = flags.data;
  OutputFile output(flags.output);
  output.write(flags.format == "text" ? importance_text(report) : find_format(flags.format)->write(report));
  output.commit();
  return 0;
}

}  // namespace mdl
