// What the service tells of itself, for a person or for a collector of logs: a line an event, as text or as JSON.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "serve/request_record.h"

namespace mdl {

enum class LogFormat { kText, kJson };
inline constexpr std::pair<LogFormat, const char*> kLogFormatNames[] = {{LogFormat::kText, "text"},
                                                                        {LogFormat::kJson, "json"}};
const char* name_of(LogFormat);

/// For all threads, where `write`, which gets whole lines, is.
class ServiceLog {
 public:
  enum class Level { kInfo, kWarning, kError };
  using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  ServiceLog(LogFormat format, std::function<void(const std::string& line)> write)
      : format_(format), write_(std::move(write)) {}

  /// Text is the message, which tells all. JSON: {"time","level","event","message"} and the fields.
  void tell(Level level, std::string_view event, std::string_view message, Fields fields = {}) const;

  /// A request that was answered: neither its token nor that one's id, and no features.
  void request(const RequestRecord& record) const;

 private:
  LogFormat format_;
  std::function<void(const std::string& line)> write_;
};

}  // namespace mdl
