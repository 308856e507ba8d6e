#include <fmt/format.h>

#include "base/text.h"
#include "report/formatting.h"
#include "report/report.h"
#include "report/svg.h"

namespace mdl {
namespace {

/// An attribute's text. printable() leaves two of the characters that XML 1.0 forbids.
std::string attribute(std::string_view text) {
  std::string out = escaped(printable(text));
  for (const std::string_view forbidden : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    for (size_t at = out.find(forbidden); at != std::string::npos; at = out.find(forbidden, at))
      out.replace(at, forbidden.size(), "\xEF\xBF\xBD");
  }
  return out;
}

std::string test_case(const Report& report, const GateLine& gate) {
  std::string out = fmt::format("  <testcase classname=\"{}\" name=\"{}\"", attribute(report.model),
                                attribute(gate.name));
  if (gate.verdict == Verdict::kPass) return out + "/>\n";
  // An undecided gate is an error, a test that could not tell: the job ends red by exit code 4, and a case marked as
  // skipped would leave it unsaid why.
  const char* element = gate.verdict == Verdict::kFail ? "failure" : "error";
  out += fmt::format(">\n    <{} type=\"{}\" message=\"{}\"/>\n", element, name_of(gate.verdict),
                     attribute(gate.text()));
  return out + "  </testcase>\n";
}

}  // namespace

std::string junit_report(const Report& report) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format("<testsuite name=\"mdl evaluate {}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\">\n",
                     attribute(report.data), gate_lines(report).size(), gates_with(report, Verdict::kFail),
                     gates_with(report, Verdict::kUndecided));
  out += "  <properties>\n";
  for (const auto& [metric, value] : report.scores)
    out += fmt::format("    <property name=\"{}\" value=\"{}\"/>\n", name_of(metric), score_text(value));
  out += "  </properties>\n";
  for (const GateLine& gate : gate_lines(report)) out += test_case(report, gate);
  return printable_lines(out + "</testsuite>\n");
}

}  // namespace mdl
