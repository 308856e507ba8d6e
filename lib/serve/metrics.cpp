#include "serve/metrics.h"

#include <fmt/format.h>

#include <algorithm>

namespace mdl {
namespace {

/// A label's value: names of models are the operator's, those of routes ours.
std::string label(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

}  // namespace

void Metrics::count_request(const std::string& route, int status, std::chrono::nanoseconds took) {
  const double seconds = std::chrono::duration<double>(took).count();
  const std::lock_guard lock(mutex_);
  ++requests_[{route, status}];
  Latency& latency = latencies_[route];
  ++latency.counts[static_cast<size_t>(std::ranges::lower_bound(kBuckets, seconds) - kBuckets.begin())];
  latency.sum += seconds;
}

void Metrics::count_rows(const std::string& model, int64_t rows) {
  const std::lock_guard lock(mutex_);
  rows_[model] += rows;
}

std::string Metrics::text(const std::vector<ModelInfo>& models) const {
  const std::lock_guard lock(mutex_);
  std::string out = "# HELP mdl_requests_total Requests answered.\n# TYPE mdl_requests_total counter\n";
  for (const auto& [key, count] : requests_)
    out += fmt::format("mdl_requests_total{{route=\"{}\",status=\"{}\"}} {}\n", label(key.first), key.second, count);
  out += "# HELP mdl_request_seconds Time from a whole request to its answer.\n# TYPE mdl_request_seconds histogram\n";
  for (const auto& [route, latency] : latencies_) {
    int64_t sum = 0;
    for (size_t i = 0; i < latency.counts.size(); ++i) {
      sum += latency.counts[i];
      out += fmt::format("mdl_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n", label(route),
                         i < kBuckets.size() ? fmt::format("{}", kBuckets[i]) : "+Inf", sum);
    }
    out += fmt::format("mdl_request_seconds_sum{{route=\"{}\"}} {}\n", label(route), latency.sum);
    out += fmt::format("mdl_request_seconds_count{{route=\"{}\"}} {}\n", label(route), sum);
  }
  out += "# HELP mdl_rows_total Rows answered.\n# TYPE mdl_rows_total counter\n";
  for (const auto& [model, rows] : rows_) out += fmt::format("mdl_rows_total{{model=\"{}\"}} {}\n", label(model), rows);
  out += "# HELP mdl_model_info The models that are served.\n# TYPE mdl_model_info gauge\n";
  for (const ModelInfo& model : models) {
    out += fmt::format("mdl_model_info{{model=\"{}\",version=\"{}\",sha256=\"{}\"}} 1\n", label(model.name),
                       label(model.version), model.sha256);
  }
  return out;
}

}  // namespace mdl
