#include <memory>

#include "cli/commands.h"
#include "cli/compute.h"

namespace mdl {

Run setup_predict(CLI::App& app) {
  const auto flags = std::make_shared<PredictFlags>();
  app.add_option("model", flags->model, "a model file")->required()->type_name("MODEL");
  app.add_option("data", flags->data, "a table; standard input when left out or -")->type_name("DATA");
  app.add_option("--output", flags->output, "where the rows go (default: standard output)")->type_name("FILE");
  app.add_option("--threshold", flags->threshold, "two classes: from which probability of the positive class on the answer is positive")
      ->type_name("P");
  app.add_flag("--only", flags->only, "print the new columns alone");
  app.add_option("--device", flags->device, "auto, cpu, cuda or cuda:N")->type_name("DEVICE");
  app.footer(
      "Rows come out in their order, every byte as it came in, then the columns prediction and, for classes, p_<class>.\n\n"
      "Example:\n"
      "  zcat new.csv.gz | mdl predict runs/credit/model.safetensors > scored.csv");
  return [flags] { return run_predict(*flags); };
}

}  // namespace mdl
