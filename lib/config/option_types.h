// The kinds of values that a config holds. Each has
//   expected()          what it takes, for messages and the reference: "a number above 0"
//   read(node, value)   sets `value`, or returns what was found instead: "'x'", "a list"; "" when all is well
//   write(value)        the value as YAML on one line that reads back as the same value
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/suggestion.h"
#include "base/text.h"
#include "config/config.h"
#include "config/yaml.h"

namespace mdl {

/// "'abc'", "'5' in quotes", "nothing", "null", "a list", "a map".
std::string found(const Node&);

struct Integer {
  int64_t least = 0;
  std::optional<int64_t> most;
  std::string expected() const;
  std::string read(const Node&, int64_t&) const;
  std::string write(int64_t) const;
};

/// A number of epochs, or auto, which is kAutoEpochs.
struct EpochCount {
  int64_t most = 1;
  std::string expected() const;
  std::string read(const Node&, int64_t&) const;
  std::string write(int64_t) const;
};

struct Float {
  std::optional<double> above, from, below, to;
  std::string expected() const;
  std::string read(const Node&, double&) const;
  std::string write(double) const;
};

struct Boolean {
  std::string expected() const { return "true or false"; }
  std::string read(const Node&, bool&) const;
  std::string write(bool value) const { return value ? "true" : "false"; }
};

/// A number of bytes: 500MB, 2GB or 4GiB; or auto, which is 0.
struct ByteSize {
  std::string expected() const { return "a size of at least 1MB, such as 500MB or 2GB, or auto"; }
  std::string read(const Node&, int64_t&) const;
  std::string write(int64_t) const;
};

/// A text that is not empty. 1, yes and 2020-01-01 are texts here as they stand; null is not.
struct Text {
  std::string what = "a text";
  std::string expected() const { return what; }
  std::string read(const Node&, std::string&) const;
  std::string write(const std::string& value) const { return yaml_text(value); }
};

/// A text, or null for none, which is the empty string.
struct TextOrNone {
  std::string what = "a text";
  std::string expected() const { return what + ", or null"; }
  std::string read(const Node&, std::string&) const;
  std::string write(const std::string& value) const { return value.empty() ? "null" : yaml_text(value); }
};

/// Any text, empty or not; an unquoted null is the word.
struct Spelling {
  std::string expected() const { return "a text"; }
  std::string read(const Node&, std::string&) const;
  std::string write(const std::string& value) const { return yaml_text(value); }
};

struct Device {
  std::string expected() const { return "auto, cpu, cuda or cuda:N"; }
  std::string read(const Node&, std::string&) const;
  std::string write(const std::string& value) const {
    return value.find(':') < value.size() ? value : yaml_text(value);
  }
};

/// One character.
struct Mark {
  std::string what;
  bool (*takes)(char);
  bool none = false;  // the word "none" is '\0'

  static Mark delimiter();
  static Mark quote();
  static Mark comment();
  static Mark decimal();
  static Mark separator();

  std::string expected() const { return what; }
  std::string read(const Node&, char&) const;
  std::string write(char value) const { return yaml_text(name(value)); }

  /// What parse() reads as the character.
  static std::string name(char);

  /// The same of a flag's text; nothing where it is no such character.
  std::optional<char> parse(std::string_view text) const;
};

/// One of some texts.
struct Word {
  std::vector<std::string> words;
  std::string expected() const;
  std::string read(const Node&, std::string&) const;
  std::string write(const std::string& value) const { return yaml_text(value); }
};

/// An encoding of text (base/encoding.h).
struct Encoding {
  std::string expected() const { return "an encoding, such as windows-1252"; }
  std::string read(const Node&, std::string&) const;
  std::string write(const std::string& value) const { return yaml_text(value); }
};

/// A server's, or null for none, which is the empty string.
struct ServerUri {
  std::string expected() const { return "http://HOST[:PORT] or https://..., without a user, or null"; }
  std::string read(const Node&, std::string&) const;
  std::string write(const std::string& value) const { return value.empty() ? "null" : yaml_text(value); }
};

/// An age public key (crypto/age_keys.h).
struct Recipient {
  std::string expected() const { return "an age public key, age1..."; }
  std::string read(const Node&, std::string&) const;
  std::string write(const std::string& value) const { return yaml_text(value); }
};

/// A share of the rows or a path.
struct ValidationRows {
  std::string expected() const { return fraction().expected() + ", or a path"; }
  std::string read(const Node&, Validation&) const;
  std::string write(const Validation&) const;
  static Float fraction() { return {.above = 0, .to = 0.9}; }
};

/// A number, or one of hours, days or weeks: 12h, 30d, 2w.
struct TimeGapKind {
  std::string expected() const { return "a number, or a duration such as 12h, 30d or 2w"; }
  std::string read(const Node&, TimeGap&) const;
  std::string write(const TimeGap&) const;
};

/// A map of group, time or both, and with time of folds and gap; or null.
struct SplitKind {
  std::string expected() const {
    return "{group: column}, {time: column}, both, with time also folds: N and gap: 30d, or null";
  }
  std::string read(const Node&, SplitBy&) const;
  std::string write(const SplitBy&) const;
};

/// "none", "balanced", or {class: weight}.
struct ClassWeightsKind {
  std::string expected() const { return "none, balanced or a map of classes, each with a number above 0"; }
  std::string read(const Node&, ClassWeights&) const;
  std::string write(const ClassWeights&) const;
};

/// A number of epochs, or {steps: N}.
struct EvaluateEveryKind {
  std::string expected() const { return "a whole number of epochs of at least 1, or {steps: N}"; }
  std::string read(const Node&, EvaluateEvery&) const;
  std::string write(const EvaluateEvery&) const;
};

/// A probability, a score's name, {recall: 0.8}, {precision: 0.9}, or {cost: {false_positive: 1, false_negative: 5}}.
struct ThresholdKind {
  std::string expected() const {
    return "a number from 0 to 1, f1, balanced_accuracy, {recall: N}, {precision: N}, or {cost: {false_positive: N, "
           "false_negative: N}}";
  }
  std::string read(const Node&, Threshold&) const;
  std::string write(const Threshold&) const;
};

/// Ascending numbers between 0 and 1, one of which is the nearest to 0.5.
struct Quantiles {
  std::string expected() const {
    return "a list of ascending numbers above 0 and below 1, of which one is the nearest to 0.5";
  }
  std::string read(const Node&, std::vector<double>&) const;
  std::string write(const std::vector<double>&) const;
};

/// "numeric", "categorical", "text", how numbers are spelled: {numeric: {decimal: ","}}, or {set: {separator: ";"}}.
struct ColumnTypeKind {
  std::string expected() const { return "numeric, categorical, text, {numeric: {...}} or {set: {separator: \";\"}}"; }
  std::string read(const Node&, ColumnType&) const;
  std::string write(const ColumnType&) const;
};

template <class Enum>
struct OneOf {
  std::span<const Named<Enum>> names;

