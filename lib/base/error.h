// The one exception of the project: a finished sentence that a person can act on.
#pragma once

#include <fmt/format.h>

#include <stdexcept>

namespace mdl {

/// Something the user can fix: a config value, a cell, a file. The text says where, what was found and what was
/// expected. Caught once, in main, which prints it and exits with 1. Bugs are other exceptions.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

template <class... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  throw Error(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace mdl
