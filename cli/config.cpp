#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/console.h"
#include "base/error.h"
#include "base/files.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "cli/checks.h"
#include "cli/commands.h"
#include "cli/protection_flags.h"
#include "config/dump.h"
#include "config/load.h"
#include "io/output.h"
#include "train/table_check.h"

namespace mdl {
namespace {

struct ConfigFlags {
  std::string action;
  std::string config;
  std::vector<std::string> set;
  ProtectionFlags protection;
};

int run_config(const ConfigFlags& flags) {
  apply(flags.protection);
  const std::vector<std::string> actions = {"check", "show", "reference"};
  if (std::find(actions.begin(), actions.end(), flags.action) == actions.end()) {
    const auto meant = did_you_mean(flags.action, actions);
    wrong_flags("there is no action {}; {}", quote(flags.action),
                meant ? "did you mean " + quote(*meant) + "?" : "there are " + join_names(actions));
  }
  OutputFile output("-");
  if (flags.action == "reference") {
    if (!flags.config.empty() || !flags.set.empty()) wrong_flags("the reference takes no config and no --set");
    output.write(config_reference());
    return 0;
  }
  if (flags.config.empty() && flags.set.empty()) wrong_flags("no config is given; see mdl config --help");
  const LoadedConfig loaded = flags.config.empty() ? load_config(Overrides{{}, flags.set})
                                                   : load_config(flags.config, {{}, flags.set});
  if (flags.action == "show") {
    output.write(dump_config(loaded, /*origins=*/true));
  } else {
    const TableCheck check = check_tables(loaded);
    Console console(/*quiet=*/false);
    for (const std::string& note : check.notes) console.warn(note);
    if (!check.problems.empty()) throw Error(fmt::format("{}", fmt::join(check.problems, "\n")));
    output.write(fmt::format("{}: ok\n", flags.config.empty() ? "--set" : input_name(flags.config)));
  }
  return 0;
}

}  // namespace

Run setup_config(CLI::App& app) {
  const auto flags = std::make_shared<ConfigFlags>();
  app.add_option("action", flags->action,
                 "check: report all problems of a config, and of the tables that it names\n"
                 "show: print it resolved, each value with where it came from\n"
                 "reference: print every key with its default and what it does")
      ->required()
      ->type_name("check|show|reference");
  app.add_option("config", flags->config, "a config file; - is standard input")->type_name("CONFIG");
  add_set(app, flags->set, "set a config key, as in mdl train");
  add_identity_flags(app, flags->protection);
  app.footer(
      "Example:\n"
      "  mdl config check configs/credit.yaml\n"
      "  mdl config show configs/credit.yaml --set model.hidden=[64,64]");
  return [flags] { return run_config(*flags); };
}

}  // namespace mdl
