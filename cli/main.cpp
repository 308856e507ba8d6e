// The command table, the one place that turns errors into exit codes, nothing else.
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/console.h"
#include "base/error.h"
#include "base/files.h"
#include "base/signals.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "config/fields.h"
#include "crypto/key_file.h"
#include "io/output.h"

namespace mdl {
namespace {

struct Command {
  const char* name;
  const char* summary;
  Run (*setup)(CLI::App&);
};

constexpr Command kCommands[] = {
    {"init", "generate a commented config for a table", setup_init},
    {"config", "check a config, print it resolved, or print the reference", setup_config},
    {"train", "train a network on a table", setup_train},
    {"evaluate", "evaluate a model on labelled data", setup_evaluate},
    {"compare", "compare runs or models side by side", setup_compare},
    {"runs", "list the runs in a folder", setup_runs},
    {"explain", "measure the importance of each feature to a model", setup_explain},
    {"threshold", "choose another threshold for a model, without training", setup_threshold},
    {"predict", "append predictions to the rows of a table", setup_predict},
    {"inspect", "describe a model file", setup_inspect},
    {"export", "export a model as ONNX or as a PyTorch script", setup_export},
    {"benchmark", "measure prediction latency and throughput on this machine", setup_benchmark},
    {"keygen", "make a key pair that files are encrypted to and opened with", setup_keygen},
    {"encrypt", "encrypt a file to public keys or with a passphrase", setup_encrypt},
    {"decrypt", "decrypt a file", setup_decrypt},
    {"rewrap", "give an encrypted file other recipients", setup_rewrap},
    {"serve", "answer requests over HTTP", setup_serve},
    {"token", "make a token for those who call mdl serve", setup_token},
    {"audit-log", "check that the log of mdl serve is as it was written", setup_audit_log},
    {"sign", "sign a model, or a folder of files, with a private key", setup_sign},
    {"verify", "check the signature of a model, a folder, or a run from its data to its model", setup_verify},
    {"completion", "print shell completion for bash, zsh or fish", setup_completion},
    {"man", "print the manual page", setup_man},
    {"version", "print the version", setup_version},
};

enum ExitCode { kDone = 0, kUserCanFixIt = 1, kWrongCommandLine = 2, kBug = 70, kSignalled = 128 };

char** arguments = nullptr;

int complain(int code, std::string_view text, const std::string& who = "mdl") {
  std::fflush(stdout);
  write_to_stderr(fmt::format("{}: {}\n", who, text));
  return code;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command& command : kCommands) names.emplace_back(command.name);
  return names;
}

/// The flag of a command that `word` was meant to be, or the key of the config where the command takes --set.
std::optional<std::string> flag_like(const std::string& word, const CLI::App& command) {
  std::vector<std::string> names, flags;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& flag : option->get_lnames()) names.push_back("--" + flag);
  }
  flags = names;
  for (const Field& field : fields()) {
    if (command.get_option_no_throw("--set") == nullptr) break;
    names.push_back(field.name());
    flags.push_back(fmt::format("--set {}=VALUE", field.key));
  }
  const auto meant = did_you_mean(word, names);
  if (!meant) return std::nullopt;
  return flags[static_cast<size_t>(std::ranges::find(names, *meant) - names.begin())];
}

/// Of CLI11's "--format: htm not in {text,html}": "html".
std::optional<std::string> choice_like(const std::string& message) {
  constexpr std::string_view kColon = ": ", kNotIn = " not in {";
  const size_t word = message.find(kColon), choices = message.rfind(kNotIn);
  if (word == std::string::npos || choices == std::string::npos || word > choices || !message.ends_with('}'))
    return std::nullopt;
  const size_t begin = word + kColon.size(), first = choices + kNotIn.size();
  return did_you_mean(message.substr(begin, choices - begin),
                      split(message.substr(first, message.size() - 1 - first), ','));
}

/// A sentence about a command line that does not parse, with a suggestion where CLI11 has none.
std::string explain(const CLI::App& app, const CLI::ParseError& error) {
  const auto chosen = app.get_subcommands();
  const CLI::App& where = chosen.empty() ? app : *chosen.front();
  const std::string name = chosen.empty() ? "mdl" : "mdl " + where.get_name();
  for (const std::string& word : app.remaining(true)) {
    if (word.empty() || word[0] != '-')
      return fmt::format("{}: {} is one argument too many; see {} --help", name, quote(word), name);
    const auto meant = flag_like(word.substr(0, word.find('=')), where);
    return fmt::format("{}: there is no flag {}{}", name, quote(word),
                       meant ? "; did you mean " + *meant + "?" : fmt::format("; see {} --help", name));
  }
  const std::string what = error.what();
  const auto meant = choice_like(what);
  return fmt::format("{}: {}{}", name, what,
                     meant ? "; did you mean " + quote(*meant) + "?" : fmt::format("; see {} --help", name));
}

