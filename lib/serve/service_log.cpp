#include "serve/service_log.h"

#include <fmt/format.h>

#include <chrono>

#include "base/text.h"
#include "serve/json_line.h"

namespace mdl {
namespace {

const char* name_of(ServiceLog::Level level) {
  switch (level) {
    case ServiceLog::Level::kInfo: return "info";
    case ServiceLog::Level::kWarning: return "warning";
    case ServiceLog::Level::kError: return "error";
  }
  return "";
}

JsonLine line_at(std::chrono::system_clock::time_point time, const char* level, std::string_view event) {
  JsonLine line;
  line.text("time", format_utc(time)).text("level", level).text("event", event);
  return line;
}

}  // namespace

const char* name_of(LogFormat format) { return kLogFormatNames[static_cast<size_t>(format)].second; }

void ServiceLog::tell(Level level, std::string_view event, std::string_view message, Fields fields) const {
  if (format_ == LogFormat::kText) return write_(printable_lines(message) + "\n");
  JsonLine line = line_at(std::chrono::system_clock::now(), name_of(level), event);
  line.text("message", message);
  for (const auto& [key, value] : fields) line.text(key, value);
  write_(std::move(line).finish());
}

void ServiceLog::request(const RequestRecord& record) const {
  if (format_ == LogFormat::kText) {
    const auto given = [](std::string_view text) { return text.empty() ? "-" : printable(text); };
    return write_(fmt::format("{} {} {} {} {} {} rows {:.3f} ms {} {}\n", format_utc(record.time), record.status,
                              given(record.method), given(record.route), given(record.model), record.rows,
                              record.milliseconds, given(record.id), given(record.trace)));
  }
  JsonLine line = line_at(record.time, "info", "request");
  line.text("request", record.id)
      .text("trace", record.trace)
      .text("method", record.method)
      .text("route", record.route)
      .text("model", record.model)
      .text("version", record.version)
      .number("rows", record.rows)
      .number("status", record.status)
      .milliseconds("ms", record.milliseconds);
  write_(std::move(line).finish());
}

}  // namespace mdl
