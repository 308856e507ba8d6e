// Completion for shells, printed from what the commands' setups told CLI11.
#include <fmt/format.h>

#include <memory>

#include "cli/command_spec.h"
#include "cli/commands.h"
#include "io/output.h"

namespace mdl {
namespace {

using Commands = std::vector<CommandSpec>;

/// `text` with a backslash before each of `special`.
std::string escaped(const std::string& text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) < special.size()) out += '\\';
    out += c;
  }
  return out;
}

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

/// What bash offers for a value: words, or @files, @folders, @nothing.
std::string bash_value(const ArgumentSpec& argument) {
  if (!argument.words.empty()) return joined(argument.words);
  return argument.folders ? "@folders" : argument.files ? "@files" : "@nothing";
}

std::string bash(const Commands& commands) {
  std::string names, cases;
  for (const CommandSpec& command : commands) {
    names += (names.empty() ? "" : " ") + command.name;
    std::string flags, valued, values, positionals;
    bool repeats = false;
    for (const ArgumentSpec& argument : command.arguments) {
      if (argument.flags.empty()) {
        positionals += " " + shell_quoted(bash_value(argument));
        repeats = argument.repeatable;
        continue;
      }
      flags += " " + argument.flags.back();
      if (argument.type.empty()) continue;
      valued += " " + joined(argument.flags);
      values += fmt::format("        {}) wanted={} ;;\n", fmt::join(argument.flags, "|"),
                            shell_quoted(bash_value(argument)));
    }
    cases += fmt::format("    {})\n      flags={}\n      valued={}\n      positionals=({})\n", command.name,
                         shell_quoted(flags.empty() ? "" : flags.substr(1)),
                         shell_quoted(valued.empty() ? "" : valued + " "),
                         positionals.empty() ? "" : positionals.substr(1));
    if (repeats) cases += "      repeats=1\n";
    if (!values.empty()) cases += fmt::format("      case $last in\n{}      esac\n", values);
    cases += "      ;;\n";
  }
  return fmt::format(R"(# Completion of mdl {0} for bash. Load it with
#   source <(mdl completion bash)
_mdl() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} last=${{COMP_WORDS[COMP_CWORD-1]}} flags='' valued='' wanted='' repeats=0 place=0 i
  local -a positionals=()
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W '{1} --help --version' -- "$word")
    return
  fi
  # bash takes --flag=value apart.
  [[ $word == = ]] && word='' last='='
  if [[ $last == = ]]; then
    last=${{COMP_WORDS[COMP_CWORD-1]}}
    [[ $last == = ]] && last=${{COMP_WORDS[COMP_CWORD-2]}}
    [[ $last == -* ]] || return 0
  fi
  case ${{COMP_WORDS[1]}} in
{2}  esac
  if [[ -z $wanted && $word == -* ]]; then
    wanted=$flags
  elif [[ -z $wanted ]]; then
    for ((i = 2; i < COMP_CWORD; ++i)); do
      case ${{COMP_WORDS[i]}} in
        =) ((++i)) ;;
        -?*) if [[ $valued == *" ${{COMP_WORDS[i]}} "* && ${{COMP_WORDS[i+1]}} != = ]]; then ((++i)); fi ;;
        *) ((++place)) ;;
      esac
    done
    if ((repeats && place >= ${{#positionals[@]}})); then place=$((${{#positionals[@]}} - 1)); fi
    wanted=${{positionals[place]:-@nothing}}
  fi
  case $wanted in
    @nothing) ;;
    @files)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      ;;
    @folders)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$word")
      ;;
    *)
      [[ $wanted == *= ]] && compopt -o nospace 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -W "$wanted" -- "$word")
      ;;
  esac
}}
complete -F _mdl mdl
)",
                     MDL_VERSION, names, cases);
}

std::string zsh_value(const ArgumentSpec& argument) {
  const std::string type = escaped(argument.type.empty() ? argument.name : argument.type, ":[]\\");
  std::string action = argument.folders ? "_files -/" : argument.files ? "_files" : " ";
  if (!argument.words.empty())
    action = (argument.beginnings() ? "{compadd -S \"\" -- " : "(") + joined(argument.words) +
             (argument.beginnings() ? "}" : ")");
  return fmt::format(":{}:{}", type, action);
}

