#include "serve/audit_log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "crypto/base64.h"

namespace mdl {
namespace {

std::string reason() { return std::strerror(errno); }

class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

struct stat status_of(int descriptor, const std::string& path) {
  struct stat status = {};
  if (fstat(descriptor, &status) != 0) fail("{}: cannot be read: {}", path, reason());
  return status;
}

int open_log(const std::string& path) {
  // Not waiting, so that no FIFO holds the service up.
  Descriptor opened(open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600));
  if (opened.get() < 0) fail("{}: cannot be opened for writing: {}", path, reason());
  if (!S_ISREG(status_of(opened.get(), path).st_mode)) fail("{}: is no regular file, which an audit log is", path);
  return opened.release();
}

void hold(int descriptor, const std::string& path) {
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return;
  if (errno == EWOULDBLOCK) fail("{}: another process writes to it; give each mdl serve an audit log of its own", path);
  fail("{}: cannot be locked: {}", path, reason());
}

/// The end of the file: its last line, and what stands behind that line's end.
struct Tail {
  std::optional<std::string> line;
  std::string torn;
};

Tail read_tail(int descriptor, const std::string& path) {
  off_t from = status_of(descriptor, path).st_size;
  std::string end;
  for (size_t step = 1 << 16; from > 0 && std::ranges::count(end, '\n') < 2; step *= 2) {
    if (end.size() > 2 * kLargestAuditLine) fail("{}: is no audit log: its last line is too long", path);
    std::string block(std::min<size_t>(step, static_cast<size_t>(from)), '\0');
    from -= static_cast<off_t>(block.size());
    if (pread(descriptor, block.data(), block.size(), from) != static_cast<ssize_t>(block.size()))
      fail("{}: cannot be read: {}", path, reason());
    end.insert(0, block);
  }
  const size_t last = end.rfind('\n');
  if (last == std::string::npos) return {{}, std::move(end)};
  const size_t before = last == 0 ? std::string::npos : end.rfind('\n', last - 1);
  return {end.substr(before + 1, last - before - 1), end.substr(last + 1)};
}

/// The head of a log that ends so.
AuditHead head_of(const Tail& tail, const std::string& path) {
  if (!tail.line) return {};
  const auto read = read_audit_line(*tail.line);
  if (!read) {
    fail(
        "{}: its last line is not as it was written, so that nothing can follow it; see mdl audit-log verify, put the "
        "file aside and start a new one",
        path);
  }
  return read->head;
}

/// Bytes as text, or in base64 where they are none.
void add_bytes(JsonLine& line, const std::string& key, std::string_view bytes) {
  if (is_utf8(bytes)) {
    line.text(key, bytes);
  } else {
    line.text(key + "_base64", encode_base64(bytes, Base64::kPadded));
  }
}

}  // namespace

AuditLog::AuditLog(std::string path, std::function<void(const std::string& line)> tell) : path_(std::move(path)) {
  Descriptor opened(open_log(path_));
  hold(opened.get(), path_);
  const Tail tail = read_tail(opened.get(), path_);
  head_ = head_of(tail, path_);
  descriptor_ = opened.get();
  if (!tail.torn.empty()) {
    torn_ = tail.torn.size();
    JsonLine line = start_audit_line(head_);
    line.text("time", format_utc(std::chrono::system_clock::now())).text("outcome", "torn");
    add_bytes(line, "torn", tail.torn);
    AuditHead head = head_;
    put(finish_audit_line(std::move(line), head));
    head_ = head;
    tell(
        fmt::format("{}: its last line had no end, as the end of the machine or of mdl leaves it; line {} records that",
                    path_, head_.sequence));
  }
  opened.release();
}

AuditLog::~AuditLog() {
  fsync(descriptor_);
  close(descriptor_);
}

/// What could not be written whole was answered to no one.
void AuditLog::drop_torn() {
  if (torn_ == 0) return;
  const off_t size = status_of(descriptor_, path_).st_size - static_cast<off_t>(torn_);
  if (ftruncate(descriptor_, std::max<off_t>(0, size)) != 0) fail("{}: cannot be written: {}", path_, reason());
  torn_ = 0;
}

void AuditLog::put(const std::string& line) {
  if (line.size() > kLargestAuditLine) fail("{}: a line of {} MiB is more than it may hold", path_, line.size() >> 20);
  drop_torn();
  ssize_t written;
  do written = write(descriptor_, line.data(), line.size());
  while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(line.size())) return;
  const std::string why = written < 0 ? reason() : "the disk is full, or the file as large as it may be";
  torn_ = static_cast<size_t>(std::max<ssize_t>(0, written));
  drop_torn();
  fail("{}: cannot be written: {}", path_, why);
}

void AuditLog::append(const RequestRecord& record) {
  const std::lock_guard lock(mutex_);
  JsonLine line = start_audit_line(head_);
  line.text("time", format_utc(record.time))
      .text("request", record.id)
      .text("trace", record.trace)
      .text("token", record.token)
      .text("address", record.address)
      .text("method", record.method)
      .text("route", record.route)
      .text("model", record.model)
      .text("version", record.version)
      .text("sha256", record.model_sha256)
      .number("rows", record.rows)
      .number("status", record.status)
      .milliseconds("ms", record.milliseconds);
  if (record.form) {
    line.text("output", name_of(record.form->output));
    if (record.form->decimals) line.number("decimals", *record.form->decimals);
  } else {
    line.null("output");
  }
  line.boolean("explained", record.explained).text("outcome", record.outcome);
  if (record.input) add_bytes(line, "input", *record.input);
  AuditHead head = head_;
  put(finish_audit_line(std::move(line), head));
  head_ = std::move(head);
}

void AuditLog::reopen() {
  const std::lock_guard lock(mutex_);
  Descriptor opened(open_log(path_));
  const struct stat now = status_of(opened.get(), path_), before = status_of(descriptor_, path_);
  if (now.st_dev == before.st_dev && now.st_ino == before.st_ino) return;
  hold(opened.get(), path_);
  if (now.st_size > 0) fail("{}: is another log; the one that was there goes on where it is now", path_);
  drop_torn();
  fsync(descriptor_);
  close(std::exchange(descriptor_, opened.release()));
}

}  // namespace mdl
