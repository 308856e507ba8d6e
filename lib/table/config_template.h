// A first config for a table, with comments on what was found in it.
#pragma once

#include <string>

#include "config/config.h"

namespace mdl {

/// A config that trains on the table in `path` as it stands. A column of texts that are different in every row is left
/// out by it; all else that could be set stands there commented out. Throws Error when there is no such column, when it
/// is nothing that can be learned, and when the names cannot stand in a config because they are not UTF-8.
std::string config_template(const std::string& path, const std::string& target, const TextFormat& format = {});

}  // namespace mdl
