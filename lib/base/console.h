// Console to a person on stderr: a bar that redraws itself on a terminal, plain lines elsewhere.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace mdl {

/// Text on stderr, printable_lines(). Where nobody can read it, it is lost: that changes nothing about how the program
/// ends.
void write_to_stderr(std::string_view text);

/// Lines on stderr, unless quiet, printable(). Each clears a progress bar first. For a program that reads them, each is
/// an object of JSON: {"message": ...}, {"warning": ...}, or what record() gives.
class Console {
 public:
  /// A silent one says nothing at all.
  explicit Console(bool quiet, bool json = false, bool silent = false)
      : quiet_(quiet || silent), json_(json && !silent), silent_(silent) {}
  ~Console();

  void log(std::string_view text);

  /// A line that matters even when quiet.
  void warn(std::string_view text);

  /// A line that only a program reads: an object of JSON.
  void record(std::string_view object);

  /// Redraws the bar: `done` of 1, with `text` after it. On a terminal at most ten times a second; not a terminal:
  /// nothing.
  void progress(double done, std::string_view text);

  bool on_terminal() const;
  bool for_programs() const { return json_; }

 private:
  void line(const char* kind, std::string_view text);
  void clear_bar();
  bool quiet_, json_, silent_;
  bool bar_drawn_ = false;
  std::chrono::steady_clock::time_point last_draw_{};
};

/// 75 as "1m15s", 0.4 as "0.4s".
std::string duration(double seconds);

}  // namespace mdl
