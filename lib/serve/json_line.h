// A line of a log as JSON, in ASCII alone: text of others (ids, trace ids, names) can neither begin a line nor turn,
// hide or colour what a terminal shows.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace mdl {

/// UTC with microseconds (RFC 3339): "2027-05-31T09:30:00.000123Z".
std::string format_utc(std::chrono::system_clock::time_point time);

/// Members in the order in which they are added. Keys are words of ours.
class JsonLine {
 public:
  /// What is no UTF-8 becomes U+FFFD.
  JsonLine& text(std::string_view key, std::string_view value);
  JsonLine& number(std::string_view key, int64_t value);
  JsonLine& milliseconds(std::string_view key, double value);  // with three decimals
  JsonLine& boolean(std::string_view key, bool value);
  JsonLine& null(std::string_view key);

  /// Without the closing brace.
  const std::string& so_far() const { return text_; }
  std::string finish() && { return std::move(text_ += "}\n"); }

 private:
  void key(std::string_view key);
  std::string text_ = "{";
};

}  // namespace mdl
