#include "serve/service.h"

#include <charconv>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "serve/details.h"
#include "serve/inference.h"
#include "serve/openapi.h"
#include "serve/page.h"
#include "serve/rows_request.h"
#include "serve/shadow.h"

namespace mdl {
namespace {

using nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;
using Level = ServiceLog::Level;

constexpr size_t kLargeBody = 64 << 10;  // one that is not read beside the requests of others
constexpr int kMostAside = 64;
constexpr const char* kBusyAside = "too many large requests wait already";
constexpr size_t kExplainedAtOnce = 64;
constexpr size_t kSmallWork = size_t{1} << 29;  // multiplications for which others can wait: some 25 ms
constexpr size_t kLargestRecorded = 2 << 20;    // of a body, of which each byte may be six in the audit log
constexpr auto kDriftHour = std::chrono::hours(1);

/// What may be asked for in one request grows with the bytes that one may have.
constexpr size_t kNumbersOfByte = 16, kMultiplicationsOfByte = 1 << 18;

HttpResponse json_response(const ordered_json& body, int status = 200) {
  return {.status = status, .body = body.dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

HttpResponse busy(const char* why) {
  HttpResponse response = error_response(503, why);
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

HttpResponse refused(const AccessControl::Decision& decision) {
  using Verdict = AccessControl::Verdict;
  if (decision.verdict == Verdict::kUnknown) {
    // The same for every reason that a token is not good for.
    HttpResponse response = error_response(401, "a valid token is needed: Authorization: Bearer TOKEN");
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
  }
  if (decision.verdict == Verdict::kForbidden) return error_response(403, "this token is not for that");
  HttpResponse response = error_response(
      429, decision.verdict == Verdict::kTooOften  ? "more requests than this token may make"
           : decision.verdict == Verdict::kTooMany ? "more rows than this token may have answered today"
                                                   : "too many requests without a valid token");
  response.headers.emplace_back("Retry-After", fmt::format("{}", decision.retry_after));
  return response;
}

std::string_view scope_of(Needs needs) {
  switch (needs) {
    case Needs::kInfer: return "infer";
    case Needs::kMetadata: return "metadata";
    case Needs::kDetails: return "details";
    case Needs::kMetrics: return "metrics";
    case Needs::kNothing: break;
  }
  return "";
}

/// From 0 to below 1, always the same for a body: who asks again gets the same version.
double draw_of(std::string_view body) { return static_cast<double>(keyed_hash(body) >> 11) * 0x1.0p-53; }

std::string_view route_of(const RouteMatch& match) { return match.route == nullptr ? "none" : match.route->path; }

/// What became of a request, in a word.
std::string_view outcome_of(int status) {
  switch (status) {
    case 200: return "answered";
    case 401: return "unauthorized";
    case 403: return "forbidden";
    case 429: return "limited";
    case 503: return "busy";
    default: return status >= 500 ? "failed" : "refused";
  }
}

}  // namespace

struct Service::Call {
  HttpRequest request;
  std::chrono::system_clock::time_point time = std::chrono::system_clock::now();
  RequestIds ids;
  Clock::time_point start = Clock::now();
  RouteMatch match;
  AccessControl::Decision decision;
  ModelStore::Choice choice;

  // Of requests for predictions.
  std::optional<RowsFormat> rows_format;  // else tensors
  std::optional<size_t> json_size;        // of those
  AnswerShape shape;
  bool aside = false;                // it is worked on beside the requests that are soon answered
  size_t rows = 0;                   // of a request that may be answered
  size_t work = 0;                   // multiplications, about
  int64_t charged = 0;               // rows, or passes through the network
  Moment when;                       // that was
  std::optional<std::string> input;  // as it came, where it is kept
};

Service::Service(ServiceOptions options, const ServiceLog& log)
    : options_(std::move(options)), log_(log), models_(options_.models), tokens_watch_({options_.tokens}),
      batcher_(options_.batch_rows, [this](const ServedModel& model, size_t requests, size_t rows) {
        metrics_.count_batch(model.name, requests, rows);
      }) {
  access_.replace(known_tokens());
  if (!options_.audit_log.empty())
    audit_.emplace(options_.audit_log, [this](const auto& line) { log_.tell(Level::kWarning, "audit_log", line); });
}

void Service::end() {
  batcher_.clear();
  server_ = {};
}

void Service::start(const RunningServer& server) {
  server_ = server;
  batcher_.start(server.soon);
}

std::vector<Token> Service::known_tokens() const {
  if (options_.tokens.empty()) {
    return {{.id = "start",
             .sha256 = options_.token_sha256,
             .scopes = {"infer:*", "metadata:*", "details:*", "explain:*", "metrics"}}};
  }
  return read_tokens(options_.tokens);
}

void Service::reload(bool all) {
  models_.reload(all, log_);
  if (Clock::now() - turned_ >= kDriftHour) {
    turned_ = Clock::now();
    for (const auto& model : models_.all()) model->drift.turn();
  }
  if (all && audit_) {
    try {
      audit_->reopen();
    } catch (const Error& error) {
      log_.tell(Level::kError, "audit_log", fmt::format("{}; the file that was open stays in use", error.what()));
    }
  }
  tokens_due_ |= tokens_watch_.changed() || all;
  if (options_.tokens.empty() || !tokens_due_) return;
  // Tried again until it is done: a token may have been revoked.
  try {
    access_.replace(known_tokens());
    tokens_due_ = false;
    tokens_problem_.clear();
    log_.tell(Level::kInfo, "tokens", options_.tokens + ": these tokens are valid from now on");
  } catch (const Error& error) {
    if (std::exchange(tokens_problem_, error.what()) != error.what())
      log_.tell(Level::kError, "tokens", fmt::format("{}; what was there stays in use", error.what()));
  }
}

Begun Service::begin(HttpRequest request) {
  auto call = std::make_shared<Call>();
  call->request = std::move(request);
  call->ids = ids_of(call->request);
  const HttpResponse done = guarded(*call, [&] {
    auto refusal = admit(*call);
    if (refusal) return std::move(*refusal);
    if (call->match.route->needs == Needs::kInfer) return HttpResponse{.status = 0};
    return perform(*call);
  });
  if (done.status != 0) return finished(*call, done);
  return Admitted{[this, call](std::string body, const Respond& respond) { predict(call, std::move(body), respond); },
                  [this, call](int status) { finished(*call, {.status = status}); }};
}

/// Everything that the head of a request decides.
std::optional<HttpResponse> Service::admit(Call& call) {
  const HttpRequest& request = call.request;
  const std::string_view target = request.target;
  const size_t question = std::min(target.find('?'), target.size());
  call.match = match_route(request.method, target.substr(0, question));
  const Route* route = call.match.route;
  if (auto refusal = refuse_stranger(request, options_.names)) return refusal;
  if (route == nullptr && call.match.allowed.empty()) return error_response(404, "there is no such route");
  if (route == nullptr) {
    HttpResponse response = error_response(405, "there is no such method of this route");
    response.headers.emplace_back("Allow", call.match.allowed);
    return response;
  }
  const bool names_model = route->path.find("{model}") != std::string_view::npos;
  if (route->needs == Needs::kInfer && !names_model) call.match.model = models_.only_name();
  if (route->needs != Needs::kNothing) {
    call.decision = access_.decide({.authorization = request.header("authorization"),
                                    .certificate_names = request.certificate_names,
                                    .address = request.remote},
                                   scope_of(route->needs), call.match.model, Moment::now());
    if (call.decision.verdict != AccessControl::Verdict::kAllowed) return refused(call.decision);
    call.shape.form = call.decision.form;
  }
  const std::string_view query = target.substr(std::min(question + 1, target.size()));
  for (const std::string& parameter : query.empty() ? std::vector<std::string>() : split(query, '&')) {
    if (auto refusal = take_parameter(call, parameter)) return refusal;
  }
  if (!names_model && route->needs != Needs::kInfer) return std::nullopt;
  if (call.match.model.empty())
    return error_response(404, "several models are served; name one: /v1/models/NAME/predict");
  call.choice.model = models_.find(call.match.model, call.match.version);
  if (!call.choice.model) {
    return error_response(
        404, models_.find(call.match.model, "") ? "there is no such version of this model" : "there is no such model");
  }
  if (route->needs != Needs::kInfer) return std::nullopt;
  const std::string type = media_type(request.header("content-type"));
  if (!request.header("content-encoding").empty() && media_type(request.header("content-encoding")) != "identity")
    return error_response(415, "bodies are taken as they are, without Content-Encoding");
  if (route->action == Action::kPredictRows) {
    call.rows_format = rows_format_of(type);
    if (!call.rows_format) return error_response(415, std::string("expected ") + kRowsMediaTypes);
    return std::nullopt;
  }
  if (!type.empty() && type != "application/json" && type != "application/octet-stream")
    return error_response(415, "expected application/json, or application/octet-stream with binary tensors");
  if (const std::string_view text = request.header("inference-header-content-length"); !text.empty()) {
    size_t size = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (problem != std::errc() || end != text.data() + text.size())
      return error_response(400, "Inference-Header-Content-Length is no number of bytes");
    call.json_size = size;
  }
  return std::nullopt;
}

/// Of the query.
std::optional<HttpResponse> Service::take_parameter(Call& call, const std::string& parameter) {
  const size_t equals = std::min(parameter.find('='), parameter.size());
  const std::string name = parameter.substr(0, equals),
                    value = parameter.substr(std::min(equals + 1, parameter.size()));
  const bool known = call.match.route->action == Action::kPredictRows && (name == "explain" || name == "only");
  if (!known) return error_response(400, "the query has a parameter that this route does not know");
  if (value != "true" && value != "false") return error_response(400, fmt::format("{}: expected true or false", name));
  (name == "only" ? call.shape.only : call.shape.explain) = value == "true";
  if (!call.shape.explain) return std::nullopt;
  if (!access_.allows(call.decision.id, "explain", call.match.model))
    return error_response(403, "this token is not for that");
  if (call.shape.form.output == AnswerForm::Output::kLabel || call.shape.form.decimals)
    return error_response(403, "contributions tell more of the probability than this token may see");
  return std::nullopt;
}

/// What needs no body.
HttpResponse Service::perform(const Call& call) {
  const auto& model = call.choice.model;
  switch (call.match.route->action) {
    case Action::kPage: {
      if (!options_.page) break;
      HttpResponse response{.content_type = "text/html; charset=utf-8", .body = std::string(page())};
      response.headers.emplace_back("Content-Security-Policy", page_security_policy());
      response.headers.emplace_back("Referrer-Policy", "no-referrer");
      return response;
    }
    case Action::kOpenApi: return {.body = std::string(openapi_document())};
    case Action::kDetails: return json_response(details_of(model->model));
    case Action::kLive: return json_response({{"live", true}});
    case Action::kReady: return ready(call);
    case Action::kServerMetadata: return server_metadata(call);
    case Action::kModelMetadata: return json_response(metadata_of(*model, models_.versions(model->name)));
    case Action::kModelReady: return ready(call);
    case Action::kMetrics: return metrics();
    case Action::kInferTensors:
    case Action::kPredictRows: break;
  }
  return error_response(404, "there is no such route");
}

/// The models are those that the token may know of.
HttpResponse Service::server_metadata(const Call& call) {
  ordered_json models = ordered_json::array();
  for (const std::string& name : models_.names()) {
    if (access_.allows(call.decision.id, "metadata", name)) models.push_back(name);
  }
  return json_response(
      {{"name", "mdl"}, {"version", MDL_VERSION}, {"extensions", {"binary_tensor_data"}}, {"models", models}});
}

HttpResponse Service::ready(const Call& call) const {
  ordered_json body = {{"ready", !draining_}, {"live", true}};
  if (call.choice.model) body["name"] = call.choice.model->name;
  return json_response(body, draining_ ? 503 : 200);
}

/// Has work done beside the requests that are soon answered; false where too much waits there already.
bool Service::run_aside(std::function<void()> work) {
  if (!server_.aside) {
    work();
    return true;
  }
  if (aside_.fetch_add(1) >= kMostAside) {
    aside_.fetch_sub(1);
    return false;
  }
  try {
    server_.aside([this, work = std::move(work)] {
      try {
        work();
      } catch (const std::exception& error) {
        log_.tell(Level::kError, "trouble", fmt::format("a request was given up: {}", error.what()));
      }
      aside_.fetch_sub(1);
    });
  } catch (const std::exception&) {
    aside_.fetch_sub(1);
    return false;
  }
  return true;
}

void Service::predict(const CallPointer& call, std::string body, const Respond& respond) {
  if (body.size() <= kLargeBody && !call->shape.explain) return predict_now(call, std::move(body), respond);
  const auto held = std::make_shared<std::string>(std::move(body));
  call->aside = true;
  if (!run_aside([this, call, held, respond] { predict_now(call, std::move(*held), respond); }))
    respond(finished(*call, busy(kBusyAside)));
}

void Service::predict_now(const CallPointer& call, std::string body, const Respond& respond) {
  bool elsewhere = false;
  const HttpResponse response = guarded(*call, [&]() -> HttpResponse {
    call->choice = models_.choose(call->match.model, call->match.version, draw_of(body));
    if (!call->choice.model) return error_response(404, "there is no such version of this model");
    if (audit_ && options_.audit_inputs) {
      if (body.size() > kLargestRecorded) return error_response(413, "the body is larger than can be recorded");
      call->input = body;
    }
    const auto copy = call->choice.shadow ? std::make_shared<std::string>(body) : nullptr;
    const std::shared_ptr<PredictionRequest> request = read(*call, std::move(body));
    if (auto refusal = charge(*call, *request)) return std::move(*refusal);
    if (copy) compare(*call, request, copy);
    const bool small = call->rows <= std::min(options_.batch_rows, request->part()) && call->work <= kSmallWork;
    if (call->aside || call->rows == 0) return answer_in_parts(call, request);
    elsewhere = true;
    if (!small) {
      elsewhere = run_aside([this, call, request, respond] {
        respond(finished(*call, guarded(*call, [&] { return answer_in_parts(call, request); })));
      });
      return busy(kBusyAside);
    }
    batcher_.add(request, [this, call, respond](PredictionRequest& own, const Predictions* predictions, size_t from) {
      respond(finished(*call, guarded(*call, [&] {
        if (predictions == nullptr) throw std::bad_alloc();
        HttpResponse answer;
        own.write(answer, *predictions, from, 0, own.rows().rows);
        return answer;
      })));
    });
    return {};
  });
  if (!elsewhere) respond(finished(*call, response));
}

std::shared_ptr<PredictionRequest> Service::read(Call& call, std::string body) const {
  if (call.rows_format) return read_rows_request(call.choice.model, std::move(body), *call.rows_format, call.shape);
  return read_tensor_request(call.choice.model, std::move(body), call.json_size, call.shape);
}

/// Takes the rows off the token's, before they are predicted; refuses more work than a request may make.
std::optional<HttpResponse> Service::charge(Call& call, const PredictionRequest& request) {
  const ServedModel& served = request.model();
  if (call.shape.explain && !served.explainer)
    return error_response(422,
                          "this model has no reference row to explain its answers against (mdl predict --explain)");
  const size_t rows = request.rows().rows;
  const size_t passes = 1 + (call.shape.explain ? served.explainer->passes_per_row() : 0);
  const auto parameters = static_cast<size_t>(parameter_count(served.model.network));
  const size_t multiplications = std::max<size_t>(parameters * served.model.members.size(), 1) * passes;
  if (rows > kNumbersOfByte * options_.largest_body / request.answers() ||
      rows > kMultiplicationsOfByte * options_.largest_body / multiplications)
    return error_response(413, "so many rows are more work than a request may make; send fewer");
  call.charged = static_cast<int64_t>(rows * passes);
  call.when = Moment::now();
  const auto charged = access_.charge(call.decision.id, call.charged, call.when);
  if (charged.verdict != AccessControl::Verdict::kAllowed) return refused(charged);
  call.rows = rows;
  call.work = rows * multiplications;
  return std::nullopt;
}

/// A request by itself: the first part now, the others when those before have been sent.
HttpResponse Service::answer_in_parts(const CallPointer& call, const std::shared_ptr<PredictionRequest>& request) {
  struct Parts {
    std::shared_ptr<PredictionRequest> request;
    bool explain;
    size_t done = 0;
    Predictions predictions;

    bool next(HttpResponse& response) {
      const size_t rows = request->rows().rows, most = explain ? kExplainedAtOnce : request->part();
      const size_t count = std::min(most, rows - done);
      request->model().predict(request->rows(), done, count, predictions);
      if (explain) request->model().explain(request->rows(), done, count, predictions);
      request->write(response, predictions, 0, done, count);
      done += count;
      return done < rows;
    }
  };
  const auto parts = std::make_shared<Parts>(Parts{.request = request, .explain = call->shape.explain});
  HttpResponse response;
  if (parts->next(response)) {
    response.more = [this, call, parts](std::string& part) {
      HttpResponse next;
      try {
        const bool another = parts->next(next);
        part = std::move(next.body);
        return another;
      } catch (const std::exception&) {
        finished(*call, {.status = 500});  // it was recorded as answered
        throw;
      }
    };
  }
  metrics_.count_batch(call->choice.model->name, 1, std::min(request->part(), call->rows));
  return response;
}

/// An exception as the answer that it stands for.
HttpResponse Service::guarded(const Call& call, const std::function<HttpResponse()>& answer) const {
  try {
    return answer();
  } catch (const Error& error) {
    return error_response(422, error.what());
  } catch (const std::bad_alloc&) {
    return busy("memory has run out");
  } catch (const std::exception& error) {
    log_.tell(Level::kError, "bug",
              fmt::format("a bug in mdl, please report it: {} {}: {}", call.request.method, route_of(call.match),
                          error.what()),
              {{"request_id", call.ids.id}});
    return error_response(500, "the request could not be answered");
  }
}

RequestRecord Service::record_of(const Call& call, int status) const {
  const ServedModel* model = call.choice.model.get();
  RequestRecord record{.time = call.time,
                       .id = call.ids.id,
                       .trace = call.ids.trace(),
                       .token = call.decision.id,
                       .address = call.request.remote,
                       .method = call.request.method,
                       .route = route_of(call.match),
                       .model = call.match.model,
                       .rows = static_cast<int64_t>(status == 200 ? call.rows : 0),
                       .status = status,
                       .milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - call.start).count(),
                       .outcome = outcome_of(status)};
  if (model != nullptr) {
    record.version = model->version;
    record.model_sha256 = model->sha256;
  }
  if (record.rows > 0) record.form = call.shape.form;
  record.explained = record.rows > 0 && call.shape.explain;
  if (call.input) record.input = *call.input;
  return record;
}

/// Decisions about what is guarded; of callers who are not known so many of an address as FailedAttempts lets pass, so
/// that nobody can fill the disk.
bool Service::is_recorded(const Call& call) {
  if (call.match.route == nullptr || call.match.route->needs == Needs::kNothing) return false;
  if (!call.decision.id.empty()) return true;
  const std::lock_guard lock(strangers_mutex_);
  return strangers_.add(call.request.remote, Clock::now()) == 0;
}

/// What every answer has, and what is kept of it. An answer that cannot be recorded is not given.
HttpResponse Service::finished(Call& call, HttpResponse response) {
  if (audit_ && is_recorded(call)) {
    try {
      audit_->append(record_of(call, response.status));
    } catch (const Error& error) {
      log_.tell(Level::kError, "audit_log", error.what());
      response = busy("the request cannot be recorded");
    }
  }
  if (options_.log_requests) log_.request(record_of(call, response.status));
  response.headers.emplace_back("X-Request-Id", call.ids.id);
  if (!call.ids.traceparent.empty()) response.headers.emplace_back("traceparent", call.ids.traceparent);
  if (const auto& model = call.choice.model) {
    if (response.status == 200 && call.rows > 0) metrics_.count_rows({model->name, model->version}, call.rows);
    response.headers.emplace_back("Mdl-Model-Sha256", model->sha256);
    response.headers.emplace_back("Mdl-Model-Version", model->version);
  }
  if (response.status >= 500 && call.rows > 0) access_.refund(call.decision.id, call.charged, call.when);
  metrics_.count_request(route_of(call.match), response.status, Clock::now() - call.start);
  return response;
}

/// Asks the shadow the same, when there is time, and counts how its answers differ.
void Service::compare(const Call& call, const std::shared_ptr<PredictionRequest>& request,
                      const std::shared_ptr<std::string>& body) {
  const auto shadowed = std::make_shared<Call>(call);
  shadowed->shape = {};
  shadowed->choice = {call.choice.shadow, nullptr};
  const Metrics::Version version = {call.choice.shadow->name, call.choice.shadow->version};
  const bool taken = aside_ < kMostAside / 2 && run_aside([this, shadowed, request, body, version] {
                       Metrics::Comparison comparison;
                       try {
                         comparison = compare_predictions(*request, *read(*shadowed, std::move(*body)));
                       } catch (const std::exception&) {
                         comparison.failures = 1;
                       }
                       metrics_.count_comparison(version, comparison);
                     });
  if (!taken) metrics_.count_comparison(version, {.failures = 1});
}

HttpResponse Service::metrics() const {
  constexpr size_t kMostColumns = 100;
  std::string text = metrics_.text();
  text += metric_head("mdl_queue_rows", "gauge", "Rows that wait to be predicted.");
  text += metric_line("mdl_queue_rows", {}, static_cast<double>(batcher_.waiting_rows()));
  text += metric_head("mdl_large_requests", "gauge", "Large requests that wait or are in work.");
  text += metric_line("mdl_large_requests", {}, aside_);
  if (server_.connections) {
    text += metric_head("mdl_connections", "gauge", "Open connections.");
    text += metric_line("mdl_connections", {}, static_cast<double>(server_.connections()));
  }
  text += metric_head("mdl_model_info", "gauge", "The models that are served.");
  const auto models = models_.all();
  for (const auto& model : models) {
    text += metric_line("mdl_model_info",
                        {{"model", model->name}, {"version", model->version}, {"sha256", model->sha256}}, 1);
  }
  text += metric_head("mdl_drift_psi", "gauge",
                      "Population stability index of a column, this hour and the last, against the training rows.");
  for (const auto& model : models) {
    const Drift drift = model->drift.drift();
    for (size_t i = 0; i < std::min(kMostColumns, drift.columns.size()); ++i) {
      const ColumnDrift& column = drift.columns[i];
      text += metric_line("mdl_drift_psi",
                          {{"model", model->name}, {"version", model->version}, {"column", column.column}}, column.psi);
    }
  }
  return {.content_type = "text/plain; version=0.0.4", .body = std::move(text)};
}

}  // namespace mdl
