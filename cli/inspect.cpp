#include <memory>

#include "base/files.h"
#include "cli/commands.h"
#include "modelfile/describe.h"

namespace mdl {
namespace {

struct InspectFlags {
  std::string model;
  std::string format = "text";
};

}  // namespace

Run setup_inspect(CLI::App& app) {
  const auto flags = std::make_shared<InspectFlags>();
  app.add_option("model", flags->model, "a model file")->required()->type_name("MODEL");
  app.add_option("--format", flags->format, "text or json")->type_name("FORMAT")->check(CLI::IsMember({"text", "json"}));
  app.footer("Example:\n  mdl inspect runs/credit/model.safetensors");
  return [flags] {
    const Model model = load_model(flags->model);
    OutputFile("-").write(flags->format == "json" ? describe_json(model, flags->model) : describe_text(model, flags->model));
    return 0;
  };
}

}  // namespace mdl
