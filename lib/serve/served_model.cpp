#include "serve/served_model.h"

#include <fmt/format.h>

#include "base/files.h"
#include "crypto/sha256.h"

namespace mdl {

Predictor ServedModel::predictor() const {
  return Predictor("cpu", [this](const EncodedRows& rows, size_t begin, size_t count, Predictions& out) {
    thread_local Workspace workspace;
    compiled.postprocessing().start(count, out);
    compiled.predict(workspace, rows, begin, count, out, 0);
  });
}

std::shared_ptr<const ServedModel> load_served_model(const std::string& name, const std::string& path) {
  std::string sha256;
  Model model = load_model(path, &sha256);
  CompiledModel compiled(model);
  std::string version = fmt::format("{}", model.version);
  return std::make_shared<const ServedModel>(
      ServedModel{name, std::move(version), std::move(sha256), std::move(model), std::move(compiled)});
}

}  // namespace mdl
