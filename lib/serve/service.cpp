#include "serve/service.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "base/error.h"
#include "base/text.h"
#include "predict/stream.h"
#include "serve/inference.h"

namespace mdl {
namespace {

using nlohmann::ordered_json;

HttpResponse json_response(const ordered_json& body, int status = 200) {
  return {.status = status, .body = body.dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

HttpResponse error_response(int status, std::string_view why) { return json_response({{"error", why}}, status); }

/// The same for every reason that a token is not good for.
HttpResponse unauthorized() {
  HttpResponse response = error_response(401, "a valid token is needed: Authorization: Bearer TOKEN");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

HttpResponse refused(const AccessControl::Decision& decision) {
  using Verdict = AccessControl::Verdict;
  if (decision.verdict == Verdict::kUnknown) return unauthorized();
  if (decision.verdict == Verdict::kForbidden) return error_response(403, "this token is not for that");
  HttpResponse response = error_response(429, decision.verdict == Verdict::kTooOften
                                                  ? "more requests than this token may make"
                                              : decision.verdict == Verdict::kTooManyBad
                                                  ? "too many requests without a valid token"
                                                  : "more rows than this token may have answered today");
  response.headers.emplace_back("Retry-After", fmt::format("{}", decision.retry_after));
  return response;
}

/// A path's segments; nothing where a segment is empty.
std::optional<std::vector<std::string>> segments_of(std::string_view path) {
  if (!path.starts_with('/')) return {};
  std::vector<std::string> segments = split(path.substr(1), '/');
  for (const std::string& segment : segments) {
    if (segment.empty()) return {};
  }
  return segments;
}

/// A media type without its parameters, in lower case.
std::string media_type(std::string_view value) {
  std::string type(trim(value.substr(0, value.find(';'))));
  for (char& c : type) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return type;
}

struct RowsType {
  std::string_view type;
  TableFormat format;
};

constexpr size_t kLargestAnswer = 64 << 20;

constexpr RowsType kRowsTypes[] = {{"text/csv", {Form::kCsv, ','}},
                                   {"text/tab-separated-values", {Form::kCsv, '\t'}},
                                   {"application/jsonl", {Form::kJsonLines, ','}},
                                   {"application/x-ndjson", {Form::kJsonLines, ','}},
                                   {"application/json", {Form::kJsonLines, ','}}};

}  // namespace

constexpr Service::Route Service::kRoutes[] = {
    {"GET", "/v2/health/live", Needs::kNothing, &Service::live},
    {"GET", "/v2/health/ready", Needs::kNothing, &Service::ready},
    {"GET", "/v2", Needs::kMetadata, &Service::server_metadata},
    {"GET", "/v2/models/{model}", Needs::kMetadata, &Service::model_metadata},
    {"GET", "/v2/models/{model}/versions/{version}", Needs::kMetadata, &Service::model_metadata},
    {"GET", "/v2/models/{model}/ready", Needs::kMetadata, &Service::model_ready},
    {"GET", "/v2/models/{model}/versions/{version}/ready", Needs::kMetadata, &Service::model_ready},
    {"POST", "/v2/models/{model}/infer", Needs::kInfer, &Service::infer_tensors},
    {"POST", "/v2/models/{model}/versions/{version}/infer", Needs::kInfer, &Service::infer_tensors},
    {"POST", "/v1/models/{model}/predict", Needs::kInfer, &Service::predict},
    {"POST", "/v1/predict", Needs::kInfer, &Service::predict},
    {"GET", "/metrics", Needs::kMetrics, &Service::metrics},
};

Service::Service(ServiceOptions options) : options_(std::move(options)) {
  for (const auto& [name, path] : options_.models) models_[name] = load_served_model(name, path);
  access_.replace(read_tokens());
}

std::vector<Token> Service::read_tokens() const {
  if (options_.tokens.empty()) {
    return {{.id = "start",
             .sha256 = options_.token_sha256,
             .scopes = {"infer:*", "metadata:*", "details:*", "explain:*", "metrics"}}};
  }
  return mdl::read_tokens(options_.tokens);
}

void Service::reload() {
  const auto attempt = [&](const std::string& what, auto load) {
    try {
      load();
      options_.log(what + ": loaded again");
    } catch (const Error& error) {
      options_.log(fmt::format("{}; what was there stays in use", error.what()));
    }
  };
  for (const auto& [name, path] : options_.models) {
    attempt(path, [&] {
      auto model = load_served_model(name, path);
      const std::lock_guard lock(mutex_);
      models_[name] = std::move(model);
    });
  }
  if (!options_.tokens.empty()) attempt(options_.tokens, [&] { access_.replace(read_tokens()); });
}

std::shared_ptr<const ServedModel> Service::find(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = models_.find(name);
  return found == models_.end() ? nullptr : found->second;
}

std::shared_ptr<const ServedModel> Service::only_model() const {
  const std::lock_guard lock(mutex_);
  return models_.size() == 1 ? models_.begin()->second : nullptr;
}

HttpResponse Service::answer(const HttpRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  std::string route_name = "none";
  HttpResponse response;
  try {
    response = route(request, route_name);
  } catch (const Error& error) {
    response = error_response(422, error.what());
  } catch (const std::bad_alloc&) {
    response = error_response(503, "out of memory");
  } catch (const std::exception& error) {
    options_.log(fmt::format("a bug in mdl, please report it: {} {}: {}", request.method, route_name, error.what()));
    response = error_response(500, "the request could not be answered");
  }
  metrics_.count_request(route_name, response.status, std::chrono::steady_clock::now() - start);
  return response;
}

HttpResponse Service::route(const HttpRequest& request, std::string& route_name) {
  const auto segments = segments_of(std::string_view(request.target).substr(0, request.target.find('?')));
  const Route* taken = nullptr;
  std::string model, version;
  std::string allowed;
  static const std::vector<std::optional<std::vector<std::string>>> patterns = [] {
    std::vector<std::optional<std::vector<std::string>>> all;
    for (const Route& route : kRoutes) all.push_back(segments_of(route.path));
    return all;
  }();
  for (size_t r = 0; r < patterns.size(); ++r) {
    const Route& route = kRoutes[r];
    const auto& pattern = patterns[r];
    if (!segments || pattern->size() != segments->size()) continue;
    bool matches = true;
    for (size_t i = 0; matches && i < pattern->size(); ++i) {
      const std::string& wanted = (*pattern)[i];
      if (wanted == "{model}") {
        model = (*segments)[i];
      } else if (wanted == "{version}") {
        version = (*segments)[i];
      } else {
        matches = wanted == (*segments)[i];
      }
    }
    if (!matches) continue;
    if (route.method == request.method) {
      taken = &route;
      break;
    }
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  if (taken == nullptr && allowed.empty()) return error_response(404, "there is no such route");
  if (taken == nullptr) {
    HttpResponse response = error_response(405, "there is no such method of this route");
    response.headers.emplace_back("Allow", allowed);
    return response;
  }
  route_name = taken->path;
  Call call{request, nullptr, ""};
  const bool names_model = taken->path.find("{model}") != std::string_view::npos;
  if (taken->path == "/v1/predict") {
    call.model = only_model();
    model = call.model ? call.model->name : "";
  }
  if (taken->needs != Needs::kNothing) {
    const std::string_view scope = taken->needs == Needs::kInfer      ? "infer"
                                   : taken->needs == Needs::kMetadata ? "metadata"
                                                                      : "metrics";
    const Caller caller{.authorization = request.header("authorization")};
    const AccessControl::Decision decision = access_.decide(caller, scope, model, Moment::now());
    if (decision.verdict != AccessControl::Verdict::kAllowed) return refused(decision);
    call.token = decision.id;
  }
  if (names_model) {
    call.model = find(model);
    if (!call.model) return error_response(404, "there is no such model");
    if (!version.empty() && version != call.model->version) return error_response(404, "there is no such version");
  }
  return (this->*taken->answer)(call);
}

HttpResponse Service::live(const Call&) { return json_response({{"live", true}}); }

HttpResponse Service::ready(const Call&) {
  return json_response({{"ready", !draining_}, {"live", true}}, draining_ ? 503 : 200);
}

HttpResponse Service::server_metadata(const Call&) {
  return json_response({{"name", "mdl"}, {"version", MDL_VERSION}, {"extensions", {"binary_tensor_data"}}});
}

HttpResponse Service::model_metadata(const Call& call) { return json_response(metadata_of(*call.model)); }

HttpResponse Service::model_ready(const Call& call) {
  return json_response({{"name", call.model->name}, {"ready", !draining_}}, draining_ ? 503 : 200);
}

HttpResponse Service::infer_tensors(const Call& call) {
  constexpr const char* kJsonSize = "Inference-Header-Content-Length";
  const std::string type = media_type(call.request.header("content-type"));
  if (!type.empty() && type != "application/json" && type != "application/octet-stream")
    return error_response(415, "expected application/json, or application/octet-stream with binary tensors");
  std::optional<size_t> json_size;
  if (const std::string_view text = call.request.header("inference-header-content-length"); !text.empty()) {
    size_t size = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (problem != std::errc() || end != text.data() + text.size())
      return error_response(400, "Inference-Header-Content-Length is no number of bytes");
    json_size = size;
  }
  InferenceAnswer answer = run_inference(*call.model, call.request.body, json_size);
  const AccessControl::Decision charged = access_.charge(call.token, answer.rows, Moment::now());
  if (charged.verdict != AccessControl::Verdict::kAllowed) return refused(charged);
  metrics_.count_rows(call.model->name, answer.rows);
  HttpResponse response{.body = std::move(answer.body)};
  if (answer.json_size) {
    response.content_type = "application/octet-stream";
    response.headers.emplace_back(kJsonSize, fmt::format("{}", *answer.json_size));
  }
  return response;
}

HttpResponse Service::predict(const Call& call) {
  if (!call.model) return error_response(404, "several models are served; name one: /v1/models/NAME/predict");
  const std::string type = media_type(call.request.header("content-type"));
  const auto found = std::ranges::find(kRowsTypes, type, &RowsType::type);
  if (found == std::end(kRowsTypes))
    return error_response(415, "expected text/csv, text/tab-separated-values, application/jsonl or application/json");
  PredictOptions options{.input_format = found->format, .output_format = found->format};
  TableFile table{.path = "-", .name = "the request", .bytes = std::make_unique<HeldBytes>(call.request.body)};
  if (call.request.body.empty()) table.form = TableFile::Form::kEmpty;
  HttpResponse response{.content_type = std::string(type)};
  Predictor predictor = call.model->predictor();
  const PredictOutcome outcome = predict_table(
      std::move(table), call.model->model, predictor, options, [&](std::string_view bytes) {
        response.body += bytes;
        if (response.body.size() > kLargestAnswer)
          fail("the answer is larger than {} MiB; send fewer rows", kLargestAnswer >> 20);
      });
  const AccessControl::Decision charged = access_.charge(call.token, outcome.rows, Moment::now());
  if (charged.verdict != AccessControl::Verdict::kAllowed) return refused(charged);
  metrics_.count_rows(call.model->name, outcome.rows);
  response.headers.emplace_back("Mdl-Model-Sha256", call.model->sha256);
  return response;
}

HttpResponse Service::metrics(const Call&) {
  std::vector<Metrics::ModelInfo> models;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, model] : models_) models.push_back({name, model->version, model->sha256});
  }
  return {.content_type = "text/plain; version=0.0.4", .body = metrics_.text(models)};
}

}  // namespace mdl
