// A struct out of a map in YAML, by a table of rows: key, member, kind of value (option_types.h). Records nest.
// Unknown, repeated and missing keys and wrong values are told all at once, one a line:
// `serve.yaml:3:5: unknown key 'pth'; did you mean 'path'?`
//
//   const RecordOf<Tls> tls{"tls", {{"certificate", &Tls::certificate, Text{"a path"}, Need::kRequired},
//                                   {"client_ca", &Tls::client_ca, TextOrNone{"a path"}}}};
//   const RecordOf<ServeFile> file{"the file", {{"models", &ServeFile::models, ListOfRecords{model}},
//                                               {"tls", &ServeFile::tls, tls}}};  // std::optional<Tls>, or Tls
//   const ServeFile read = read_record(text, "serve.yaml", file);
#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/option_types.h"
#include "config/yaml.h"

namespace mdl {

/// What is wrong with a file.
class Problems {
 public:
  explicit Problems(std::string name) : name_(std::move(name)) {}

  void report(const Node& where, const std::string& what);

  /// Throws Error with all of them, one a line, the first 50 in full.
  void throw_if_any() const;

 private:
  std::string name_;
  std::vector<std::string> lines_;
  size_t unsaid_ = 0;
};

enum class Need { kOptional, kRequired };

/// A kind of value that reports its mistakes itself, each where it stands.
template <class Kind, class Value>
concept ReportsMistakes = requires(const Kind& kind, const Node& node, Value& value, Problems& problems) {
  kind.read(node, value, problems);
};

/// `expected`, `found` and the key as a mistake.
std::string wrong_value(const Node& key, const std::string& expected, const std::string& found);

template <class Kind, class Value>
void read_value(const Kind& kind, const Node& key, const Node& node, Value& value, Problems& problems) {
  if constexpr (ReportsMistakes<Kind, Value>) {
    kind.read(node, value, problems);
  } else {
    std::string problem;
    if constexpr (std::same_as<Kind, Integer>) {
      int64_t wide = 0;  // its bounds are within those of Value
      problem = kind.read(node, wide);
      if (problem.empty()) value = static_cast<Value>(wide);
    } else {
      problem = kind.read(node, value);
    }
    if (!problem.empty()) problems.report(key, wrong_value(key, kind.expected(), problem));
  }
}

template <class T>
inline constexpr bool is_optional_member = false;
template <class T>
inline constexpr bool is_optional_member<std::optional<T>> = true;

template <class Record>
struct RecordRow {
  /// `member` is a pointer to one, or a function from Record& to a reference. A std::optional is empty where the value
  /// is null.
  template <class Member, class Kind>
  RecordRow(std::string key, Member member, Kind kind, Need need = Need::kOptional)
      : key(std::move(key)), need(need),
        read([member, kind = std::move(kind)](const Node& name, const Node& node, Record& record, Problems& problems) {
          auto& place = std::invoke(member, record);
          using Value = std::remove_cvref_t<decltype(place)>;
          if constexpr (is_optional_member<Value>) {
            place.reset();
            if (node.kind != Node::Kind::kNull) read_value(kind, name, node, place.emplace(), problems);
          } else {
            read_value(kind, name, node, place, problems);
          }
        }) {}

  std::string key;
  Need need;
  std::function<void(const Node& key, const Node& value, Record&, Problems&)> read;
};

/// The value of a key of a map, if it is given.
const Node* value_of(const Node& map, std::string_view key);

struct KeyOfRecord {
  std::string_view key;
  Need need;
};

/// Calls read(row, key, value) for each key that is one of `keys`; all else is reported, a record being called `what`.
void read_keys(const Node& map, const std::string& what, std::span<const KeyOfRecord> keys, Problems& problems,
               const std::function<void(size_t row, const Node& key, const Node& value)>& read);

template <class Record>
struct RecordOf {
  std::string what;  // "a token", "the file"
  std::vector<RecordRow<Record>> rows;
  /// Looks at a whole record, whose keys have been read, right or wrong.
  std::function<void(const Node& map, const Record&, Problems&)> check = nullptr;

  void read(const Node& node, Record& record, Problems& problems) const {
    std::vector<KeyOfRecord> keys;
    for (const RecordRow<Record>& row : rows) keys.push_back({row.key, row.need});
    read_keys(node, what, keys, problems,
              [&](size_t row, const Node& key, const Node& value) { rows[row].read(key, value, record, problems); });
    if (check && node.kind == Node::Kind::kMap) check(node, record, problems);
  }
};

/// Several, in a std::vector.
template <class Record>
struct ListOfRecords {
  RecordOf<Record> record;
  size_t least = 0;

  void read(const Node& node, std::vector<Record>& records, Problems& problems) const {
    if (node.kind != Node::Kind::kList) {
      return problems.report(
          node, fmt::format("expected a list, each item {} with its keys, found {}", record.what, found(node)));
    }
    if (node.items.size() < least)
      problems.report(node, fmt::format("expected a list of at least {}, found {}", least, node.items.size()));
    records.clear();
    for (const Node& item : node.items) record.read(item, records.emplace_back(), problems);
  }
};

template <class Record>
ListOfRecords(RecordOf<Record>) -> ListOfRecords<Record>;

/// The one document of YAML in `text`; Error says where in `name` it is none.
Node parse_document(std::string_view text, const std::string& name);

/// A file of one record; an empty one has no keys. Throws Error with all mistakes.
template <class Record>
Record read_record(std::string_view text, const std::string& name, const RecordOf<Record>& kind) {
  Problems problems(name);
  Node root = parse_document(text, name);
  if (root.kind == Node::Kind::kNull) root.kind = Node::Kind::kMap;
  if (root.line == 0) root.line = root.column = 1;
  Record record;
  kind.read(root, record, problems);
  problems.throw_if_any();
  return record;
}

}  // namespace mdl
