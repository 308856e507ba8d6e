#include "serve/failed_attempts.h"

#include <algorithm>
#include <cmath>

namespace mdl {
namespace {

/// One for all that one party has at its disposal.
Address key_of(Address address) {
  constexpr Address kIpv4 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (!std::equal(address.begin(), address.begin() + 12, kIpv4.begin())) std::fill_n(address.begin() + 8, 8, 0);
  return address;
}

}  // namespace

int FailedAttempts::add(std::string_view text, Time now) {
  const auto parsed = parse_address(text);
  if (!parsed) return 0;
  const Address address = key_of(*parsed);
  const auto [place, is_new] = by_address_.try_emplace(address);
  if (is_new) {
    attempts_.push_front({address, 0, now});
  } else {
    attempts_.splice(attempts_.begin(), attempts_, place->second);
  }
  place->second = attempts_.begin();
  if (attempts_.size() > kMostAddresses) {
    by_address_.erase(attempts_.back().address);
    attempts_.pop_back();
  }
  constexpr double kPerSecond = static_cast<double>(kMost) / static_cast<double>(kPeriod.count());
  Attempts& here = attempts_.front();
  const double passed = std::max(0.0, std::chrono::duration<double>(now - here.last).count());
  here.count = std::max(0.0, here.count - passed * kPerSecond);
  here.last = std::max(here.last, now);
  if (here.count + 1 > kMost) return std::max(1, static_cast<int>(std::ceil((here.count + 1 - kMost) / kPerSecond)));
  here.count += 1;
  return 0;
}

}  // namespace mdl
