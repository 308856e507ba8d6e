// What mdl serve answers, and to whom; how requests come in is the server's matter.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "serve/access.h"
#include "serve/audit_log.h"
#include "serve/batcher.h"
#include "serve/http.h"
#include "serve/metrics.h"
#include "serve/model_store.h"
#include "serve/request_checks.h"
#include "serve/routes.h"
#include "serve/service_log.h"

namespace mdl {

struct ServiceOptions {
  std::vector<ModelEntry> models;
  std::string tokens;        // a file; empty: `token_sha256` alone is known
  std::string token_sha256;  // of a token that may do everything
  OwnNames names;
  bool page = true;               // whether there is one at /
  size_t batch_rows = 256;        // of several requests predicted together; 1: of none
  size_t largest_body = 1 << 20;  // as the server takes them: the work for a request is bounded by it
  std::string audit_log;          // a file; empty: none
  bool audit_inputs = false;      // whether the rows of requests are in it
  bool log_requests = false;      // in the log, a line each
};

/// Answers requests; for several threads at once.
class Service {
 public:
  /// Loads models and tokens. Throws Error. `log` must outlive this.
  Service(ServiceOptions options, const ServiceLog& log);

  /// From now on work goes to the server's threads; before, it is done at once.
  void start(const RunningServer& server);

  Begun begin(HttpRequest request);

  /// Reads the models and the tokens again, those that have changed or all. What cannot be used is told, and what was
  /// there stays in place. For one thread at a time.
  void reload(bool all);

  std::vector<std::string> model_names() const { return models_.names(); }

  /// From now on it says that it is not ready, so that no new requests are sent here.
  void drain() { draining_ = true; }

  /// The server answers nothing any more.
  void end();

 private:
  struct Call;
  using CallPointer = std::shared_ptr<Call>;

  std::optional<HttpResponse> admit(Call& call);
  std::optional<HttpResponse> take_parameter(Call& call, const std::string& parameter);
  HttpResponse perform(const Call& call);
  void predict(const CallPointer& call, std::string body, const Respond& respond);
  void predict_now(const CallPointer& call, std::string body, const Respond& respond);
  std::shared_ptr<PredictionRequest> read(Call& call, std::string body) const;
  std::optional<HttpResponse> charge(Call& call, const PredictionRequest& request);
  HttpResponse answer_in_parts(const CallPointer& call, const std::shared_ptr<PredictionRequest>& request);
  HttpResponse guarded(const Call& call, const std::function<HttpResponse()>& answer) const;
  HttpResponse finished(Call& call, HttpResponse response);
  bool is_recorded(const Call& call);
  RequestRecord record_of(const Call& call, int status) const;
  bool run_aside(std::function<void()> work);
  void compare(const Call& call, const std::shared_ptr<PredictionRequest>& request,
               const std::shared_ptr<std::string>& body);

  HttpResponse server_metadata(const Call& call);
  HttpResponse ready(const Call& call) const;
  HttpResponse metrics() const;
  std::vector<Token> known_tokens() const;

  const ServiceOptions options_;
  const ServiceLog& log_;
  ModelStore models_;
  AccessControl access_;
  FileWatch tokens_watch_;
  bool tokens_due_ = false;     // what is in the file is not in use yet
  std::string tokens_problem_;  // why
  std::mutex strangers_mutex_;
  FailedAttempts strangers_;  // requests of callers who are not known, in the audit log
  std::optional<AuditLog> audit_;
  Metrics metrics_;
  Batcher batcher_;
  RunningServer server_;
  std::atomic<bool> draining_ = false;
  std::atomic<int> aside_ = 0;  // requests that wait there or are in work
  std::chrono::steady_clock::time_point turned_ = std::chrono::steady_clock::now();
};

}  // namespace mdl
