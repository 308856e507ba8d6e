#include "serve/served_model.h"

#include <fmt/format.h>

#include <utility>

namespace mdl {

std::shared_ptr<const ServedModel> load_served_model(const std::string& name, const std::string& path) {
  std::string sha256;
  Model model = load_model(path, &sha256);
  return std::make_shared<const ServedModel>(name, std::move(model), std::move(sha256));
}

ServedModel::ServedModel(std::string name, Model model, std::string sha256)
    : name(std::move(name)), version(fmt::format("{}", model.version)), sha256(std::move(sha256)),
      model(std::move(model)), compiled(this->model), drift(this->model.encoder) {
  if (!this->model.encoder.reference.empty()) explainer.emplace(compiled, this->model);
}

void ServedModel::predict(const EncodedRows& rows, size_t begin, size_t count, Predictions& out) const {
  thread_local Workspace workspace;
  compiled.postprocessing().start(count, out);
  compiled.predict(workspace, rows, begin, count, out, 0);
}

void ServedModel::explain(const EncodedRows& rows, size_t begin, size_t count, Predictions& out) const {
  thread_local Workspace workspace;
  explainer->start(count, out);
  explainer->explain(workspace, rows, begin, count, out);
}

}  // namespace mdl
