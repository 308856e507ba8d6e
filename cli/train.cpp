#include <memory>

#include "cli/commands.h"
#include "cli/compute.h"

namespace mdl {

Run setup_train(CLI::App& app) {
  const auto flags = std::make_shared<TrainFlags>();
  app.add_option("config", flags->input, "a config (.yaml), or a table with --target")->required()->type_name("CONFIG|DATA");
  app.add_option("--target", flags->target, "the column to predict")->type_name("COLUMN");
  app.add_option("--set", flags->set, "set a config key; has the last word")->type_name("KEY=VALUE")->expected(1)->allow_extra_args(false)->take_all();
  app.add_option("--output", flags->output, "the run's folder (default: runs/<name of the data>)")->type_name("DIR");
  app.add_option("--device", flags->device, "auto, cpu, cuda or cuda:N")->type_name("DEVICE");
  app.add_option("--threads", flags->threads, "threads to compute with (default: by the work)")->type_name("N");
  const auto resume = app.add_flag("--resume", flags->resume, "go on with the run that is in the folder");
  app.add_flag("--force", flags->force, "start anew; the run that is in the folder is replaced when the new model is there")->excludes(resume);
  app.add_flag("--allow-changes", flags->allow_changes, "go on although data or config have changed; the model file records it")->needs(resume);
  app.add_flag("--dry-run", flags->dry_run, "read and check all, time a few steps, write nothing");
  app.add_flag("--quiet", flags->quiet, "warnings only on stderr");
  app.footer(
      "Leaves model.safetensors, last.safetensors, config.yaml, metrics.jsonl and report.html in the run's folder.\n"
      "Ctrl-C saves the state of the run; --resume goes on from there, to the same bytes as a run that was not interrupted.\n\n"
      "Example:\n"
      "  mdl train configs/seed.yaml --set train.epochs=20\n"
      "  mdl train data/credit.csv --target Status");
  return [flags] { return run_train(*flags); };
}

}  // namespace mdl
