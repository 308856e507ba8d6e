#include "serve/metrics.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace mdl {
namespace {

template <size_t count>
void count_value(CountsByBound<count>& counts, const std::array<double, count>& bounds, double value) {
  ++counts.counts[static_cast<size_t>(std::ranges::lower_bound(bounds, value) - bounds.begin())];
  counts.sum += value;
}

template <size_t count>
void append_histogram(std::string& out, const std::string& name, std::string_view key, std::string_view label,
                      const CountsByBound<count>& counts, const std::array<double, count>& bounds) {
  int64_t sum = 0;
  for (size_t i = 0; i <= count; ++i) {
    sum += counts.counts[i];
    const std::string bound = i < count ? fmt::format("{}", bounds[i]) : "+Inf";
    out += metric_line(name + "_bucket", {{key, label}, {"le", bound}}, static_cast<double>(sum));
  }
  out += metric_line(name + "_sum", {{key, label}}, counts.sum);
  out += metric_line(name + "_count", {{key, label}}, static_cast<double>(sum));
}

}  // namespace

std::string metric_head(std::string_view name, std::string_view type, std::string_view help) {
  return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

std::string metric_line(std::string_view name,
                        std::initializer_list<std::pair<std::string_view, std::string_view>> labels, double number) {
  std::string out(name);
  char open = '{';
  for (const auto& [key, value] : labels) {
    out += fmt::format("{}{}=\"", open, key);
    for (const char c : printable(value)) {
      if (c == '\\' || c == '"') out += '\\';
      out += c;
    }
    out += '"';
    open = ',';
  }
  return out + fmt::format("{} {}\n", open == ',' ? "}" : "", number);
}

void Metrics::count_request(std::string_view route, int status, std::chrono::nanoseconds took) {
  const double seconds = std::chrono::duration<double>(took).count();
  const std::lock_guard lock(mutex_);
  ++requests_[{route, status}];
  count_value(seconds_[route], kSeconds, seconds);
}

void Metrics::count_batch(const std::string& model, size_t requests, size_t rows) {
  const std::lock_guard lock(mutex_);
  count_value(batch_requests_[model], kRequests, static_cast<double>(requests));
  count_value(batch_rows_[model], kRows, static_cast<double>(rows));
}

void Metrics::count_rows(const Version& model, size_t rows) {
  const std::lock_guard lock(mutex_);
  rows_[model] += static_cast<int64_t>(rows);
}

void Metrics::count_comparison(const Version& shadow, const Comparison& more) {
  const std::lock_guard lock(mutex_);
  Comparison& all = comparisons_[shadow];
  all.rows += more.rows;
  all.disagreements += more.disagreements;
  all.failures += more.failures;
  all.difference += more.difference;
}

std::string Metrics::text() const {
  const std::lock_guard lock(mutex_);
  std::string out = metric_head("mdl_requests_total", "counter", "Requests answered.");
  for (const auto& [key, count] : requests_) {
    out += metric_line("mdl_requests_total", {{"route", key.first}, {"status", fmt::format("{}", key.second)}},
                       static_cast<double>(count));
  }
  out += metric_head("mdl_request_seconds", "histogram", "Time from a request's head to its answer.");
  for (const auto& [route, counts] : seconds_)
    append_histogram(out, "mdl_request_seconds", "route", route, counts, kSeconds);
  out += metric_head("mdl_batch_requests", "histogram", "Requests predicted together.");
  for (const auto& [model, counts] : batch_requests_)
    append_histogram(out, "mdl_batch_requests", "model", model, counts, kRequests);
  out += metric_head("mdl_batch_rows", "histogram", "Rows predicted together.");
  for (const auto& [model, counts] : batch_rows_)
    append_histogram(out, "mdl_batch_rows", "model", model, counts, kRows);
  out += metric_head("mdl_rows_total", "counter", "Rows answered.");
  for (const auto& [model, rows] : rows_) {
    out += metric_line("mdl_rows_total", {{"model", model.first}, {"version", model.second}},
                       static_cast<double>(rows));
  }
  const auto append_comparisons = [&](const char* name, const char* help, auto member) {
    out += metric_head(name, "counter", help);
    for (const auto& [model, comparison] : comparisons_) {
      out += metric_line(name, {{"model", model.first}, {"version", model.second}},
                         static_cast<double>(comparison.*member));
    }
  };
  if (comparisons_.empty()) return out;
  append_comparisons("mdl_shadow_rows_total", "Rows that a shadow was compared on.", &Comparison::rows);
  append_comparisons("mdl_shadow_disagreements_total", "Rows that a shadow labels otherwise.",
                     &Comparison::disagreements);
  append_comparisons("mdl_shadow_failures_total", "Requests that a shadow could not answer, or was too busy for.",
                     &Comparison::failures);
  append_comparisons("mdl_shadow_difference_sum",
                     "Absolute differences of a shadow's values, or of its probabilities of the label that was given.",
                     &Comparison::difference);
  return out;
}

}  // namespace mdl
