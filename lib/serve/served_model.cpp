#include "serve/served_model.h"

#include <fmt/format.h>

#include <utility>

namespace mdl {

ServedModel::ServedModel(std::string name, const std::string& path)
    : name(std::move(name)), model(load_model(path, &sha256)), compiled(model), drift(model.encoder) {
  version = fmt::format("{}", model.version);
}

void ServedModel::predict(const EncodedRows& rows, size_t begin, size_t count, Predictions& out) const {
  thread_local Workspace workspace;
  compiled.postprocessing().start(count, out);
  compiled.predict(workspace, rows, begin, count, out, 0);
}

}  // namespace mdl
