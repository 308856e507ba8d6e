// The config loader on any bytes: only mdl::Error comes out, and what loads is printed as text that loads to the same
// values.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "config/dump.h"
#include "config/load.h"

namespace {

void check(std::string_view text, const mdl::Overrides& overrides) {
  mdl::LoadedConfig loaded;
  try {
    loaded = mdl::load_config_text(text, "x", overrides);
  } catch (const mdl::Error&) {
    return;
  }
  for (const bool origins : {false, true}) {
    const mdl::LoadedConfig again = mdl::load_config_text(mdl::dump_config(loaded, origins), "y");
    if (again.config != loaded.config) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(bytes, {});
  // Once more with what every config needs, so that the text is not refused for the lack of it.
  check(bytes, {{{"--target", "data.target", "y"}}, {"data.train=a.csv"}});
  // And as the words of a command line.
  check("data: {train: a.csv, target: y}", {{{"--target", "data.target", std::string(bytes)}}, {std::string(bytes)}});
  return 0;
}