  std::vector<std::string> words() const {
    std::vector<std::string> out;
    for (const auto& [value, name] : names) out.emplace_back(name);
    return out;
  }

  std::string expected() const { return "one of " + join_names(words(), names.size()); }

  std::string read(const Node& node, Enum& value) const {
    if (node.kind != Node::Kind::kScalar) return found(node);
    for (const auto& [candidate, name] : names) {
      if (node.text == name) {
        value = candidate;
        return "";
      }
    }
    const auto meant = did_you_mean(node.text.substr(0, 60), words());
    return quote(node.text) + (meant ? "; did you mean " + quote(*meant) + "?" : "");
  }

  std::string write(Enum value) const { return name_of(value); }
};

template <class Enum, size_t count>
OneOf(const Named<Enum> (&)[count]) -> OneOf<Enum>;

template <class Kind>
struct ListOf {
  Kind item;
  size_t least = 0;
  std::optional<size_t> most;
  bool one_alone = false;  // one value may stand without brackets

  std::string expected() const {
    const std::string one = item.expected();
    return fmt::format("{}a list of {}values, each {}", one_alone ? one + ", or " : "",
                       most ? fmt::format("at most {} ", *most) : "", one);
  }

  template <class T>
  std::string read(const Node& node, std::vector<T>& values) const {
    std::vector<T> out;
    if (node.kind == Node::Kind::kScalar && one_alone) {
      if (std::string problem = item.read(node, out.emplace_back()); !problem.empty()) return problem;
    } else {
      if (node.kind == Node::Kind::kScalar) return fmt::format("{}; as a list, [{}]", found(node), node.text);
      if (node.kind != Node::Kind::kList) return found(node);
      if (node.items.size() < least || node.items.size() > most.value_or(SIZE_MAX)) {
        return node.items.empty() ? "an empty list" : fmt::format("{} values", node.items.size());
      }
      for (const Node& one : node.items) {
        if (const std::string problem = item.read(one, out.emplace_back()); !problem.empty())
          return problem + " in the list";
      }
    }
    values = std::move(out);
    return "";
  }

  template <class T>
  std::string write(const std::vector<T>& values) const {
    if (one_alone && values.size() == 1) return item.write(values[0]);
    std::string out;
    for (const T& value : values) out += (out.empty() ? "" : ", ") + item.write(value);
    return "[" + out + "]";
  }
};

/// Names, each with a value.
template <class Kind>
struct MapOf {
  std::string names;  // "columns"
  Kind item;

  std::string expected() const { return fmt::format("a map of {}, each with {}", names, item.expected()); }

  template <class T>
  std::string read(const Node& node, std::map<std::string, T>& values) const {
    if (node.kind != Node::Kind::kMap) return found(node);
    std::map<std::string, T> out;
    for (size_t i = 0; i < node.items.size(); i += 2) {
      std::string name;
      if (const std::string problem = Spelling().read(node.items[i], name); !problem.empty())
        return problem + " as a name";
      const auto [place, is_new] = out.try_emplace(name);
      if (!is_new) return quote(name) + " twice";
      if (const std::string problem = item.read(node.items[i + 1], place->second); !problem.empty()) {
        return fmt::format("{}: {}", quote(name), problem);
      }
    }
    values = std::move(out);
    return "";
  }

  template <class T>
  std::string write(const std::map<std::string, T>& values) const {
    constexpr size_t kLongestKey = 1000;  // of YAML, without the mark '?'
    std::string out;
    for (const auto& [name, value] : values) {
      const std::string key = yaml_text(name);
      out += fmt::format("{}{}{}: {}", out.empty() ? "" : ", ", key.size() > kLongestKey ? "? " : "", key,
                         item.write(value));
    }
    return "{" + out + "}";
  }
};

template <class Kind>
MapOf(const char*, Kind) -> MapOf<Kind>;

}  // namespace mdl
