#include <memory>

#include "cli/commands.h"
#include "cli/compute.h"

namespace mdl {

Run setup_evaluate(CLI::App& app) {
  const auto flags = std::make_shared<EvaluateFlags>();
  app.add_option("model", flags->model, "a model file")->required()->type_name("MODEL");
  app.add_option("data", flags->data, "a table with the target column; - is standard input")->required()->type_name("DATA");
  app.add_option("--format", flags->format, "text, json or html")->type_name("FORMAT")->check(CLI::IsMember({"text", "json", "html"}));
  app.add_option("--output", flags->output, "where the report goes (default: standard output)")->type_name("FILE");
  app.add_option("--fail-under", flags->fail_under, "exit with 3 when the score is worse; repeatable")
      ->type_name("METRIC=VALUE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  app.add_flag("--skip-unlabelled", flags->skip_unlabelled, "leave rows without a target out");
  app.add_option("--device", flags->device, "auto, cpu, cuda or cuda:N")->type_name("DEVICE");
  app.footer(
      "A score that a gate names must be at least the value; of a score where less is better (log_loss, brier, rmse,\n"
      "mae, mape, median_absolute_error), at most.\n\n"
      "Example:\n"
      "  mdl evaluate runs/credit/model.safetensors holdout.csv --fail-under roc_auc=0.80");
  return [flags] { return run_evaluate(*flags); };
}

}  // namespace mdl
