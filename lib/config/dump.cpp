#include "config/dump.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "config/fields.h"

namespace mdl {
namespace {

constexpr size_t kWidestAligned = 48;

struct Line {
  const Field* field;
  std::string text;  // "  epochs: 10"
};

std::vector<Line> lines_of(const Config& config) {
  std::vector<Line> lines;
  for (const Field& field : fields()) {
    lines.push_back({&field, fmt::format("{}{}: {}", field.indent(), field.name(), field.write(config))});
  }
  return lines;
}

/// Puts `lines` under their sections; `print` gives each its text.
template <class Print>
std::string in_sections(const std::vector<Line>& lines, Print print) {
  std::string out, section;
  for (const Line& line : lines) out += enter_section(line.field->section(), section) + print(line);
  return out;
}

/// What a preset makes of a field, in words: the task and the number of rows are named where they matter.
std::string decided_by(Preset preset, const Field& field) {
  const auto value_at = [&](Task task, int64_t rows) {
    Config config;
    config.model.preset = preset;
    resolve(config, DataSummary{task, rows});
    return field.write(config);
  };
  constexpr int64_t kRows[] = {1'000, 8'000, 60'000, 200'000, 1'000'000};
  std::string text, last;
  for (const int64_t rows : kRows) {
    const std::string value = value_at(Task::kBinary, rows);
    if (value == last) continue;
    if (!last.empty() && text == last) text += fmt::format(" for {} rows", grouped(kRows[0]));
    text += last.empty() ? value : fmt::format(", {} for {}", value, grouped(rows));
    last = value;
  }
  const std::string of_two = value_at(Task::kBinary, kRows[0]);
  for (const auto& [task, words] :
       {std::pair(Task::kMulticlass, "of several classes"), std::pair(Task::kRegression, "of a regression")}) {
    if (const std::string value = value_at(task, kRows[0]); value != of_two)
      text += fmt::format(", {} {}", words, value);
  }
  return text;
}

/// The default of a field in words.
std::string default_of(const Field& field) {
  if (field.required()) return "required";
  const std::string unset = field.write(Config());
  std::string decided;
  for (const auto& [preset, name] : kPresetNames) {
    const std::string value = decided_by(preset, field);
    if (field.optional && value != unset) decided += fmt::format("; {}: {}", name, value);
  }
  return decided.empty() ? "default: " + unset : "decided by the preset" + decided;
}

}  // namespace

std::string dump_config(const LoadedConfig& loaded, bool origins) {
  const std::vector<Line> lines = lines_of(loaded.config);
  size_t width = 0;
  for (const Line& line : lines) {
    if (line.text.size() <= kWidestAligned) width = std::max(width, line.text.size());
  }
  return in_sections(lines, [&](const Line& line) {
    const auto origin = loaded.origin.find(line.field->key);
    if (!origins || origin == loaded.origin.end()) return line.text + "\n";
    return fmt::format("{:<{}}  # {}\n", line.text, width, origin->second);
  });
}

std::string portable_config(const Config& config) {
  std::vector<Line> lines = lines_of(config);
  std::erase_if(lines, [&](const Line& line) { return line.field->local(config); });
  return in_sections(lines, [](const Line& line) { return line.text + "\n"; });
}

std::vector<std::pair<std::string, std::string>> portable_values(const Config& config) {
  std::vector<std::pair<std::string, std::string>> values;
  for (const Field& field : fields()) {
    if (!field.local(config)) values.emplace_back(field.key, field.write(config));
  }
  return values;
}

std::string config_reference() {
  const std::string head =
      "# Every key of a config, with its default. `mdl config reference` prints this file.\n"
      "# The values of the required keys are examples; what is null is decided later, as the comment above it says.\n";
  std::string out = head, section;
  for (const Line& line : lines_of(Config())) {
    const Field& field = *line.field;
    const std::string indent = field.indent();
    const std::string text = field.required() ? fmt::format("{}{}: {}", indent, field.name(), field.example)
                                              : line.text;
    out += '\n' + enter_section(field.section(), section);
    out += fmt::format("{0}# {1}\n{0}# {2}; {3}\n{4}\n", indent, field.doc, field.expected, default_of(field), text);
  }
  return out;
}

}  // namespace mdl
