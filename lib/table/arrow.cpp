#include "table/arrow.h"

#include "base/error.h"
#include "base/module.h"

namespace mdl {
namespace {

#ifdef MDL_WHEEL
constexpr const char* kCure = "mdl needs pyarrow of the version that pip install \"mdl[parquet]\" installs beside it";
#else
constexpr const char* kCure = "mdl needs Arrow, which ./scripts/setup fetches before it is built";
#endif

}  // namespace

const ArrowModule& arrow_module(const std::string& what, const char* form) {
  try {
    using Function = const ArrowModule* (*)();
    static const auto function =
        reinterpret_cast<Function>(function_of_module("mdl-arrow", "mdl-parquet", "mdl_arrow"));
    return *function();
  } catch (const Error& error) {
    fail("{}: for {} {}: {}", what, form, kCure, error.what());
  }
}

}  // namespace mdl
