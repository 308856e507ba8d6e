// What a service counts, in Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace mdl {

/// Counts of values up to each of the bounds, and above.
template <size_t count>
struct CountsByBound {
  std::array<int64_t, count + 1> counts{};
  double sum = 0;
};

/// For several threads at once.
class Metrics {
 public:
  /// `route` is one of the few paths of the routes, and outlives this.
  void count_request(std::string_view route, int status, std::chrono::nanoseconds took);
  void count_batch(const std::string& model, size_t requests, size_t rows);

  using Version = std::pair<std::string, std::string>;  // a model's name and version
  void count_rows(const Version& model, size_t rows);

  /// What a shadow was asked, of how many rows its label was another (classes), and the sum of the differences of the
  /// values (numbers) or of the probabilities of the label that was given.
  struct Comparison {
    int64_t rows = 0, disagreements = 0, failures = 0;
    double difference = 0;
  };
  void count_comparison(const Version& shadow, const Comparison& more);

  std::string text() const;

 private:
  static constexpr std::array<double, 15> kSeconds = {0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                                      0.025,   0.05,   0.1,     0.25,   0.5,   1,      2.5};
  static constexpr std::array<double, 10> kRequests = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
  static constexpr std::array<double, 12> kRows = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048};

  mutable std::mutex mutex_;
  std::map<std::pair<std::string_view, int>, int64_t> requests_;
  std::map<std::string_view, CountsByBound<kSeconds.size()>> seconds_;
  std::map<std::string, CountsByBound<kRequests.size()>> batch_requests_;
  std::map<std::string, CountsByBound<kRows.size()>> batch_rows_;
  std::map<Version, int64_t> rows_;
  std::map<Version, Comparison> comparisons_;
};

/// "# HELP ..." and "# TYPE ..." of a metric, before its first line.
std::string metric_head(std::string_view name, std::string_view type, std::string_view help);

/// `name{key="value",...} number`, the values escaped.
std::string metric_line(std::string_view name,
                        std::initializer_list<std::pair<std::string_view, std::string_view>> labels, double number);

}  // namespace mdl
