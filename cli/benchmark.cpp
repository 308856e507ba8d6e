#include <memory>

#include "cli/commands.h"
#include "cli/compute.h"

namespace mdl {

Run setup_benchmark(CLI::App& app) {
  const auto flags = std::make_shared<BenchmarkFlags>();
  const auto list = [&](const char* name, std::vector<int64_t>& values, const char* help) {
    app.add_option(name, values, help)->type_name("N[,N...]")->delimiter(',')->allow_extra_args(false);
  };
  app.add_option("model", flags->model, "a model file")->required()->type_name("MODEL");
  list("--batch", flags->batches, "rows a call, each in turn (default: 1,32,1024,16384)");
  list("--threads", flags->threads, "threads to compute with, each in turn (default: 1 and one for each processor)");
  app.add_option("--seconds", flags->seconds, "how long to measure each (default: 1)")->type_name("S");
  app.add_option("--format", flags->format, "text or json")->type_name("FORMAT")->check(CLI::IsMember({"text", "json"}));
  app.add_option("--output", flags->output, "where the table goes (default: standard output)")->type_name("FILE");
  app.add_option("--device", flags->device, "auto, cpu, cuda or cuda:N")->type_name("DEVICE");
  app.footer(
      "Measures calls that turn encoded rows into predictions, after a warm-up; reading and writing tables is not in it.\n"
      "The rows are drawn from what the model knows of its columns. Of the calls' durations it tells the percentiles.\n\n"
      "Example:\n"
      "  mdl benchmark runs/credit/model.safetensors --batch 1,1000 --threads 1,2");
  return [flags] { return run_benchmark(*flags); };
}

}  // namespace mdl
