#include "report/formats.h"

#include <fmt/format.h>

#include "base/text.h"
#include "io/names.h"

namespace mdl {

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const ReportFormat& format : kReportFormats) names.emplace_back(format.name);
  return names;
}

const ReportFormat* find_format(const std::string& name) {
  for (const ReportFormat& format : kReportFormats) {
    if (name == format.name) return &format;
  }
  return nullptr;
}

const ReportFormat* format_of_file(const std::string& path) {
  for (const ReportFormat& format : kReportFormats) {
    if (unpacked_name(path).ends_with(format.ending)) return &format;
  }
  return nullptr;
}

std::string unknown_ending(const std::string& path) {
  std::vector<std::string> endings;
  for (const ReportFormat& format : kReportFormats) endings.emplace_back(format.ending);
  return fmt::format("{}: the format follows the name's ending, one of {}", quote(path), join_names(endings));
}

}  // namespace mdl
