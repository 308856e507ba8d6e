// Who may do what now: tokens, their limits, and one answer to all who may not.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "serve/failed_attempts.h"
#include "serve/tokens.h"

namespace mdl {

/// Who asks, as the connection and the request's head tell it.
struct Caller {
  std::string_view authorization;                  // the header's value, "Bearer TOKEN"
  std::span<const std::string> certificate_names;  // of a client certificate that was verified: subject CN, DNS, URI
  std::string_view address;                        // of the connection; of a proxy where one stands in front
};

/// The date decides what is expired and when a day begins; a clock that no one sets measures rates.
struct Moment {
  std::chrono::system_clock::time_point date;
  std::chrono::steady_clock::time_point ticks;
  static Moment now() { return {std::chrono::system_clock::now(), std::chrono::steady_clock::now()}; }
};

/// Decides for all threads. A date that goes back opens nothing again: the latest that was seen counts, until the
/// process ends.
class AccessControl {
 public:
  enum class Verdict {
    kAllowed,
    kUnknown,     // no token, none of ours, expired, from elsewhere: who asks is not told which
    kForbidden,   // of another scope
    kTooOften,    // above its limit of requests
    kTooMany,     // above its rows of the day
    kTooManyBad,  // no valid token, and too many such from this address; one that is valid is allowed as ever
  };
  struct Decision {
    Verdict verdict = Verdict::kUnknown;
    std::string id;       // of the token, where it is known
    int retry_after = 0;  // seconds, of kTooOften, kTooMany and kTooManyBad
    AnswerForm form;      // of kAllowed
  };

  /// Takes the place of the tokens before. What those of the same id have used up stays used.
  void replace(std::vector<Token> tokens);

  /// Counts as a request. A bearer token decides if one was sent; else the first of the certificate's names that has a
  /// valid entry.
  Decision decide(const Caller& caller, std::string_view scope, std::string_view model, Moment now);

  /// Whether an entry that was allowed one thing may do another, too. Counts as nothing.
  bool allows(const std::string& id, std::string_view scope, std::string_view model);

  /// Takes so many rows (times passes through the network) off the day's, before they are answered; all or none.
  Decision charge(const std::string& id, int64_t rows, Moment now);

  /// Gives back what was charged at that moment and could not be answered for reasons of ours, if it is of this day.
  void refund(const std::string& id, int64_t rows, Moment charged);

 private:
  struct Entry {
    Token token;
    std::vector<AddressRange> addresses;
    double burst = -1;                               // requests that may come at once now; below 0: not used yet
    std::chrono::steady_clock::time_point filled{};  // when that was
    int64_t day = 0, rows = 0;                       // used on it
  };
  using Index = std::unordered_map<std::string_view, Entry*>;

  Entry* find(const Caller& caller, std::string_view digest, int64_t seconds);
  static bool is_valid(const Entry& entry, std::string_view address, int64_t seconds);
  int64_t latest(std::chrono::system_clock::time_point date);

  std::mutex mutex_;
  std::vector<Entry> entries_;
  Index by_digest_, by_certificate_, by_id_;
  FailedAttempts failed_;
  int64_t latest_ = 0;  // seconds
};

}  // namespace mdl
