// The manual page, printed from what the commands' setups told CLI11.
#include <fmt/format.h>

#include "cli/command_spec.h"
#include "cli/commands.h"
#include "io/output.h"

namespace mdl {
namespace {

/// Text as it stands: no requests, and what roff sets as typographic signs as it is typed.
std::string roff(const std::string& text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    line_begins = c == '\n';
    switch (c) {
      case '\\': out += "\\e"; break;
      case '-': out += "\\-"; break;
      case '\'': out += "\\(aq"; break;
      case '^': out += "\\(ha"; break;
      case '~': out += "\\(ti"; break;
      case '`': out += "\\(ga"; break;
      default: out += c;
    }
  }
  return out;
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + roff(text) + "\\fR"; }

/// Lines that are not filled, after what came before; an empty one is some space.
std::string lines(const std::string& text) {
  std::string out = ".PP\n.nf\n";
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    out += end == begin ? ".sp\n" : roff(text.substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return out + ".fi\n";
}

std::string synopsis(const CommandSpec& command) {
  std::string out = ".PP\n" + bold("mdl " + command.name);
  bool flags = false;
  for (const ArgumentSpec& argument : command.arguments) {
    flags |= argument.flags.size() == 1;  // more than --help
    if (!argument.flags.empty()) continue;
    const std::string shown = italic(argument.type.empty() ? argument.name : argument.type) +
                              (argument.repeatable ? "..." : "");
    out += argument.required ? " " + shown : " [" + shown + "]";
  }
  return out + (flags ? " [" + italic("flags") + "]" : "") + "\n";
}

std::string section(const CommandSpec& command) {
  std::string out = fmt::format(".SS {}\n{}.\n{}", roff("mdl " + command.name), roff(command.summary),
                                synopsis(command));
  for (const ArgumentSpec& argument : command.arguments) {
    std::string names;
    for (const std::string& flag : argument.flags) names += (names.empty() ? "" : ", ") + bold(flag);
    const std::string type = argument.type.empty() ? argument.name : argument.type;
    if (!type.empty()) names += (names.empty() ? "" : " ") + italic(type);
    out += ".TP\n" + names + "\n" + roff(on_one_line(argument.text)) + "\n";
  }
  return out + lines(command.footer);
}

std::string page(const std::vector<CommandSpec>& commands) {
  std::string out = fmt::format(
      ".TH MDL 1 \"\" \"mdl {}\" \"User Commands\"\n"
      ".SH NAME\nmdl \\- trains, evaluates and serves multilayer perceptrons on tables\n"
      ".SH SYNOPSIS\n\\fBmdl\\fR \\fIcommand\\fR [\\fIarguments\\fR]\n"
      ".SH COMMANDS\n",
      MDL_VERSION);
  for (const CommandSpec& command : commands) out += section(command);
  out += ".SH EXIT STATUS\n";
  const std::pair<const char*, const char*> codes[] = {
      {"0", "done"},
      {"1", "something the user can fix: a config, data, a model, a file"},
      {"2", "a wrong command line"},
      {"3", "a gate was not met"},
      {"4", "a gate could not be decided at this confidence"},
      {"70", "a bug in mdl"},
      {"130, 143", "interrupted, after saving"},
  };
  for (const auto& [code, meaning] : codes) out += fmt::format(".TP\n{}\n{}\n", bold(code), roff(meaning));
  return out;
}

}  // namespace

Run setup_man(CLI::App& app) {
  app.footer(
      "Example:\n"
      "  mdl man > mdl.1 && man ./mdl.1");
  return [&app] {
    OutputFile("-").write(page(command_specs(app)));
    return 0;
  };
}

}  // namespace mdl
