// The forms of a report by name: what --format takes, and what the ending of a file's name means.
#pragma once

#include <string>
#include <vector>

#include "report/report.h"

namespace mdl {

struct ReportFormat {
  const char* name;    // "markdown"
  const char* ending;  // ".md"
  std::string (*write)(const Report&);
};

inline constexpr ReportFormat kReportFormats[] = {{"text", ".txt", text_report},
                                                  {"json", ".json", json_report},
                                                  {"markdown", ".md", markdown_report},
                                                  {"junit", ".xml", junit_report},
                                                  {"html", ".html", html_report}};

std::vector<std::string> format_names();

/// Nothing where no format is called so, or no such ending is known.
const ReportFormat* find_format(const std::string& name);
const ReportFormat* format_of_file(const std::string& path);

/// Of a name that has none of the endings.
std::string unknown_ending(const std::string& path);

}  // namespace mdl
