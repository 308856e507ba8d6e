#include "config/load.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "config/fields.h"
#include "config/option_types.h"
#include "crypto/key_file.h"
#include "io/input.h"

namespace mdl {
namespace {

constexpr size_t kLargestFile = 1 << 20;
constexpr size_t kMostProblems = 50;

/// Names and expressions stand in messages and comments, on one line of UTF-8.
std::string one_line(std::string text) {
  const bool readable = is_utf8(text);
  std::replace_if(
      text.begin(), text.end(), [&](unsigned char c) { return c < 0x20 || c == 0x7F || (c >= 0x80 && !readable); },
      '?');
  return text;
}

const Field* find_field(const std::string& key) {
  for (const Field& field : fields()) {
    if (field.key == key) return &field;
  }
  return nullptr;
}

bool is_in(const std::string& section, const Field& field) { return field.key.starts_with(section + "."); }

/// A key of the section, or "" when there is no such section.
std::string key_in_section(const std::string& name) {
  for (const Field& field : fields()) {
    if (!name.empty() && is_in(name, field)) return field.key;
  }
  return "";
}

std::string section_of(const std::string& key) {
  const size_t dot = key.rfind('.');
  return dot == std::string::npos ? "" : key.substr(0, dot);
}

/// Where the key was meant to be, if anywhere: names of the same section come first, then those of the others.
std::optional<std::string> meant_by(const std::string& key) {
  const std::string section = section_of(key);
  const std::string name = key.substr(key.rfind('.') + 1);
  if (name.size() > 60) return {};
  if (find_field(section) != nullptr) return section;
  std::vector<std::string> names, keys;
  const auto add = [&](const std::string& candidate, const std::string& full) {
    names.push_back(candidate);
    keys.push_back(full);
  };
  for (const Field& field : fields()) {
    if (section.empty() && !field.section().empty()) add(field.section(), field.section());
    if (field.section() == section) add(field.name(), field.key);
  }
  for (const Field& field : fields()) add(field.name(), field.key);
  const auto meant = did_you_mean(name, names);
  if (!meant) return {};
  return keys[std::find(names.begin(), names.end(), *meant) - names.begin()];
}

/// What to do about a key that is not known.
std::string cure_for(const std::string& key) {
  if (const auto meant = meant_by(key)) return "did you mean " + quote(*meant) + "?";
  const std::string section = section_of(key);
  std::vector<std::string> names;
  for (const Field& field : fields()) {
    if (!section.empty() && field.section() == section) names.push_back(field.name());
  }
  if (names.empty()) return "see mdl config reference";
  return fmt::format("the keys of {} are {}", quote(section), join_names(names, names.size()));
}

class Loader {
 public:
  void read_text(std::string_view text, const std::string& name) {
    name_ = one_line(name);
    const auto parsed = parse_yaml(text);
    if (const auto* problem = std::get_if<YamlProblem>(&parsed)) {
      report(problem->line == 0 ? name_ : fmt::format("{}:{}:{}", name_, problem->line, problem->column),
             problem->what);
      incomplete_ = true;
      return;
    }
    const Node& root = std::get<Node>(parsed);
    if (root.kind == Node::Kind::kNull) {
      empty_ = true;
    } else if (root.kind != Node::Kind::kMap) {
      report(place(root), "expected keys with values, such as 'data:', found " + found(root));
      incomplete_ = true;
    } else {
      read_map(root, "");
    }
  }

  void read_flag(const Flag& flag) {
    if (!is_utf8(flag.value)) return report(flag.name, quote(flag.value) + " is not UTF-8 text");
    Node value;
    value.kind = Node::Kind::kScalar;
    value.text = flag.value;
    assign(flag.key, value, {flag.name, flag.name});
  }

  void read_expression(const std::string& expression) {
    const std::string where = "--set " + one_line(expression);
    const size_t equals = expression.find('=');
    if (equals == std::string::npos) return report(where, "expected KEY=VALUE");
    const std::string key = expression.substr(0, equals), text = expression.substr(equals + 1);
    if (const std::string example = key_in_section(key); !example.empty()) {
      return report(where, quote(key) + " is a section; set one of its keys, such as " + example);
    }
    auto parsed = parse_yaml(text);
    if (const auto* problem = std::get_if<YamlProblem>(&parsed)) return report(where, problem->what);
    Node& value = std::get<Node>(parsed);
    if (text == "-") {  // standard input, not a list
      value = Node();
      value.kind = Node::Kind::kScalar;
      value.text = text;
    }
    assign(key, value, {where, "--set"});
  }

  LoadedConfig finish() {
    for (const Field& field : fields()) {
      if (!field.required() || given_.contains(field.key) || incomplete_) continue;
      report(name_, fmt::format("{}missing key {}", empty_ ? "is empty; " : "", quote(field.key)));
    }
    if (!problems_.empty()) {
      if (unsaid_ > 0) problems_.push_back(fmt::format("and {} more problems", grouped(unsaid_)));
      throw Error(fmt::format("{}", fmt::join(problems_, "\n")));
    }
    const Config as_set = loaded_.config;
    resolve(loaded_.config);
    Config informed = loaded_.config;
    resolve(informed, DataSummary());
    for (const Field& field : fields()) {
      const std::string value = field.write(loaded_.config);
      if (value != field.write(as_set)) loaded_.origin[field.key] = field.optional ? "preset" : "default";
      if (value != field.write(informed)) loaded_.origin[field.key] = "the preset and the data";
      loaded_.origin.try_emplace(field.key, "default");
    }
    return std::move(loaded_);
  }

