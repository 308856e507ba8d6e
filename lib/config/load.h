// From YAML and the command line to a resolved Config. Every problem is reported at once, one a line.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace mdl {

/// A flag that stands for a key: {"--target", "data.target", "Status"}. The value is taken as it stands, not as YAML.
struct Flag {
  std::string name;
  std::string key;
  std::string value;
};

/// What the command line says. Flags go over the file, --set expressions over the flags, later ones over earlier ones.
struct Overrides {
  std::vector<Flag> flags;
  std::vector<std::string> set;  // KEY=VALUE, the value is YAML
};

struct LoadedConfig {
  Config config;                              // resolved
  std::map<std::string, std::string> origin;  // of every key: "configs/credit.yaml:12", "--set", "--target", "preset",
                                              // "the preset and the data", "default"
};

/// Reads a config file ("-": standard input). Throws Error whose text is all problems, one a line:
/// `configs/churn.yaml:11:3: unknown key 'model.learning_rate'; did you mean 'train.learning_rate'?`
LoadedConfig load_config(const std::string& path, const Overrides& = {});

/// The same with the file's text; `name` stands for it in messages and origins.
LoadedConfig load_config_text(std::string_view text, const std::string& name, const Overrides& = {});

/// A config from the command line alone.
LoadedConfig load_config(const Overrides&);

}  // namespace mdl
