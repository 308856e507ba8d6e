// The routes of mdl serve, who may take them, and what they answer; how requests come in is the server's matter.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "serve/access.h"
#include "serve/http.h"
#include "serve/metrics.h"
#include "serve/served_model.h"

namespace mdl {

struct ServiceOptions {
  std::vector<std::pair<std::string, std::string>> models;  // name, path
  std::string tokens;                                       // a file; empty: `token` alone is known
  std::string token_sha256;                                 // of a token that may do everything; empty: none
  std::function<void(const std::string& line)> log;         // for a person
};

/// Answers requests; for several threads at once.
class Service {
 public:
  /// Loads models and tokens. Throws Error.
  explicit Service(ServiceOptions options);

  HttpResponse answer(const HttpRequest& request);

  /// Reads the models and the tokens again. What cannot be used is told, and what was there stays in place.
  void reload();

  /// From now on it says that it is not ready, so that no new requests are sent here.
  void drain() { draining_ = true; }

 private:
  struct Call {
    const HttpRequest& request;
    std::shared_ptr<const ServedModel> model;  // of routes that name one
    std::string token;                         // its id; of routes that need one
  };

  enum class Needs { kNothing, kInfer, kMetadata, kMetrics };
  struct Route {
    /// Each says what it needs: a route that does not say is no route.
    constexpr Route(std::string_view method, std::string_view path, Needs needs,
                    HttpResponse (Service::*answer)(const Call&))
        : method(method), path(path), needs(needs), answer(answer) {}

    std::string_view method, path;  // {model} and {version} stand for a segment
    Needs needs;
    HttpResponse (Service::*answer)(const Call&);
  };
  static const Route kRoutes[];

  HttpResponse route(const HttpRequest& request, std::string& route_name);
  std::shared_ptr<const ServedModel> find(const std::string& name) const;
  std::shared_ptr<const ServedModel> only_model() const;
  std::vector<Token> read_tokens() const;

  HttpResponse live(const Call& call);
  HttpResponse ready(const Call& call);
  HttpResponse server_metadata(const Call& call);
  HttpResponse model_metadata(const Call& call);
  HttpResponse model_ready(const Call& call);
  HttpResponse infer_tensors(const Call& call);
  HttpResponse predict(const Call& call);
  HttpResponse metrics(const Call& call);

  ServiceOptions options_;
  AccessControl access_;
  Metrics metrics_;
  std::atomic<bool> draining_ = false;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const ServedModel>> models_;
};

}  // namespace mdl
