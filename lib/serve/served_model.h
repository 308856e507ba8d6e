// A model as it is served: read once, compiled once, shared by all requests.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "infer/compiled_model.h"
#include "modelfile/model.h"
#include "predict/contributions.h"
#include "serve/drift_window.h"

namespace mdl {

struct ServedModel {
  ServedModel(std::string name, Model model, std::string sha256);

  std::string name, version;  // as in paths; the version is model.version
  std::string sha256;         // of the file
  Model model;
  CompiledModel compiled;
  std::optional<Explainer> explainer;  // where the model has a reference row
  mutable DriftWindow drift;           // of the rows that it is asked

  /// Predictions for `count` rows from `begin` on, by the calling thread.
  void predict(const EncodedRows& rows, size_t begin, size_t count, Predictions& out) const;

  /// Adds their contributions; of one that has an explainer.
  void explain(const EncodedRows& rows, size_t begin, size_t count, Predictions& out) const;
};

/// Of the file at `path`. Throws Error as load_model() does.
std::shared_ptr<const ServedModel> load_served_model(const std::string& name, const std::string& path);

}  // namespace mdl
