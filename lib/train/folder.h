// The folder of a run.
#pragma once

#include <string>

namespace mdl {

/// Paths in it.
struct RunFiles {
  explicit RunFiles(const std::string& folder);
  std::string model, last, metrics, config, report;
};

/// Throws Error when the folder holds a run already.
void refuse_existing(const std::string& folder);

}  // namespace mdl
