// Whether a config fits its tables: what `mdl config check` finds beyond the config itself.
#pragma once

#include <string>
#include <vector>

#include "config/load.h"

namespace mdl {

struct TableCheck {
  std::vector<std::string> problems;  // for which training would refuse the config, a line or more each
  std::vector<std::string> notes;     // what was looked at, and which tables could not be
};

/// Reads the config's tables as training does: the columns that it names, all at once; then every cell, the target, the
/// split, the validation file and the columns of the test file. Standard input, files that are not there and encrypted
/// ones that no key is given for are left alone, which a note says.
TableCheck check_tables(const LoadedConfig& loaded);

}  // namespace mdl
