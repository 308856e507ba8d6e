// Flags that say how a table of text is written, each for a key of data.format.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "config/load.h"
#include "modelfile/model.h"

namespace mdl {

struct InputFlags {
  std::vector<Flag> given;           // in the order of the command line
  std::vector<std::string> missing;  // --missing
};

/// --delimiter, --quote, --comment, --encoding, --decimal, --thousands, --dates; and --input-format, which takes the
/// `types`.
void add_input_flags(CLI::App& app, InputFlags& flags, const std::vector<std::string>& types = {"csv", "tsv", "jsonl"});

/// --missing.
void add_missing_flag(CLI::App& app, InputFlags& flags);

/// Throws WrongFlags where a flag's value is none that its key takes.
TextFormat text_format(const InputFlags& flags);

/// Has the model read numbers, dates and missing values as the flags say, not as its training file spelled them.
void apply(const InputFlags& flags, Model& model);

}  // namespace mdl
