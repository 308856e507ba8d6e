#include "serve/routes.h"

#include <array>
#include <optional>
#include <vector>

#include "base/text.h"

namespace mdl {
namespace {

constexpr Route kRoutes[] = {
    {"GET", "/", Needs::kNothing, Action::kPage},
    {"GET", "/openapi.json", Needs::kNothing, Action::kOpenApi},
    {"GET", "/v2/health/live", Needs::kNothing, Action::kLive},
    {"GET", "/v2/health/ready", Needs::kNothing, Action::kReady},
    {"GET", "/v2", Needs::kMetadata, Action::kServerMetadata},
    {"GET", "/v2/models/{model}", Needs::kMetadata, Action::kModelMetadata},
    {"GET", "/v2/models/{model}/versions/{version}", Needs::kMetadata, Action::kModelMetadata},
    {"GET", "/v2/models/{model}/ready", Needs::kMetadata, Action::kModelReady},
    {"GET", "/v2/models/{model}/versions/{version}/ready", Needs::kMetadata, Action::kModelReady},
    {"POST", "/v2/models/{model}/infer", Needs::kInfer, Action::kInferTensors},
    {"POST", "/v2/models/{model}/versions/{version}/infer", Needs::kInfer, Action::kInferTensors},
    {"POST", "/v1/predict", Needs::kInfer, Action::kPredictRows},
    {"POST", "/v1/models/{model}/predict", Needs::kInfer, Action::kPredictRows},
    {"POST", "/v1/models/{model}/versions/{version}/predict", Needs::kInfer, Action::kPredictRows},
    {"GET", "/v1/models/{model}/details", Needs::kDetails, Action::kDetails},
    {"GET", "/v1/models/{model}/versions/{version}/details", Needs::kDetails, Action::kDetails},
    {"GET", "/metrics", Needs::kMetrics, Action::kMetrics},
};

using Segments = std::vector<std::string>;

Segments segments_of(std::string_view path) { return split(path.substr(1), '/'); }

bool fits(const Segments& pattern, const Segments& path, RouteMatch& match) {
  if (pattern.size() != path.size()) return false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const bool name = pattern[i].starts_with('{');
    if (name ? path[i].empty() : path[i] != pattern[i]) return false;
  }
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == "{model}") match.model = path[i];
    if (pattern[i] == "{version}") match.version = path[i];
  }
  return true;
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

RouteMatch match_route(std::string_view method, std::string_view path) {
  static const std::vector<Segments> patterns = [] {
    std::vector<Segments> all;
    for (const Route& route : kRoutes) all.push_back(segments_of(route.path));
    return all;
  }();
  RouteMatch match;
  if (!path.starts_with('/')) return match;
  const Segments segments = segments_of(path);
  for (size_t r = 0; r < patterns.size(); ++r) {
    const Route& route = kRoutes[r];
    if (!fits(patterns[r], segments, match)) continue;
    if (route.method == method || (route.method == "GET" && method == "HEAD")) {
      match.route = &route;
      return match;
    }
    match.allowed += (match.allowed.empty() ? "" : ", ") + std::string(route.method);
    if (route.method == "GET") match.allowed += ", HEAD";
  }
  return match;
}

}  // namespace mdl
