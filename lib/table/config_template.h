// A first config for a table, with comments on what was found in it.
#pragma once

#include <string>

#include "config/config.h"

namespace mdl {

/// A config that trains on the table in `path` as it stands. A column of texts that are different in every row is left
/// out by it; words among numbers that training would not take are among its missing values; all else that could be set
/// stands there commented out. `format` is what is told of the file. Throws Error when there is no such column, when it
/// is nothing that can be learned, and when the path cannot stand in a config because it is not UTF-8.
std::string config_template(const std::string& path, const std::string& target, const TextFormat& format = {});

}  // namespace mdl
