// A report handed out, and the exit code that its gates make.
#pragma once

#include <string>
#include <vector>

#include "report/report.h"

namespace mdl {

struct ReportPlaces {
  std::string format, output;      // a form's name, and where it goes; - is standard output
  std::vector<std::string> files;  // further ones, in the forms that their names say
};

/// How text is set on standard output: on a terminal to its width, in colour unless NO_COLOR or TERM=dumb says
/// otherwise.
TextStyle output_style();

/// Writes the report to each place, whatever becomes of the others, and returns the exit code: 0, 3 or 4 by the gates,
/// which standard output cannot change, and 1 where a file could not be written. Where a report was lost, gates that
/// did not pass are told on stderr. Without gates a standard output that cannot be written is 1, too, but for a reader
/// that went away.
int hand_out(const Report& report, const ReportPlaces& places);

}  // namespace mdl
