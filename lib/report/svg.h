// Small charts as inline SVG: axes with round ticks, lines, bars and dots. The page's CSS gives the colours.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mdl {

struct PlotPoint {
  double x, y;
};

struct Axis {
  double low, high;
  double step;  // between ticks
  std::string label;
};

/// From `low` to `high` or a little beyond, so that both ends are ticks.
Axis round_axis(double low, double high, const std::string& label);

/// From `low` to `high`, ticks at whole numbers.
Axis whole_axis(int64_t low, int64_t high, const std::string& label);

/// At most `most` of the points, the first and last among them, so that the line through them keeps its shape
/// (largest triangle three buckets, Steinarsson 2013).
std::vector<PlotPoint> thinned(const std::vector<PlotPoint>& points, size_t most = 300);

/// `text` between tags or in a quoted attribute.
std::string escaped(std::string_view text);

/// One bar from 0 to `value` on a scale from `low` to `high`, both of them together around 0, and a line from `from` to
/// `to` over it.
std::string strip(std::string_view title, double low, double high, double value, double from, double to);

/// A dot at `value` on a scale from `low` to `high`, the line from `from` to `to`, and a mark at `all`, with which it is
/// compared.
std::string dot_strip(std::string_view title, const Axis& scale, double value, double from, double to, double all);

/// Rows in cells of equal size, darker where they are more.
struct Cells {
  double x_low, x_high, y_low, y_high;
  size_t across, down;
  const std::vector<int64_t>& counts;  // [down][across], lowest first
};

/// `style` is a CSS class; a line is <polyline class="line STYLE">, a bar <rect class="bar STYLE">, a dot <circle
/// class="dot STYLE">.
class Chart {
 public:
  /// `title` says to those who cannot see the chart what is in it.
  Chart(const std::string& title, Axis x, Axis y);

  /// What lies above the y axis is cut off.
  void line(const std::vector<PlotPoint>& points, const char* style);
  void bar(double left, double right, double height, const char* style);
  void dot(PlotPoint point, const char* style);
  void points(const std::vector<PlotPoint>& points, const char* style);  // small ones, within the axes
  void cells(const Cells& cells, const char* style);

  std::string svg() const;

 private:
  double across(double x) const;
  double down(double y) const;
  std::string title_;
  Axis x_, y_;
  double left_;  // of the plot; the ticks' labels stand before it
  std::string marks_;
};

}  // namespace mdl
