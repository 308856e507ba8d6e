// A model as it is served: read once, compiled once, shared by all requests.
#pragma once

#include <memory>
#include <string>

#include "infer/compiled_model.h"
#include "modelfile/model.h"
#include "predict/predictor.h"

namespace mdl {

struct ServedModel {
  std::string name, version;  // as in paths; the version is model.version
  std::string sha256;         // of the file
  Model model;
  CompiledModel compiled;

  /// A predictor of the calling thread's own, for one request.
  Predictor predictor() const;
};

/// Of the file at `path`. Throws Error as load_model() does.
std::shared_ptr<const ServedModel> load_served_model(const std::string& name, const std::string& path);

}  // namespace mdl
