// The reader of a run's state on any bytes: only mdl::Error comes out, and what it accepts is written to bytes that
// read the same, and drawn.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "header_length.h"
#include "train/state.h"

namespace {

void check(std::string_view bytes) {
  mdl::SavedRun saved;
  try {
    saved = mdl::parse_state(bytes, "x");
  } catch (const mdl::Error&) {
    return;
  }
  const std::string written = mdl::format_state(saved.state, saved.identity);
  const mdl::SavedRun again = mdl::parse_state(written, "x");
  if (mdl::format_state(again.state, again.identity) != written) std::abort();
  for (const mdl::MemberState& member : saved.state.members) {
    if (member.step < 0 || (!saved.state.history.empty() && member.step < saved.state.history.back().step))
      std::abort();
  }
  mdl::html_report({.task = mdl::Task::kRegression, .epochs = saved.state.history});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(bytes);
  if (const auto mended = with_fitting_length(bytes, "}}")) check(*mended);
  return 0;
}
