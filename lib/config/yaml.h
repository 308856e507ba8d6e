// YAML text as a small tree in which every value knows where it stands, and the way back. yaml-cpp stays in yaml.cpp.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mdl {

struct Node {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  std::string text;          // a scalar's value; how a null is spelled: "null", "~" or ""
  bool plain = true;         // a scalar without quotes
  int line = 0, column = 0;  // from 1
  std::vector<Node> items;   // of a list; of a map its keys and values in turn
};

struct YamlProblem {
  int line = 0, column = 0;  // from 1; 0: the text as a whole
  std::string what;
};

/// The one document in `text`; a null node when there is none. Aliases are replaced by what they stand for. Refuses
/// what is not YAML, not UTF-8, too deep or grown too large by aliases, tags, control characters and lines indented
/// with tabs.
std::variant<Node, YamlProblem> parse_yaml(std::string_view text);

/// `text` as a YAML scalar that every reader takes for this string: in quotes where it needs them.
std::string yaml_text(std::string_view text);

}  // namespace mdl
