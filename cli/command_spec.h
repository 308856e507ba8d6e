// What the commands' setups told CLI11, read back as plain values: shell completion and the man page are printed from
// them.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace mdl {

/// A flag or a positional argument.
struct ArgumentSpec {
  std::vector<std::string> flags;  // "-h", "--help"; empty: positional
  std::string name;                // positional: "model"
  std::string type;                // "FILE"; empty: a flag without a value
  std::string text;
  std::vector<std::string> words;  // what may stand there: choices, or beginnings that end in '='
  bool required = false, repeatable = false;
  bool files = false, folders = false;  // whether paths may stand there

  /// Whether `words` are beginnings, after which no space comes.
  bool beginnings() const { return !words.empty() && words[0].back() == '='; }
};

struct CommandSpec {
  std::string name, summary, footer;
  std::vector<ArgumentSpec> arguments;  // positional ones first, both in the order of --help
};

/// All commands of the program, of which `command` is one.
std::vector<CommandSpec> command_specs(const CLI::App& command);

/// `text` in single quotes, for any shell that knows them as POSIX does.
std::string shell_quoted(const std::string& text);

/// `text` with its line breaks as "; ".
std::string on_one_line(const std::string& text);

}  // namespace mdl
