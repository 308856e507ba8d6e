#include "cli/command_spec.h"

#include <algorithm>

#include "base/text.h"
#include "config/fields.h"
#include "metrics/metric.h"

namespace mdl {
namespace {

std::string replaced(const std::string& text, char what, const std::string& by) {
  std::string out;
  for (const char c : text) out += c == what ? by : std::string(1, c);
  return out;
}

/// What may stand for a type's name in --help.
void complete_by_type(ArgumentSpec& argument) {
  const std::string& type = argument.type;
  if (type == "DEVICE") argument.words = {"auto", "cpu", "cuda"};
  if (type == "KEY=VALUE") {
    for (const Field& field : fields()) argument.words.push_back(field.key + "=");
  }
  if (type.starts_with("METRIC=VALUE")) {
    for (const Task task : {Task::kBinary, Task::kMulticlass, Task::kRegression}) {
      for (const std::string& name : metric_names(task)) {
        const std::string word = name + "=";
        if (std::find(argument.words.begin(), argument.words.end(), word) == argument.words.end())
          argument.words.push_back(word);
      }
    }
  }
  for (const std::string& part : split(type, '|')) {
    for (const char* path : {"MODEL", "DATA", "FILE", "CONFIG", "REPORT.json"}) argument.files |= part == path;
    argument.folders |= part == "DIR";
  }
  const bool choices = type.find('|') < type.size() &&
                       std::none_of(type.begin(), type.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (choices) argument.words = split(type, '|');
}

ArgumentSpec describe(const CLI::Option& option) {
  ArgumentSpec argument;
  for (const std::string& name : option.get_snames()) argument.flags.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) argument.flags.push_back("--" + name);
  argument.name = option.get_positional() ? option.get_name(/*positional=*/true) : "";
  argument.text = option.get_description();
  argument.required = option.get_required();
  argument.repeatable = option.get_items_expected_max() > 1 ||
                        option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  if (option.get_items_expected_max() == 0) return argument;
  // "FORMAT:{text,json}": the type's name, then what its checks say of themselves.
  const std::vector<std::string> parts = split(option.get_type_name(), ':');
  argument.type = parts[0];
  complete_by_type(argument);
  for (size_t i = 1; i < parts.size(); ++i) {
    if (parts[i].size() > 2 && parts[i].front() == '{' && parts[i].back() == '}')
      argument.words = split(parts[i].substr(1, parts[i].size() - 2), ',');
  }
  return argument;
}

}  // namespace

std::vector<CommandSpec> command_specs(const CLI::App& command) {
  std::vector<CommandSpec> commands;
  for (const CLI::App* app : command.get_parent()->get_subcommands([](const CLI::App*) { return true; })) {
    CommandSpec described{app->get_name(), app->get_description(), app->get_footer(), {}};
    for (const CLI::Option* option : app->get_options()) described.arguments.push_back(describe(*option));
    std::stable_partition(described.arguments.begin(), described.arguments.end(),
                          [](const ArgumentSpec& a) { return a.flags.empty(); });
    commands.push_back(std::move(described));
  }
  return commands;
}

std::string shell_quoted(const std::string& text) { return "'" + replaced(text, '\'', "'\\''") + "'"; }

std::string on_one_line(const std::string& text) { return replaced(text, '\n', "; "); }

}  // namespace mdl
