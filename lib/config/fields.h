// The one table of options: a row says everything about a key that its member in config.h does not. Loading, --set,
// dumps, the reference and the tests are loops over the rows.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/yaml.h"

namespace mdl {

struct Field {
  std::string key;        // "train.batch_size"
  std::string expected;   // "a whole number of at least 1"
  std::string doc;        // one line
  std::string example;    // for a key that must be given; empty: it has a default
  bool optional = false;  // null while nothing is set: the preset decides, or the data

  /// Sets the member; or returns what the node holds instead of what is expected.
  std::function<std::string(const Node&, Config&)> read;

  /// The member as YAML on one line.
  std::function<std::string(const Config&)> write;

  /// Whether the value is a path or a matter of this run and machine: it stays out of the model file.
  std::function<bool(const Config&)> local;

  bool required() const { return !example.empty(); }

  /// "train" and "batch_size"; the section of "output" is "", that of "data.format.quote" "data.format".
  std::string section() const;
  std::string name() const;

  /// The blanks before its line, two for each section that it is in.
  std::string indent() const;
};

/// All fields in the order of dumps and the reference: sections first, each in one piece.
const std::vector<Field>& fields();

/// The lines that lead from one section into another, which then is `current`: "data:", "  format:".
std::string enter_section(const std::string& section, std::string& current);

}  // namespace mdl
