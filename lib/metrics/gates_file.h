// Gates in a YAML file:
//
//   fail_under:
//     f1: 0.80
//     f1[gender=Female]: 0.70
//   max_drop:
//     f1: 0.01
//   confidence: 0.95
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/gate.h"

namespace mdl {

inline constexpr double kLeastConfidence = 0.5, kMostConfidence = 0.9999;

struct GatesFile {
  std::vector<Gate> gates;  // in the order of the file
  std::optional<double> confidence;
};

/// Throws Error whose text is all problems, one a line, each with `file:line:column`.
GatesFile read_gates(const std::string& path, Task task);

/// The same with the file's text; `name` stands for it in messages.
GatesFile read_gates_text(std::string_view text, const std::string& name, Task task);

}  // namespace mdl
