#include "base/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace mdl {
namespace {

size_t terminal_width() {
  winsize size = {};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

void write_raw(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

void write_to_stderr(std::string_view text) { write_raw(printable_lines(text)); }

Console::~Console() { clear_bar(); }

void Console::line(const char* kind, std::string_view text) {
  clear_bar();
  const std::string shown = printable(text);
  write_raw((json_ ? nlohmann::json{{kind, shown}}.dump() : shown) + "\n");
}

void Console::log(std::string_view text) {
  if (!quiet_) line("message", text);
}

void Console::warn(std::string_view text) {
  if (!silent_) line("warning", text);
}

void Console::record(std::string_view object) {
  if (json_) write_raw(std::string(object) + "\n");
}

void Console::progress(double done, std::string_view text) {
  const auto now = std::chrono::steady_clock::now();
  if (quiet_ || json_ || !on_terminal() || now - last_draw_ < std::chrono::milliseconds(100)) return;
  last_draw_ = now;
  constexpr size_t kCells = 20;
  const size_t filled = static_cast<size_t>(std::clamp(done, 0.0, 1.0) * kCells);
  std::string row = fmt::format("[{}{}] {}", std::string(filled, '#'), std::string(kCells - filled, '.'),
                                printable(text));
  row.resize(std::min(row.size(), terminal_width() - 1));
  write_raw("\r\x1b[K" + row);
  bar_drawn_ = true;
}

bool Console::on_terminal() const {
  static const bool terminal = isatty(STDERR_FILENO) == 1;
  return terminal;
}

void Console::clear_bar() {
  if (bar_drawn_) write_raw("\r\x1b[K");
  bar_drawn_ = false;
}

std::string duration(double seconds) {
  if (seconds < 10) return fmt::format("{:.1f}s", seconds);
  const auto whole = std::llround(seconds);
  if (whole < 60) return fmt::format("{}s", whole);
  if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  return fmt::format("{}h{:02}m", whole / 3600, whole % 3600 / 60);
}

}  // namespace mdl
