// What a run's folder, or a model's file, tells of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "report/runs.h"

namespace mdl {

/// The folder of a run, or a model's file. Throws Error where it is neither, or cannot be read; of an unfinished run
/// only what its config says is known.
RunSummary summary_of(const std::string& path);

/// The model's file that `path` means: its own, or that of the run's folder.
std::string model_path_of(const std::string& path);

/// All runs in a folder and its folders, by their paths; folders that cannot be read are told by `warn`.
std::vector<RunSummary> summaries_in(const std::string& folder,
                                     const std::function<void(const std::string& line)>& warn);

}  // namespace mdl
