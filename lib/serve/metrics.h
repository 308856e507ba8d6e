// What a service counts, in Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace mdl {

class Metrics {
 public:
  void count_request(const std::string& route, int status, std::chrono::nanoseconds took);
  void count_rows(const std::string& model, int64_t rows);

  /// `models`: name, version and SHA-256 of each.
  struct ModelInfo {
    std::string name, version, sha256;
  };
  std::string text(const std::vector<ModelInfo>& models) const;

 private:
  static constexpr std::array<double, 12> kBuckets = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                      0.01,   0.025,   0.05,   0.1,   0.25,   1};  // seconds
  struct Latency {
    std::array<int64_t, kBuckets.size() + 1> counts{};
    double sum = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, int64_t> requests_;
  std::map<std::string, Latency> latencies_;
  std::map<std::string, int64_t> rows_;
};

}  // namespace mdl
