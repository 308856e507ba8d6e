#include "serve/audit_chain.h"

#include <charconv>

#include "base/error.h"
#include "crypto/sha256.h"

namespace mdl {
namespace {

constexpr std::string_view kStart = "{\"sequence\":", kPrevious = ",\"previous\":\"", kHash = "\",\"hash\":\"",
                           kEnd = "\"}";
constexpr size_t kDigits = 64, kHashSize = kHash.size() + kDigits + kEnd.size() - 1,
                 kTail = kPrevious.size() + kDigits + 1 + kHashSize;

}  // namespace

JsonLine start_audit_line(const AuditHead& head) {
  JsonLine line;
  line.number("sequence", head.sequence + 1);
  return line;
}

std::string finish_audit_line(JsonLine line, AuditHead& head) {
  line.text("previous", head.hash);
  head = {head.sequence + 1, sha256_of(line.so_far())};
  line.text("hash", head.hash);
  return std::move(line).finish();
}

std::optional<AuditLine> read_audit_line(std::string_view line) {
  if (line.size() < kStart.size() + kTail || !line.starts_with(kStart) || !line.ends_with(kEnd)) return {};
  AuditLine read;
  const char* const number = line.data() + kStart.size();
  const auto [end, problem] = std::from_chars(number, line.data() + line.size(), read.head.sequence);
  const std::string_view tail = line.substr(line.size() - kTail);
  const std::string_view hashed = line.substr(0, line.size() - kHashSize);
  if (problem != std::errc() || read.head.sequence < 1 || !tail.starts_with(kPrevious)) return {};
  read.previous = tail.substr(kPrevious.size(), kDigits);
  read.head.hash = sha256_of(hashed);
  if (line.substr(hashed.size() - 1) != fmt::format("{}{}{}", kHash, read.head.hash, kEnd)) return {};
  return read;
}

void AuditVerifier::read(ByteSource& source, const std::string& name) {
  std::string held;
  std::string block(1 << 18, '\0');
  size_t number = 0;
  while (const size_t got = source.read(block.data(), block.size())) {
    std::string_view rest(block.data(), got);
    for (size_t end; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1)) {
      held += rest.substr(0, end);
      read_line(held, fmt::format("{}:{}", name, ++number));
      held.clear();
    }
    held += rest;
    if (held.size() > kLargestAuditLine) fail("{}:{}: is no line of an audit log", name, number + 1);
  }
  if (!held.empty()) {
    fail("{}:{}: is torn, as a line is whose writer was stopped; the next start of mdl serve records that", name,
         number + 1);
  }
}

void AuditVerifier::read_line(std::string_view line, const std::string& where) {
  const auto read = read_audit_line(line);
  if (!read) fail("{}: is not as it was written: its hash is not that of its bytes", where);
  const auto& [head, previous] = *read;
  if (first_ == 0) {
    if (previous != after_.value_or(AuditHead().hash) || (!after_ && head.sequence != 1)) {
      if (after_) fail("{}: does not follow the hash of --after: {} comes before it", where, previous);
      fail("{}: is line {} of its log; give the files with those before it, too, or the hash of line {} with --after",
           where, head.sequence, head.sequence - 1);
    }
    first_ = head.sequence;
  } else if (previous != head_.hash || head.sequence != head_.sequence + 1) {
    fail(
        "{}: does not follow {}: it is line {} of its log, and that is line {}; something was put in, left out or "
        "moved",
        where, last_place_, head.sequence, head_.sequence);
  }
  head_ = head;
  last_place_ = where;
  if (noted_ == head.hash) noted_at_ = head.sequence;
}

AuditHead AuditVerifier::finish() const {
  if (noted_ && noted_at_ == 0)
    fail("no line has the hash {}: lines are missing at the end, or all was written anew", *noted_);
  return head_;
}

}  // namespace mdl
