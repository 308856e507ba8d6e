// The chain of an audit log. Each line is JSON that begins with its number and ends with two hashes:
//   {"sequence":2,...,"previous":"<the hash of line 1>","hash":"<SHA-256 of the bytes before ,"hash">"}
// Line 1 follows 64 zeros. A changed byte shows in its line's hash; a line that is left out, put in or moved, in the
// next one's `previous`. Whoever may write the file can compute all hashes anew, and lines cut off at the end leave no
// trace: both show only against a head (the last hash) that was noted elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/byte_source.h"
#include "serve/json_line.h"

namespace mdl {

inline constexpr size_t kLargestAuditLine = 16 << 20;

/// Where a chain has come to; at first, of a log without lines.
struct AuditHead {
  int64_t sequence = 0;
  std::string hash = std::string(64, '0');
};

JsonLine start_audit_line(const AuditHead& head);

/// With its line end; `head` becomes the line's.
std::string finish_audit_line(JsonLine line, AuditHead& head);

struct AuditLine {
  AuditHead head;
  std::string previous;
};

/// Of a line without its end; nothing where it is not as it was written.
std::optional<AuditLine> read_audit_line(std::string_view line);

/// Reads files that follow each other, in memory for a line.
class AuditVerifier {
 public:
  /// `after`: the hash before the first line; none: the files begin with line 1. `noted`: a hash that has to be among
  /// theirs.
  AuditVerifier(std::optional<std::string> after, std::optional<std::string> noted)
      : after_(std::move(after)), noted_(std::move(noted)) {}

  /// Throws Error about the first line that is not right, with its number in the file.
  void read(ByteSource& source, const std::string& name);

  /// Where it ends. Throws Error where the hash that was noted has not come.
  AuditHead finish() const;

  int64_t first() const { return first_; }        // sequence number; 0: there are no lines
  int64_t noted_at() const { return noted_at_; }  // of the line whose hash was noted

 private:
  void read_line(std::string_view line, const std::string& where);

  std::optional<std::string> after_, noted_;
  AuditHead head_;
  std::string last_place_;
  int64_t first_ = 0, noted_at_ = 0;
};

}  // namespace mdl
