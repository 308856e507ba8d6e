#include "cli/verdict.h"

#include <fmt/format.h>

#include "base/console.h"
#include "base/error.h"
#include "base/files.h"
#include "io/output.h"
#include "report/formats.h"
#include "report/formatting.h"

namespace mdl {

int hand_out(const Report& report, const ReportPlaces& places) {
  const std::vector<GateLine> gates = gate_lines(report);
  const Verdict verdict = verdict_of(report);
  int code = verdict == Verdict::kFail ? 3 : verdict == Verdict::kUndecided ? 4 : 0;
  bool lost = false;
  const auto write = [&](const std::string& path, const ReportFormat& format) {
    try {
      write_file(path, format.write(report));
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
