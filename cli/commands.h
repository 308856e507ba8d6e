// The commands of the program. Each setup binds flags to options and returns what to do with them.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace mdl {

/// Runs a command and returns the exit code. Throws WrongFlags before anything is done.
using Run = std::function<int()>;

/// Flags that the parser takes and that make no sense; a sentence about them.
class WrongFlags : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

template <class... Args>
[[noreturn]] void wrong_flags(fmt::format_string<Args...> format, Args&&... args) {
  throw WrongFlags(fmt::format(format, std::forward<Args>(args)...));
}

Run setup_audit_log(CLI::App&);
Run setup_benchmark(CLI::App&);
Run setup_compare(CLI::App&);
Run setup_completion(CLI::App&);
Run setup_config(CLI::App&);
Run setup_decrypt(CLI::App&);
Run setup_encrypt(CLI::App&);
Run setup_evaluate(CLI::App&);
Run setup_explain(CLI::App&);
Run setup_export(CLI::App&);
Run setup_init(CLI::App&);
Run setup_inspect(CLI::App&);
Run setup_keygen(CLI::App&);
Run setup_man(CLI::App&);
Run setup_predict(CLI::App&);
Run setup_rewrap(CLI::App&);
Run setup_runs(CLI::App&);
Run setup_serve(CLI::App&);
Run setup_sign(CLI::App&);
Run setup_threshold(CLI::App&);
Run setup_token(CLI::App&);
Run setup_train(CLI::App&);
Run setup_verify(CLI::App&);
Run setup_version(CLI::App&);

}  // namespace mdl
