// All routes of the service, and what each needs: there are no others.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mdl {

/// The scope that a token has to have.
enum class Needs { kNothing, kInfer, kMetadata, kDetails, kMetrics };

enum class Action {
  kPage,
  kOpenApi,
  kLive,
  kReady,
  kServerMetadata,
  kModelMetadata,
  kModelReady,
  kDetails,
  kInferTensors,
  kPredictRows,
  kMetrics
};

struct Route {
  /// Each says what it needs: a route that does not say is no route.
  constexpr Route(std::string_view method, std::string_view path, Needs needs, Action action)
      : method(method), path(path), needs(needs), action(action) {}

  std::string_view method, path;  // {model} and {version} stand for a segment
  Needs needs;
  Action action;
};

std::span<const Route> routes();

struct RouteMatch {
  const Route* route = nullptr;  // null: there is none
  std::string model, version;    // where the path names them
  std::string allowed;           // of a path that has routes, but none of this method: "GET, HEAD"
};

/// HEAD takes GET's routes.
RouteMatch match_route(std::string_view method, std::string_view path);

}  // namespace mdl
