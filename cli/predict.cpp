#include <memory>

#include "cli/commands.h"
#include "cli/compute.h"

namespace mdl {

Run setup_predict(CLI::App& app) {
  const auto flags = std::make_shared<PredictFlags>();
  app.add_option("model", flags->model, "a model file")->required()->type_name("MODEL");
  app.add_option("data", flags->data, "tables with the same columns; standard input when left out or -")->type_name("DATA");
  app.add_option("--output", flags->output, "where the rows go (default: standard output); .gz and .zst are packed")->type_name("FILE");
  app.add_flag("--only", flags->only, "print the new columns alone");
  app.add_option("--columns", flags->columns, "the input columns to keep (default: all)")->type_name("NAME,...")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--threshold", flags->threshold, "two classes: from which probability of the positive class on the answer is positive")
      ->type_name("P");
  app.add_option("--top", flags->top, "the K most likely classes as top_1, p_top_1, ... instead of a column for each class")->type_name("K");
  app.add_option("--round", flags->round, "round numbers to so many decimals")->type_name("N")->check(CLI::Range(0, 15));
  app.add_option("--on-error", flags->on_error, "rows that cannot be scored: fail stops there (default), skip leaves them out, blank keeps them without an answer")
      ->type_name("WAY")
      ->check(CLI::IsMember({"fail", "skip", "blank"}));
  app.add_option("--rejects", flags->rejects, "where such rows go, as CSV: file, line, reason, row")->type_name("FILE");
  app.add_option("--allow-rejects", flags->allow_rejects, "exit with 0 when there are at most so many of them, and else with 1")->type_name("N|P%");
  app.add_option("--input-format", flags->input_format, "csv, tsv or jsonl (default: by the file's name, else csv)")->type_name("FORMAT")
      ->check(CLI::IsMember({"csv", "tsv", "jsonl"}));
  app.add_option("--output-format", flags->output_format, "csv, tsv or jsonl (default: by the file's name, else as the input)")->type_name("FORMAT")
      ->check(CLI::IsMember({"csv", "tsv", "jsonl"}));
  app.add_option("--delimiter", flags->delimiter, "what parts the fields of CSV: a character, or tab (default: a comma)")->type_name("CHAR");
  app.add_option("--device", flags->device, "auto, cpu, cuda or cuda:N")->type_name("DEVICE");
  app.footer(
      "Rows come out in their order, every byte as it came in, then the columns prediction and, for classes, p_<class>. gzip and zstd\n"
      "are unpacked. Of JSON Lines an object a row, in which the predictions are added at the end.\n\n"
      "Example:\n"
      "  zcat new.csv.gz | mdl predict runs/credit/model.safetensors > scored.csv\n"
      "  mdl predict runs/credit/model.safetensors new.csv --columns id --on-error skip --rejects bad.csv --output scored.csv");
  return [flags] { return run_predict(*flags); };
}

}  // namespace mdl
