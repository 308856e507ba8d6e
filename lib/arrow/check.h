// Arrow's errors as ours.
#pragma once

#include <arrow/result.h>

#include <string>
#include <utility>

#include "base/error.h"

namespace mdl {

inline void check(const arrow::Status& status, const std::string& where) {
  if (status.IsOutOfMemory()) throw std::bad_alloc();
  if (!status.ok()) fail("{}: {}", where, status.message().substr(0, status.message().find('\n')));
}

template <class T>
T checked(arrow::Result<T> result, const std::string& where) {
  check(result.status(), where);
  return std::move(result).ValueUnsafe();
}

}  // namespace mdl
