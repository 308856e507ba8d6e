#include "cli/commands.h"
#include "io/output.h"

namespace mdl {

Run setup_version(CLI::App& app) {
  app.footer("Example:\n  mdl version");
  return [] {
    OutputFile("-").write("mdl " MDL_VERSION "\n");
    return 0;
  };
}

}  // namespace mdl