std::string zsh(const Commands& commands) {
  std::string names, cases;
  for (const CommandSpec& command : commands) {
    names += "    " + shell_quoted(command.name + ":" + command.summary) + "\n";
    cases += fmt::format("    {})\n      _arguments", command.name);
    for (const ArgumentSpec& argument : command.arguments) {
      cases += " \\\n        ";
      if (argument.flags.empty()) {
        cases += shell_quoted((argument.repeatable ? "*" : argument.required ? "" : ":") + zsh_value(argument));
        continue;
      }
      const std::string text = fmt::format("[{}]", escaped(on_one_line(argument.text), ":[]\\"));
      const bool valued = !argument.type.empty();
      for (size_t i = 0; i < argument.flags.size(); ++i) {
        const std::string exclusive = argument.repeatable         ? "*"
                                      : argument.flags.size() > 1 ? fmt::format("({})", joined(argument.flags))
                                                                  : "";
        if (i > 0) cases += ' ';
        cases += shell_quoted(fmt::format("{}{}{}{}{}", exclusive, argument.flags[i], valued ? "=" : "", text,
                                          valued ? zsh_value(argument) : ""));
      }
    }
    cases += "\n      ;;\n";
  }
  return fmt::format(R"(#compdef mdl
# Completion of mdl {0} for zsh. Load it with
#   source <(mdl completion zsh)
# or save it as _mdl in a folder of $fpath.
_mdl() {{
  local -a commands=(
{1}  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
{2}  esac
}}
if [[ ${{funcstack[1]}} == _mdl ]]; then
  _mdl "$@"
else
  compdef _mdl mdl
fi
)",
                     MDL_VERSION, names, cases);
}

std::string fish(const Commands& commands) {
  std::string out = fmt::format(
      "# Completion of mdl {} for fish. Load it with\n#   mdl completion fish | source\ncomplete -c mdl -f\n",
      MDL_VERSION);
  // fish knows \\ and \' in single quotes.
  const auto quoted = [](const std::string& text) { return "'" + escaped(on_one_line(text), "\\'") + "'"; };
  for (const CommandSpec& command : commands) {
    out += fmt::format("complete -c mdl -n __fish_use_subcommand -a {} -d {}\n", command.name, quoted(command.summary));
  }
  for (const CommandSpec& command : commands) {
    const std::string here = fmt::format("complete -c mdl -n '__fish_seen_subcommand_from {}'", command.name);
    bool files = false;
    for (const ArgumentSpec& argument : command.arguments) {
      const std::string words = argument.words.empty() ? "" : " -a " + quoted(joined(argument.words));
      if (argument.flags.empty()) {
        if (!words.empty()) out += here + words + " -d " + quoted(argument.name) + "\n";
        files |= argument.files;
        continue;
      }
      out += here;
      for (const std::string& flag : argument.flags)
        out += flag.starts_with("--") ? " -l " + flag.substr(2) : " -s " + flag.substr(1);
      if (!argument.type.empty())
        out += argument.folders ? " -x -a '(__fish_complete_directories)'" : argument.files ? " -r -F" : " -x" + words;
      out += " -d " + quoted(argument.text) + "\n";
    }
    if (files) out += here + " -F\n";
  }
  return out;
}

}  // namespace

Run setup_completion(CLI::App& app) {
  const auto shell = std::make_shared<std::string>();
  app.add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->type_name("SHELL")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  app.footer(
      "Prints a script for the shell, which completes commands, flags, their values and files.\n\n"
      "Example:\n"
      "  source <(mdl completion bash)");
  return [shell, &app] {
    const Commands commands = command_specs(app);
    OutputFile("-").write(*shell == "bash" ? bash(commands) : *shell == "zsh" ? zsh(commands) : fish(commands));
    return 0;
  };
}

}  // namespace mdl
