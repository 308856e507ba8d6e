#include <memory>

#include "cli/commands.h"
#include "cli/protection_flags.h"
#include "io/output.h"
#include "modelfile/card.h"
#include "modelfile/describe.h"

namespace mdl {
namespace {

struct InspectFlags {
  std::string model;
  std::string format = "text";
  ProtectionFlags protection;
};

}  // namespace

Run setup_inspect(CLI::App& app) {
  const auto flags = std::make_shared<InspectFlags>();
  app.add_option("model", flags->model, "a model file")->required()->type_name("MODEL");
  app.add_option("--format", flags->format, "text, json, or card: a model card in Markdown")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "card"}));
  add_identity_flags(app, flags->protection);
  add_trust_flags(app, flags->protection);
  app.footer(
      "Examples:\n  mdl inspect runs/credit/model.safetensors\n  mdl inspect runs/credit/model.safetensors --format "
      "card >MODEL_CARD.md");
  return [flags] {
    apply(flags->protection);
    const Model model = load_model(flags->model);
    const auto describe = flags->format == "json"   ? describe_json
                          : flags->format == "card" ? model_card
                                                    : describe_text;
    OutputFile("-").write(describe(model, flags->model));
    return 0;
  };
}

}  // namespace mdl
