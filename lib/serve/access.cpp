#include "serve/access.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "crypto/primitives.h"
#include "crypto/sha256.h"

namespace mdl {
namespace {

int64_t day_of(AccessControl::Time time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

int seconds_to_midnight(AccessControl::Time now) {
  const auto midnight = std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
  return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(midnight - now).count());
}

}  // namespace

void AccessControl::replace(std::vector<Token> tokens) {
  const std::lock_guard lock(mutex_);
  tokens_ = std::move(tokens);
  std::erase_if(uses_, [&](const auto& use) {
    return std::ranges::none_of(tokens_, [&](const Token& token) { return token.id == use.first; });
  });
}

AccessControl::Decision AccessControl::decide(std::string_view authorization, std::string_view scope,
                                              std::string_view model, Time now) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view given = authorization.starts_with(kScheme) ? authorization.substr(kScheme.size()) : "";
  const std::string digest = sha256_of(given);
  const std::lock_guard lock(mutex_);
  const Token* found = nullptr;
  for (const Token& token : tokens_) {  // all of them, so that the time tells nothing
    if (equal_in_constant_time(token.sha256, digest)) found = &token;
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  if (found == nullptr || (found->expires && seconds >= *found->expires)) return {};
  if (!found->allows(scope, model)) return {Verdict::kForbidden, found->id};
  if (found->requests_per_second > 0) {
    const double rate = found->requests_per_second, most = std::max(1.0, 2 * rate);
    Use& use = uses_[found->id];
    const double passed = std::chrono::duration<double>(now - use.filled).count();
    use.burst = use.burst < 0 ? most : std::min(most, use.burst + std::max(0.0, passed) * rate);
    use.filled = now;
    if (use.burst < 1) {
      return {Verdict::kTooOften, found->id, std::max(1, static_cast<int>(std::ceil((1 - use.burst) / rate)))};
    }
    use.burst -= 1;
  }
  return {Verdict::kAllowed, found->id};
}

AccessControl::Decision AccessControl::charge(const std::string& id, int64_t rows, Time now) {
  const std::lock_guard lock(mutex_);
  const auto token = std::ranges::find(tokens_, id, &Token::id);
  if (token == tokens_.end()) return {};  // it was revoked in between
  if (token->rows_per_day > 0) {
    Use& use = uses_[id];
    const int64_t today = day_of(now);
    if (std::exchange(use.day, today) != today) use.rows = 0;
    if (rows > token->rows_per_day - use.rows) return {Verdict::kTooMany, id, seconds_to_midnight(now)};
    use.rows += rows;
  }
  return {Verdict::kAllowed, id};
}

}  // namespace mdl
