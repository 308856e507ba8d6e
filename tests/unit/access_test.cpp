#include "serve/access.h"

#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "catch.h"
#include "crypto/sha256.h"

namespace mdl {
namespace {

using Verdict = AccessControl::Verdict;

Moment at(int64_t seconds) {
  return {std::chrono::system_clock::time_point(std::chrono::seconds(seconds)),
          std::chrono::steady_clock::time_point(std::chrono::seconds(seconds))};
}

Token token_of(const char* secret, std::vector<std::string> scopes) {
  return {.id = secret, .sha256 = sha256_of(secret), .scopes = std::move(scopes)};
}

Caller caller(const char* authorization, const char* address = "127.0.0.1") {
  return {.authorization = authorization, .address = address};
}

TEST_CASE("who may not is answered alike: without a token, with a wrong, an expired or a revoked one, from elsewhere") {
  AccessControl access;
  Token old = token_of("old", {"infer:*"}), near = token_of("near", {"infer:*"});
  old.expires = 100;
  near.addresses = {"10.0.0.0/8", "::1"};
  access.replace({token_of("good", {"infer:*"}), old, near});
  const auto decide = [&](const char* header, int64_t now, const char* address = "127.0.0.1") {
    return access.decide(caller(header, address), "infer", "m", at(now)).verdict;
  };
  CHECK(decide("Bearer good", 50) == Verdict::kAllowed);
  CHECK(decide("bearer good", 50) == Verdict::kAllowed);
  CHECK(decide("Bearer old", 99) == Verdict::kAllowed);
  CHECK(decide("Bearer near", 99, "10.255.0.1") == Verdict::kAllowed);
  CHECK(decide("Bearer near", 99, "::ffff:10.255.0.1") == Verdict::kAllowed);
  CHECK(decide("Bearer near", 99, "::1") == Verdict::kAllowed);
  for (const char* address : {"11.0.0.1", "::2", "", "localhost", "10.0.0", "9.255.255.255"})
    CHECK(decide("Bearer near", 99, address) == Verdict::kUnknown);
  for (const char* header : {"", "good", "Bearer  good", "Bearer goo", "Bearer ", "Bearer", "Basic good"})
    CHECK(decide(header, 99) == Verdict::kUnknown);
  CHECK(decide("Bearer old", 100) == Verdict::kUnknown);
  CHECK(decide("Bearer old", 99) == Verdict::kUnknown);  // a clock that goes back opens nothing again
  CHECK(access.decide(caller("Bearer good"), "metrics", "", at(50)).verdict == Verdict::kForbidden);
  access.replace({old});
  CHECK(decide("Bearer good", 50) == Verdict::kUnknown);
}

TEST_CASE("a certificate's name stands for a token, unless a token is sent") {
  AccessControl access;
  Token old{.id = "old", .certificate = "old.example", .scopes = {"infer:*"}, .expires = 10};
  const Token named{.id = "named", .certificate = "billing", .scopes = {"metadata:*"}};
  access.replace({token_of("good", {"infer:*"}), old, named});
  const auto decide = [&](const char* header, const std::vector<std::string>& names, const char* scope) {
    return access.decide({.authorization = header, .certificate_names = names, .address = "::1"}, scope, "m", at(50));
  };
  CHECK(decide("", {"other", "billing"}, "metadata").verdict == Verdict::kAllowed);
  CHECK(decide("", {"old.example", "billing"}, "metadata").id == "named");
  CHECK(decide("", {"billing"}, "infer").verdict == Verdict::kForbidden);
  CHECK(decide("", {"old.example"}, "infer").verdict == Verdict::kUnknown);
  CHECK(decide("", {"Billing", "billing ", ""}, "metadata").verdict == Verdict::kUnknown);
  CHECK(decide("Bearer good", {"billing"}, "infer").id == "good");
  CHECK(decide("Bearer wrong", {"billing"}, "metadata").verdict == Verdict::kUnknown);
  CHECK(decide("Bearer billing", {}, "metadata").verdict == Verdict::kUnknown);
}

TEST_CASE("a decision tells what the answer may show") {
  AccessControl access;
  Token token = token_of("t", {"infer:*"});
  token.form = {AnswerForm::Output::kTop1, 2};
  access.replace({token});
  const auto allowed = access.decide(caller("Bearer t"), "infer", "m", at(1));
  CHECK(allowed.form.output == AnswerForm::Output::kTop1);
  CHECK(allowed.form.decimals == 2);
}

TEST_CASE("requests have a rate that time lifts, and the clock on the wall does not") {
  AccessControl access;
  Token token = token_of("t", {"infer:*"});
  token.requests_per_second = 2;
  access.replace({token});
  const auto ask = [&](Moment now) { return access.decide(caller("Bearer t"), "infer", "m", now); };
  for (int i = 0; i < 4; ++i) CHECK(ask(at(1000)).verdict == Verdict::kAllowed);
  CHECK(ask(at(1000)).verdict == Verdict::kTooOften);
  CHECK(ask(at(1000)).retry_after == 1);
  CHECK(ask({at(5000).date, at(1000).ticks}).verdict == Verdict::kTooOften);
  CHECK(ask(at(1001)).verdict == Verdict::kAllowed);
  access.replace({token});  // what is used up stays used
  CHECK(ask(at(1001)).verdict == Verdict::kAllowed);
  CHECK(ask(at(1001)).verdict == Verdict::kTooOften);
  CHECK(ask(at(900)).verdict == Verdict::kTooOften);
  CHECK(ask(at(1001)).verdict == Verdict::kTooOften);
  token.burst = 1;
  access.replace({token});
  CHECK(ask(at(2000)).verdict == Verdict::kAllowed);
  CHECK(ask(at(2000)).verdict == Verdict::kTooOften);
}

TEST_CASE("rows have a quota by day, charged before the work and given back if it fails") {
  constexpr int64_t kDay = 86'400;
  AccessControl access;
  Token token = token_of("t", {"infer:*"});
  token.rows_per_day = 100;
  access.replace({token, token_of("free", {"infer:*"})});
  const auto charge = [&](int64_t rows, int64_t now) { return access.charge("t", rows, at(now)).verdict; };
  CHECK(charge(60, kDay + 10) == Verdict::kAllowed);
  CHECK(charge(41, kDay + 10) == Verdict::kTooMany);
  CHECK(access.charge("t", 41, at(kDay + 10)).retry_after == 86'390);
  CHECK(charge(INT64_MAX, kDay + 10) == Verdict::kTooMany);
  CHECK(charge(40, kDay + 20) == Verdict::kAllowed);
  CHECK(charge(1, kDay + 20) == Verdict::kTooMany);
  access.refund("t", 40, at(kDay + 20));
  access.replace({token});
  CHECK(charge(41, kDay + 30) == Verdict::kTooMany);
  CHECK(charge(40, kDay + 30) == Verdict::kAllowed);
  CHECK(charge(1, 10) == Verdict::kTooMany);  // yesterday again
  CHECK(charge(100, 2 * kDay) == Verdict::kAllowed);
  access.refund("t", 40, at(kDay + 30));  // yesterday's rows are no rows of today
  CHECK(charge(1, 2 * kDay) == Verdict::kTooMany);
  access.refund("t", 1'000, at(2 * kDay));
  CHECK(charge(101, 2 * kDay) == Verdict::kTooMany);
  CHECK(charge(100, 2 * kDay) == Verdict::kAllowed);
  CHECK(access.charge("free", 1, at(2 * kDay)).verdict == Verdict::kUnknown);  // revoked in between
}

TEST_CASE("many bad tokens from an address are told to wait; good ones from there are not") {
  AccessControl access;
  access.replace({token_of("good", {"infer:*"})});
  const auto ask = [&](const char* header, const char* address, int64_t now) {
    return access.decide(caller(header, address), "infer", "m", at(now));
  };
  for (int i = 0; i < 20; ++i) CHECK(ask("Bearer bad", "2001:db8::1", 0).verdict == Verdict::kUnknown);
  CHECK(ask("Bearer bad", "2001:db8::ffff:1", 0).verdict == Verdict::kTooManyBad);
  CHECK(ask("Bearer bad", "2001:db8::1", 0).retry_after == 3);
  CHECK(ask("Bearer good", "2001:db8::1", 0).verdict == Verdict::kAllowed);
  CHECK(ask("", "2001:db8::1", 0).verdict == Verdict::kUnknown);
  CHECK(ask("Bearer bad", "2001:db8:0:1::1", 0).verdict == Verdict::kUnknown);
  CHECK(ask("Bearer bad", "192.0.2.1", 0).verdict == Verdict::kUnknown);
  CHECK(ask("Bearer bad", "2001:db8::1", 3).verdict == Verdict::kUnknown);
  CHECK(ask("Bearer bad", "2001:db8::1", 3).verdict == Verdict::kTooManyBad);
  CHECK(ask("Bearer bad", "2001:db8::1", 0).verdict == Verdict::kTooManyBad);
  for (int i = 0; i < 20; ++i) CHECK(ask("Bearer bad", "2001:db8::1", 63).verdict == Verdict::kUnknown);

  FailedAttempts failed;
  for (int i = 0; i < 21; ++i) failed.add("10.0.0.1", at(0).ticks);
  for (int i = 0; i < 4095; ++i) failed.add(fmt::format("10.1.{}.{}", i / 256, i % 256), at(0).ticks);
  CHECK(failed.add("10.0.0.1", at(0).ticks) > 0);
  for (int i = 0; i < 4096; ++i) failed.add(fmt::format("10.2.{}.{}", i / 256, i % 256), at(0).ticks);
  CHECK(failed.add("10.0.0.1", at(0).ticks) == 0);  // forgotten: memory has an end
}

TEST_CASE("ranges of addresses are those of CIDR") {
  const auto within = [](const char* range, const char* address) {
    return parse_address_range(range)->contains(*parse_address(address));
  };
  CHECK(within("10.0.0.0/8", "10.255.255.255"));
  CHECK(!within("10.0.0.0/8", "11.0.0.0"));
  CHECK(within("192.0.2.128/25", "192.0.2.128"));
  CHECK(!within("192.0.2.128/25", "192.0.2.127"));
  CHECK(within("0.0.0.0/0", "255.255.255.255"));
  CHECK(!within("0.0.0.0/0", "::1"));
  CHECK(within("::/0", "10.0.0.1"));
  CHECK(within("192.0.2.1", "::ffff:192.0.2.1"));
  CHECK(within("fe80::/10", "fe80::1%eth0"));
  for (const char* wrong :
       {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8 ", "10.0.0.1/8", "::1/129", "::1/127",
        "010.0.0.1", "10.0.0", "fe80::1%eth0", "example.org", "10.0.0.0/8/8", "10.0.0.0/0x8"})
    CHECK(!parse_address_range(wrong));
}

TEST_CASE("several threads get no more than one may have") {
  AccessControl access;
  Token token = token_of("t", {"infer:*"});
  token.requests_per_second = 50;
  token.rows_per_day = 70;
  access.replace({token});
  std::atomic<int> allowed = 0, rows = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        if (access.decide(caller("Bearer t"), "infer", "m", at(1)).verdict == Verdict::kAllowed) ++allowed;
        access.decide(caller("Bearer bad"), "infer", "m", at(1));
        if (access.charge("t", 3, at(1)).verdict == Verdict::kAllowed) rows += 3;
        if (i % 50 == 0) access.replace({token});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(allowed == 100);
  CHECK(rows == 69);
}

}  // namespace
}  // namespace mdl
