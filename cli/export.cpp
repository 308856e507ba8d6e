#include <fmt/format.h>

#include <memory>

#include "base/console.h"
#include "base/error.h"
#include "base/files.h"
#include "cli/checks.h"
#include "cli/commands.h"
#include "cli/protection_flags.h"
#include "export/onnx.h"
#include "export/pytorch.h"
#include "io/output.h"
#include "modelfile/serving.h"

namespace mdl {
namespace {

struct ExportFlags {
  std::string model;
  std::string format = "onnx";
  bool serving = false;
  bool explainable = false;
  std::string output = "-";
  ProtectionFlags protection;
};

int run_export(const ExportFlags& flags) {
  apply(flags.protection);
  expect_not_read("--output", flags.output, {flags.model});
  const bool onnx = !flags.serving && flags.format == "onnx";
  if ((onnx || flags.serving) && flags.output == "-") expect_no_terminal(onnx ? "ONNX" : "a model file");
  const Model model = load_model(flags.model);
  std::string bytes;
  std::vector<std::string> notes;
  try {
    bytes = flags.serving ? format_model(serving_model(model, flags.explainable))
            : onnx        ? format_onnx(model, &notes)
                          : format_pytorch(model);
  } catch (const Error& error) {
    fail("{}: cannot be exported: {}", input_name(flags.model), error.what());
  }
  write_file(flags.output, bytes);
  for (const std::string& note : notes) write_to_stderr(fmt::format("mdl: {}: {}\n", input_name(flags.model), note));
  return 0;
}

}  // namespace

Run setup_export(CLI::App& app) {
  const auto flags = std::make_shared<ExportFlags>();
  app.add_option("model", flags->model, "a model file")->required()->type_name("MODEL");
  app.add_option("--output", flags->output, "output file (default: standard output)")->type_name("FILE");
  CLI::Option* format = app.add_option("--format", flags->format, "onnx (default), or pytorch")
                            ->type_name("FORMAT")
                            ->check(CLI::IsMember({"onnx", "pytorch"}));
  CLI::Option* serving = app.add_flag("--serving", flags->serving,
                                      "write a model file that holds only what predictions need")
                             ->excludes(format);
  app.add_flag(
         "--explainable", flags->explainable,
         "with --serving: keep the reference row (medians, most frequent categories) that predict --explain needs")
      ->needs(serving);
  add_protection_flags(app, flags->protection);
  app.footer(
      "onnx: a file that holds the preprocessing too. Its inputs are the feature columns, [rows, 1] each: numbers "
      "double, NaN\n"
      "where missing, categories string, \"\" where missing. Its outputs are label and probabilities, or prediction, "
      "with\n"
      "an underscore behind where a column has that name.\n"
      "pytorch: a Python script that reads the model file and predicts rows of a CSV file with PyTorch.\n"
      "--serving: a model file without config, scores, histograms and counts of rows, whose categories and exact "
      "values "
      "are\n"
      "keyed hashes, so that they cannot be read and two models cannot be joined by them. It predicts the same, bit by "
      "bit.\n"
      "The key is in the file: whoever holds it can try out values. Each export draws other keys.\n\n"
      "Example:\n"
      "  mdl export runs/credit/model.safetensors --output credit.onnx\n"
      "  mdl export runs/credit/model.safetensors --format pytorch > predict.py\n"
      "  python3 predict.py runs/credit/model.safetensors new.csv\n"
      "  mdl export runs/credit/model.safetensors --serving --output deployed.safetensors");
  return [flags] { return run_export(*flags); };
}

}  // namespace mdl
