#include "table/arrow.h"

#include "base/error.h"
#include "base/module.h"

namespace mdl {

const ArrowModule& arrow_module(const std::string& what, const char* form) {
  try {
    using Function = const ArrowModule* (*)();
    static const auto function = reinterpret_cast<Function>(function_of_module("mdl-arrow", "mdl_arrow"));
    return *function();
  } catch (const Error& error) {
    fail("{}: for {} mdl must be built where Arrow is (./scripts/setup fetches it): {}", what, form, error.what());
  }
}

}  // namespace mdl
