// What is kept of a request: in the audit log, and in the log of requests. Neither a token nor, unless `input` is
// given, a feature is in it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "serve/tokens.h"

namespace mdl {

struct RequestRecord {
  std::chrono::system_clock::time_point time;  // when it came
  std::string_view id, trace;                  // of the request; of the trace that it is part of, or empty
  std::string_view token;                      // its id; empty: none that is valid
  std::string_view address;
  std::string_view method, route;  // the route's name, not what was asked for
  std::string_view model, version, model_sha256;
  int64_t rows = 0;
  int status = 0;
  double milliseconds = 0;
  std::optional<AnswerForm> form;  // of an answer with predictions
  bool explained = false;          // with contributions
  std::string_view outcome;        // a word: "answered", "forbidden", ...
  std::optional<std::string_view> input;
};

}  // namespace mdl
