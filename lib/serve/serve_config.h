// serve.yaml: all that mdl serve can be told, in one file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "serve/model_store.h"
#include "serve/server.h"
#include "serve/service_log.h"

namespace mdl {

struct ServeConfig {
  std::vector<ModelEntry> models;
  ServerOptions server;
  std::string tokens;              // a file; empty: none
  std::vector<std::string> hosts;  // names that the service is called by
  bool page = true;                // at /
  std::string audit_log;           // a file; empty: none
  bool audit_inputs = false;       // whether the rows of requests are in it
  LogFormat log_format = LogFormat::kText;
  bool log_requests = false;
  size_t batch_rows = 256;         // of several requests predicted together
  std::vector<std::string> trust;  // public keys: who must have signed the models
  int64_t min_model_version = 0;
};

/// Whether a model may be called so in paths.
bool is_model_name(std::string_view name);

/// The name that a model has unless it is given one: its file's without endings.
std::string model_name_of(const std::string& path);

/// Throws Error with all mistakes, each with its place.
ServeConfig parse_serve_config(std::string_view text, const std::string& name);

}  // namespace mdl
