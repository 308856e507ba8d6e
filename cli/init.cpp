#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/input_flags.h"
#include "cli/protection_flags.h"
#include "io/output.h"
#include "table/config_template.h"
#include "table/open_table.h"

namespace mdl {
namespace {

struct InitFlags {
  std::string data;
  std::string target;
  InputFlags input;
  ProtectionFlags protection;
};

int run_init(const InitFlags& flags) {
  apply(flags.protection);
  const TextFormat format = text_format(flags.input);
  if (flags.target.empty()) {
    const Table table = open_table(flags.data, {.told = format});
    std::vector<std::string> names;
    for (const std::string& name : table.records->header()) names.push_back(quote(name));
    wrong_flags("--target COLUMN says what to predict; {} has {}", table.records->name(), join_names(names, 50));
  }
  OutputFile("-").write(config_template(flags.data, flags.target, format));
  return 0;
}

}  // namespace

Run setup_init(CLI::App& app) {
  const auto flags = std::make_shared<InitFlags>();
  app.add_option("data", flags->data, "a table; - is standard input")->required()->type_name("DATA");
  app.add_option("--target", flags->target, "target column")->type_name("COLUMN");
  add_input_flags(app, flags->input);
  add_identity_flags(app, flags->protection);
  app.footer(
      "Reads the whole table and prints a config that is ready to train, with comments on what was found.\n\n"
      "Example:\n"
      "  mdl init data/credit.csv --target Status > credit.yaml\n"
      "  mdl train credit.yaml");
  return [flags] { return run_init(*flags); };
}

}  // namespace mdl
