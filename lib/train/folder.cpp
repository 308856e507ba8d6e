#include "train/folder.h"

#include <filesystem>

#include "base/error.h"

namespace mdl {

RunFiles::RunFiles(const std::string& folder)
    : model(folder + "/model.safetensors"),
      last(folder + "/last.safetensors"),
      metrics(folder + "/metrics.jsonl"),
      config(folder + "/config.yaml"),
      report(folder + "/report.html") {}

void refuse_existing(const std::string& folder) {
  const RunFiles files(folder);
  for (const std::string& path : {files.model, files.last}) {
    if (std::filesystem::exists(path)) {
      fail("{}: holds a run already; --resume goes on with it, --force starts anew and replaces it, --output takes another folder", folder);
    }
  }
}

}  // namespace mdl
