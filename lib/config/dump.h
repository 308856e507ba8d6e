// A config as YAML that loads again to the same values, and the reference of all keys.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/load.h"

namespace mdl {

/// All keys in the order of the table; with `origins` a comment after each value says where it came from.
std::string dump_config(const LoadedConfig&, bool origins);

/// The same without what is a path or a matter of this run and machine: what a model file keeps.
std::string portable_config(const Config&);

/// The same as pairs of key and value.
std::vector<std::pair<std::string, std::string>> portable_values(const Config&);

/// Every key with its default, what it takes and what it does, as a config that loads.
std::string config_reference();

}  // namespace mdl
