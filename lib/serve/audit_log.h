// A log of decisions, a line of JSON each (request_record.h), chained by hash (audit_chain.h). Whoever answers a
// request appends its line first, and answers nothing where that fails. A line is handed to the system by one write()
// and is not awaited on the disk: the end of this process loses none, that of the machine may lose the last seconds.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "serve/audit_chain.h"
#include "serve/request_record.h"

namespace mdl {

/// For all threads.
class AuditLog {
 public:
  /// A file that is made (for its owner alone) or continued, and held: a second process is refused it. A last line
  /// without end is moved into a line that says so, and told. Throws Error where the file cannot be written or its last
  /// line is damaged.
  AuditLog(std::string path, std::function<void(const std::string& line)> tell);
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  /// Throws Error when the disk is full or the like; the log is then as before.
  void append(const RequestRecord& record);

  /// Goes on in the file that has the path now, if it is another one (logrotate has renamed the old one); so does the
  /// chain. A file that is moved away while no process holds it ends its log: the next one is a new log. Throws Error,
  /// and keeps the old one, where that cannot be done.
  void reopen();

 private:
  void put(const std::string& line);
  void drop_torn();

  const std::string path_;
  std::mutex mutex_;
  int descriptor_ = -1;
  AuditHead head_;
  size_t torn_ = 0;  // bytes of a line of ours at the end of the file that could not be written whole
};

}  // namespace mdl
