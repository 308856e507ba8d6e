// How often tokens that are not good have come from an address. A token has 178 random bits, so that guessing is
// hopeless at any speed; the limit keeps those who try from filling logs, and shows itself as 429 in the metrics.
#pragma once

#include <chrono>
#include <list>
#include <map>
#include <string_view>

#include "serve/address.h"

namespace mdl {

/// For one thread at a time.
class FailedAttempts {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr int kMost = 20;                    // at once, and in each
  static constexpr std::chrono::seconds kPeriod{60};  // of these
  static constexpr size_t kMostAddresses = 4096;      // beyond it those are forgotten whose last attempt is oldest

  /// Counts one more. The seconds to wait if there were too many, else 0, as for what is no address. Of IPv6 a /64
  /// counts as one.
  int add(std::string_view address, Time now);

 private:
  struct Attempts {
    Address address;
    double count = 0;  // what time has not taken away
    Time last;
  };

  std::list<Attempts> attempts_;  // the last that failed is first
  std::map<Address, std::list<Attempts>::iterator> by_address_;
};

}  // namespace mdl