 private:
  void report(const std::string& where, const std::string& what) {
    if (problems_.size() < kMostProblems) {
      problems_.push_back(where + ": " + what);
    } else {
      ++unsaid_;
    }
  }

  std::string place(const Node& node) const { return fmt::format("{}:{}:{}", name_, node.line, node.column); }

  void read_map(const Node& map, const std::string& section) {
    std::map<std::string, int> lines;
    for (size_t i = 0; i < map.items.size(); i += 2) {
      const Node& key = map.items[i];
      const Node& value = map.items[i + 1];
      if (key.kind == Node::Kind::kList || key.kind == Node::Kind::kMap) {
        report(place(key), found(key) + " stands where a key is expected");
        continue;
      }
      const auto [first, is_new] = lines.try_emplace(key.text, key.line);
      const std::string full = section.empty() ? key.text : section + "." + key.text;
      if (!is_new) {
        report(place(key), fmt::format("repeated key {}; it stands on line {} already", quote(full), first->second));
        excuse(full);
      } else if (key.text.find('.') == std::string::npos && !key_in_section(full).empty()) {
        read_section(full, key, value);
      } else if (section.empty() && full.find('.') != std::string::npos && find_field(full) != nullptr) {
        const Field& field = *find_field(full);
        report(place(key),
               fmt::format("unknown key {}; write '{}' under '{}:'", quote(full), field.name(), field.section()));
        excuse(full);
      } else if (value.kind == Node::Kind::kMap && find_field(full) == nullptr && !key_in_section(key.text).empty()) {
        report(place(key),
               fmt::format("{} is a section of its own; it stands at the beginning of a line, not under '{}:'",
                           quote(key.text), section));
        excuse(key.text);
      } else {
        assign(full, value, {place(key), fmt::format("{}:{}", name_, key.line), full + ": "});
      }
    }
  }

  void read_section(const std::string& section, const Node& key, const Node& value) {
    if (value.kind == Node::Kind::kMap) {
      read_map(value, section);
    } else if (value.kind != Node::Kind::kNull) {  // a section whose keys are all commented out
      report(place(key), fmt::format("{} is a section; expected keys such as {}, found {}", quote(section),
                                     quote(key_in_section(section)), found(value)));
      excuse(section);
    }
  }

  /// Of a key or section that a problem was reported for nothing more is said.
  void excuse(const std::string& key_or_section) {
    for (const Field& field : fields()) {
      if (field.key == key_or_section || is_in(key_or_section, field)) given_.insert(field.key);
    }
  }

  struct Source {
    std::string where;  // for messages
    std::string origin;
    std::string subject = "";  // names the key where `where` does not
  };

  void assign(const std::string& key, const Node& value, const Source& source) {
    const Field* field = find_field(key);
    if (field == nullptr) {
      return report(source.where, fmt::format("unknown key {}; {}", quote(key),
                                              problems_.size() < kMostProblems ? cure_for(key) : ""));
    }
    given_.insert(key);
    const std::string problem = field->read(value, loaded_.config);
    if (problem.empty()) {
      loaded_.origin[key] = source.origin;
    } else {
      report(source.where, fmt::format("{}expected {}, found {}", source.subject, field->expected, problem));
    }
  }

  std::string name_ = "command line";
  LoadedConfig loaded_;
  std::set<std::string> given_;  // keys with a value, right or wrong
  bool incomplete_ = false;      // the file could not be read to its end
  bool empty_ = false;           // it holds nothing
  std::vector<std::string> problems_;
  size_t unsaid_ = 0;
};

LoadedConfig load(Loader& loader, const Overrides& overrides) {
  for (const Flag& flag : overrides.flags) loader.read_flag(flag);
  for (const std::string& expression : overrides.set) loader.read_expression(expression);
  return loader.finish();
}

}  // namespace

LoadedConfig load_config(const std::string& path, const Overrides& overrides) {
  return load_config_text(read_file(path, kLargestFile), input_name(path), overrides);
}

LoadedConfig load_config_text(std::string_view text, const std::string& name, const Overrides& overrides) {
  size_t number = 0;
  for (const std::string& line : split(text, '\n')) {
    ++number;
    if (!holds_secret_key(line)) continue;
    fail(
        "{}:{}: holds a secret key, which does not belong in a config; keep it in a file of its own that only you can "
        "read (chmod 600) and give that with --identity FILE",
        name, number);
  }
  Loader loader;
  loader.read_text(text, name);
  return load(loader, overrides);
}

LoadedConfig load_config(const Overrides& overrides) {
  Loader loader;
  return load(loader, overrides);
}

}  // namespace mdl
