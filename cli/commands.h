// The commands of the program. Each setup binds flags to options and returns what to do with them.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mdl {

/// Runs a command and returns the exit code.
using Run = std::function<int()>;

Run setup_benchmark(CLI::App&);
Run setup_completion(CLI::App&);
Run setup_config(CLI::App&);
Run setup_evaluate(CLI::App&);
Run setup_explain(CLI::App&);
Run setup_export(CLI::App&);
Run setup_init(CLI::App&);
Run setup_inspect(CLI::App&);
Run setup_man(CLI::App&);
Run setup_predict(CLI::App&);
Run setup_train(CLI::App&);
Run setup_version(CLI::App&);

}  // namespace mdl
