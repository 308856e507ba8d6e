#include <fmt/format.h>

#include "base/files.h"
#include "cli/compute.h"
#include "evaluate/evaluate.h"
#include "modelfile/model.h"

namespace mdl {

int run_evaluate(const EvaluateFlags& flags) {
  const Model model = load_model(flags.model);

  std::vector<Gate> gates(flags.fail_under.size());
  for (size_t i = 0; i < gates.size(); ++i) {
    if (const std::string wrong = parse_gate(flags.fail_under[i], model.target.task, gates[i]); !wrong.empty()) {
      fmt::print(stderr, "mdl evaluate: --fail-under {}\n", wrong);
      return 2;
    }
  }

  Report report = evaluate_file(model, flags.data, {.skip_unlabelled = flags.skip_unlabelled, .device = flags.device});
  report.model = flags.model;
  report.data = flags.data;
  bool failed = false;
  for (const Gate& gate : gates) {
    report.gates.push_back(judge(gate, report.scores));
    failed = failed || report.gates.back().verdict == Verdict::kFail;
  }

  // The report is written before the verdict leaves the program.
  OutputFile output(flags.output);
  output.write(flags.format == "json" ? json_report(report) : flags.format == "html" ? html_report(report) : text_report(report));
  output.commit();
  return failed ? 3 : 0;
}

}  // namespace mdl
