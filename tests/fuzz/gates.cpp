// The reader of gates on any bytes: only mdl::Error comes out, and what is read has a verdict.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "metrics/gates_file.h"

namespace {

void check(std::string_view text, mdl::Task task) {
  mdl::GatesFile file;
  try {
    file = mdl::read_gates_text(text, "x", task);
  } catch (const mdl::Error&) {
    return;
  }
  if (file.gates.empty()) std::abort();
  if (file.confidence && !(*file.confidence >= mdl::kLeastConfidence && *file.confidence <= mdl::kMostConfidence))
    std::abort();
  const mdl::Intervals none;
  for (const mdl::Gate& gate : file.gates) {
    if (!std::isfinite(gate.bound) || (gate.drop && gate.bound < 0)) std::abort();
    const mdl::Scores scores = {{gate.metric, gate.bound}};
    if (mdl::judge(gate, scores).verdict == mdl::Verdict::kUndecided ||
        mdl::judge(gate, {}).verdict != mdl::Verdict::kFail)
      std::abort();
    if (mdl::judge(gate, scores, &none).verdict != mdl::Verdict::kUndecided) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const mdl::Task task : {mdl::Task::kBinary, mdl::Task::kMulticlass, mdl::Task::kRegression}) check(text, task);
  return 0;
}
