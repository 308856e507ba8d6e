// What flags of several commands have in common.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/input_flags.h"
#include "cli/protection_flags.h"
#include "modelfile/model.h"

namespace mdl {

/// --threads of a command that predicts: at least 1; without the flag `threads` stays as it is.
void add_threads(CLI::App& app, size_t& threads);

/// --device, --threads, how the table is written, --missing, and keys and trust: of all that score a table by a model.
void add_scoring_flags(CLI::App& app, std::string& device, size_t& threads, InputFlags& input,
                       ProtectionFlags& protection);

/// --device. A word that names none is a wrong command line.
void add_device(CLI::App& app, std::string& device);

/// --set, in the order as it is given. What is no KEY=VALUE is a wrong command line.
void add_set(CLI::App& app, std::vector<std::string>& set, const char* help);

/// Whether it is a model's file by what it begins with, or, encrypted, by its name; or the folder of a run.
bool is_model(const std::string& path);

/// Whether it is a table by its name, or else a file in clear that does not begin as a model.
bool is_table(const std::string& path);

/// Throws WrongFlags where DATA is a model: because MODEL and DATA are swapped, or by mistake.
void expect_tables(const std::string& model, const std::vector<std::string>& data);

/// Puts --threshold in place of the model's own. Throws WrongFlags where it is no probability or the model has no use
/// for one.
void set_threshold(Model& model, double threshold);

/// The input that is the same file as `output`, however both are spelled; "-" is standard input and output. Null where
/// none is, and where `output` is no regular file.
const std::string* read_as(const std::string& output, const std::vector<std::string>& inputs);

/// Throws WrongFlags when `output`, which `flag` names, is one of the files that are read: it would be lost.
void expect_not_read(const char* flag, const std::string& output, const std::vector<std::string>& inputs);

/// Throws WrongFlags when standard output is a terminal, which `what` is not for.
void expect_no_terminal(const char* what);

/// Whether two outputs are one file, be it there or not.
bool same_output(const std::string& a, const std::string& b);

}  // namespace mdl
