#include "cli/verdict.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "base/console.h"
#include "base/error.h"
#include "base/files.h"
#include "io/output.h"
#include "report/formats.h"
#include "report/formatting.h"

namespace mdl {

TextStyle output_style() {
  TextStyle style;
  if (isatty(STDOUT_FILENO) != 1) return style;
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.columns = size.ws_col;
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool refused = no_colour != nullptr && *no_colour != '\0';
  style.colour = !refused && terminal != nullptr && std::string_view(terminal) != "dumb";
  return style;
}

int hand_out(const Report& report, const ReportPlaces& places) {
  const std::vector<GateLine> gates = gate_lines(report);
  const Verdict verdict = verdict_of(report);
  int code = verdict == Verdict::kFail ? 3 : verdict == Verdict::kUndecided ? 4 : 0;
  bool lost = false;
  const auto write = [&](const std::string& path, const ReportFormat& format) {
    try {
      const bool text = path == "-" && format.write == kReportFormats[0].write;
      write_file(path, text ? text_report(report, output_style()) : format.write(report));
    } catch (const ClosedPipe&) {
      lost = true;
    } catch (const Error& error) {
      lost = true;
      write_to_stderr(fmt::format("mdl: {}\n", error.what()));
      if (path != "-" || gates.empty()) code = 1;
    }
  };
  for (const std::string& path : places.files) write(path, *format_of_file(path));
  write(places.output, *find_format(places.format));
  if (!lost) return code;
  for (const GateLine& gate : gates) {
    if (gate.verdict != Verdict::kPass) write_to_stderr(fmt::format("mdl: gate {}\n", gate.text()));
  }
  return code;
}

}  // namespace mdl
