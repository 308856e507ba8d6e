// Who may do what now: tokens, their limits, and one answer to all who may not.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "serve/tokens.h"

namespace mdl {

/// Decides for all threads.
class AccessControl {
 public:
  using Time = std::chrono::system_clock::time_point;

  enum class Verdict {
    kAllowed,
    kUnknown,    // no token, none of ours, or expired: who asks is not told which
    kForbidden,  // of another scope
    kTooOften,   // above its limit of requests
    kTooMany,    // above its rows of the day
  };
  struct Decision {
    Verdict verdict = Verdict::kUnknown;
    std::string id;       // of the token, where it is known
    int retry_after = 0;  // seconds, of kTooOften and kTooMany
  };

  /// Takes the place of the tokens before. What those of the same id have used up stays used.
  void replace(std::vector<Token> tokens);

  /// `authorization` is the header's value, "Bearer TOKEN". Counts as a request.
  Decision decide(std::string_view authorization, std::string_view scope, std::string_view model, Time now);

  /// Takes so many rows off the day's, of a token that was allowed to infer; all or none.
  Decision charge(const std::string& id, int64_t rows, Time now);

 private:
  struct Use {
    double burst = -1;  // requests that may come at once now; below 0: not used yet
    Time filled;        // when that was
    int64_t day = 0, rows = 0;
  };

  std::mutex mutex_;
  std::vector<Token> tokens_;
  std::map<std::string, Use> uses_;  // by id
};

}  // namespace mdl
