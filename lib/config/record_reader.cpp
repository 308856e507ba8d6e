#include "config/record_reader.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/suggestion.h"
#include "base/text.h"

namespace mdl {
namespace {

constexpr size_t kMostProblems = 50;

std::string cure_for(const std::string& key, std::span<const KeyOfRecord> keys) {
  std::vector<std::string> names;
  for (const KeyOfRecord& one : keys) names.emplace_back(one.key);
  const auto meant = did_you_mean(key.substr(0, 60), names);
  return meant ? "did you mean " + quote(*meant) + "?" : "the keys are " + join_names(names, names.size());
}

}  // namespace

void Problems::report(const Node& where, const std::string& what) {
  if (lines_.size() == kMostProblems) {
    ++unsaid_;
  } else {
    lines_.push_back(fmt::format("{}:{}:{}: {}", name_, where.line, where.column, what));
  }
}

void Problems::throw_if_any() const {
  if (lines_.empty()) return;
  fail("{}{}", fmt::join(lines_, "\n"), unsaid_ > 0 ? fmt::format("\nand {} more problems", grouped(unsaid_)) : "");
}

std::string wrong_value(const Node& key, const std::string& expected, const std::string& found) {
  return fmt::format("{}: expected {}, found {}", key.text, expected, found);
}

const Node* value_of(const Node& map, std::string_view key) {
  for (size_t i = 0; i < map.items.size(); i += 2) {
    if (map.items[i].text == key) return &map.items[i + 1];
  }
  return nullptr;
}

void read_keys(const Node& map, const std::string& what, std::span<const KeyOfRecord> keys, Problems& problems,
               const std::function<void(size_t row, const Node& key, const Node& value)>& read) {
  if (map.kind != Node::Kind::kMap) {
    return problems.report(map, fmt::format("expected {} as keys with values, such as '{}:', found {}", what,
                                            keys.front().key, found(map)));
  }
  std::map<std::string_view, int> lines;
  for (size_t i = 0; i < map.items.size(); i += 2) {
    const Node& key = map.items[i];
    if (key.kind == Node::Kind::kList || key.kind == Node::Kind::kMap) {
      problems.report(key, found(key) + " stands where a key is expected");
      continue;
    }
    const auto [first, is_new] = lines.try_emplace(key.text, key.line);
    const auto row = std::ranges::find(keys, key.text, &KeyOfRecord::key);
    if (!is_new) {
      problems.report(key,
                      fmt::format("repeated key {}; it stands on line {} already", quote(key.text), first->second));
    } else if (row == keys.end()) {
      problems.report(key, fmt::format("unknown key {}; {}", quote(key.text), cure_for(key.text, keys)));
    } else {
      read(static_cast<size_t>(row - keys.begin()), key, map.items[i + 1]);
    }
  }
  for (const KeyOfRecord& key : keys) {
    if (key.need == Need::kRequired && !lines.contains(key.key))
      problems.report(map, fmt::format("{} has no {}", what, key.key));
  }
}

Node parse_document(std::string_view text, const std::string& name) {
  auto parsed = parse_yaml(text);
  if (const auto* problem = std::get_if<YamlProblem>(&parsed)) {
    fail("{}: {}", problem->line == 0 ? name : fmt::format("{}:{}:{}", name, problem->line, problem->column),
         problem->what);
  }
  return std::get<Node>(std::move(parsed));
}

}  // namespace mdl
