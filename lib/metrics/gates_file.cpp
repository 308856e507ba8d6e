#include "metrics/gates_file.h"

#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "config/option_types.h"
#include "config/yaml.h"
#include "io/signed_files.h"

namespace mdl {
namespace {

constexpr size_t kLargestFile = 1 << 20;

class Reader {
 public:
  Reader(const std::string& name, Task task) : name_(name), task_(task) {}

  GatesFile read(const Node& root) {
    if (root.kind != Node::Kind::kMap)
      fail("{}: expected keys with values, such as 'fail_under:', found {}", name_, found(root));
    std::set<std::string> seen;
    for (size_t i = 0; i < root.items.size(); i += 2) {
      const Node& key = root.items[i];
      const Node& value = root.items[i + 1];
      if (!seen.insert(key.text).second) {
        report(key, fmt::format("repeated key {}", quote(key.text)));
      } else if (key.text == "fail_under" || key.text == "max_drop") {
        read_list(key, value);
      } else if (key.text == "confidence") {
        const Float range{.from = kLeastConfidence, .to = kMostConfidence};
        double confidence = 0;
        if (const std::string problem = range.read(value, confidence); !problem.empty()) {
          report(key, fmt::format("confidence: expected {}, found {}", range.expected(), problem));
        }
        file_.confidence = confidence;
      } else {
        const auto meant = did_you_mean(key.text, {"fail_under", "max_drop", "confidence"});
        report(key, fmt::format("unknown key {}; {}", quote(key.text),
                                meant ? "did you mean " + quote(*meant) + "?"
                                      : "the keys are fail_under, max_drop and confidence"));
      }
    }
    if (!problems_.empty()) throw Error(fmt::format("{}", fmt::join(problems_, "\n")));
    if (file_.gates.empty()) fail("{}: holds no gate", name_);
    return std::move(file_);
  }

 private:
  void report(const Node& node, const std::string& what) {
    problems_.push_back(fmt::format("{}:{}:{}: {}", name_, node.line, node.column, what));
  }

  void read_list(const Node& key, const Node& list) {
    if (list.kind != Node::Kind::kMap) {
      return report(key,
                    fmt::format("{}: expected a map of metrics, each with its bound, found {}", key.text, found(list)));
    }
    for (size_t i = 0; i < list.items.size(); i += 2) {
      const Node& metric = list.items[i];
      const Node& bound = list.items[i + 1];
      if (bound.kind != Node::Kind::kScalar) {
        report(metric, fmt::format("{}: expected a number, found {}", quote(metric.text), found(bound)));
        continue;
      }
      Gate gate{};
      const std::string problem = parse_gate(metric.text + "=" + bound.text, task_, gate, key.text == "max_drop");
      if (!problem.empty()) report(metric, problem);
      file_.gates.push_back(std::move(gate));
    }
  }

  const std::string& name_;
  Task task_;
  GatesFile file_;
  std::vector<std::string> problems_;
};

}  // namespace

GatesFile read_gates(const std::string& path, Task task) {
  return read_gates_text(read_trusted(path, kLargestFile), input_name(path), task);
}

GatesFile read_gates_text(std::string_view text, const std::string& name, Task task) {
  const auto parsed = parse_yaml(text);
  if (const auto* problem = std::get_if<YamlProblem>(&parsed)) {
    fail("{}: {}", problem->line == 0 ? name : fmt::format("{}:{}:{}", name, problem->line, problem->column),
         problem->what);
  }
  return Reader(name, task).read(std::get<Node>(parsed));
}

}  // namespace mdl