/// A secret among the arguments, which other users of the machine can read: none of it is kept or shown.
bool wipe_secrets(int argc, char** argv) {
  bool found = false;
  for (int i = 1; i < argc; ++i) {
    if (!holds_secret_key(argv[i])) continue;
    OPENSSL_cleanse(argv[i], std::strlen(argv[i]));
    found = true;
  }
  return found;
}

int run(int argc, char** argv) {
  if (wipe_secrets(argc, argv)) {
    return complain(
        kWrongCommandLine,
        "a secret key is among the arguments, where others can read it; keep it in a file that only you can "
        "read (chmod 600) and give that with --identity FILE, or put it into $MDL_IDENTITY");
  }
  CLI::App app("Trains, evaluates and serves multilayer perceptrons on tables.", "mdl");
  app.footer("Example:\n  mdl train configs/seed.yaml\n  mdl COMMAND --help tells more about a command");
  app.require_subcommand(1);
  app.set_version_flag("--version", "mdl " MDL_VERSION);
  // The flags of all take longer than a small prediction; those of the one that is called are enough, unless it tells
  // of all.
  char** const first = std::find_if(argv + 1, argv + argc, [](const char* word) { return word[0] != '-'; });
  const std::string_view called = first == argv + argc ? "" : *first;
  const bool all = called == "completion" || called == "man";
  std::vector<Run> runs;
  for (const Command& command : kCommands) {
    CLI::App& own = *app.add_subcommand(command.name, command.summary);
    runs.push_back(all || called == command.name ? command.setup(own) : Run());
  }
  if (argc == 1) {
    write_to_stderr(app.help());
    return kWrongCommandLine;
  }
  const std::vector<std::string> names = command_names();
  if (argv[1][0] != '-' && std::find(names.begin(), names.end(), argv[1]) == names.end()) {
    const auto meant = did_you_mean(argv[1], names);
    return complain(kWrongCommandLine, fmt::format("{} is not a command; {}", quote(argv[1]),
                                                   meant ? "did you mean " + quote(*meant) + "?" : "see mdl --help"));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success&) {
    const auto chosen = app.get_subcommands();
    OutputFile output("-");
    output.write(app.get_version_ptr() != nullptr && app.get_version_ptr()->count() > 0 ? "mdl " MDL_VERSION "\n"
                                                                                        : app.help());
    return kDone;
  } catch (const CLI::ParseError& error) {
    write_to_stderr(explain(app, error) + "\n");
    return kWrongCommandLine;
  }
  for (size_t i = 0; i < runs.size(); ++i) {
    if (!app.got_subcommand(kCommands[i].name)) continue;
    try {
      return runs[i]();
    } catch (const WrongFlags& error) {
      return complain(kWrongCommandLine, error.what(), fmt::format("mdl {}", kCommands[i].name));
    }
  }
  return kDone;
}

/// run(), with every way to end as an exit code.
int exit_code(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const ClosedPipe&) {
    return kDone;
  } catch (const Interrupted&) {
    return kSignalled + stop_signal();
  } catch (const Error& error) {
    return complain(kUserCanFixIt, error.what());
  } catch (const std::bad_alloc&) {
    return complain(kUserCanFixIt, "out of memory");
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::resource_unavailable_try_again)
      return complain(kBug, fmt::format("a bug in mdl, please report it: {}", error.what()));
    return complain(kUserCanFixIt,
                    "no more threads can be started; a limit of processes (ulimit -u) or of memory holds them back");
  } catch (const std::exception& error) {
    return complain(kBug, fmt::format("a bug in mdl, please report it: {}", error.what()));
  }
}

/// Standard streams that whoever started us has closed: the first files that are opened would get their numbers, and
/// messages would go there. These fail as closed ones do.
void keep_standard_streams() {
  for (const auto& [stream, wrong_way] :
       {std::pair(STDIN_FILENO, O_WRONLY), std::pair(STDOUT_FILENO, O_RDONLY), std::pair(STDERR_FILENO, O_RDONLY)}) {
    if (fcntl(stream, F_GETFD) < 0) open("/dev/null", wrong_way);
  }
}

}  // namespace

char** program_arguments() { return arguments; }

}  // namespace mdl

int main(int argc, char** argv) {
  mdl::keep_standard_streams();
  mdl::arguments = argv;
  mdl::install_signal_handlers();
  const int code = mdl::exit_code(argc, argv);
  std::fflush(stdout);
  // Not by exit(): LibTorch's destructors have nothing to do that matters, and take 50 ms.
  std::_Exit(code);
}
