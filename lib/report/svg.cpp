#include "report/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace mdl {
namespace {

// The plot inside its margins, in the units of the viewBox: about CSS pixels on a phone.
constexpr double kWidth = 360, kHeight = 270, kLeast = 40, kRight = 350, kTop = 26, kBottom = 226;
constexpr double kDigit = 6.3;  // of a tick's label
constexpr double kTicks = 5;

/// 1, 2 or 5 times a power of ten.
double round_step(double range) {
  const double rough = range / kTicks;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double factor = rough / power;
  return power * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10);
}

std::string tick_text(double value, const Axis& axis) {
  const double largest = std::max(std::abs(axis.low), std::abs(axis.high));
  const double unit = largest >= 1e6 ? 1e6 : largest >= 1e4 ? 1e3 : 1;
  if (largest >= 1e10 || axis.step < 1e-5) return fmt::format("{:.3g}", value);
  if (unit == 1 && axis.step >= 1) return grouped(std::llround(value));
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(axis.step / unit) + 1e-9)));
  return fmt::format("{:.{}f}{}", value / unit, decimals, value == 0 || unit == 1 ? "" : unit == 1e3 ? "k" : "M");
}

std::vector<double> ticks(const Axis& axis) {
  constexpr int kMost = 20;  // whatever the axis: beyond 2^53 adding 1 no longer goes on
  std::vector<double> out;
  const double end = axis.high + axis.step * 1e-6, first = std::ceil(axis.low / axis.step - 1e-6) + 0.0;
  for (int i = 0; i < kMost && (first + i) * axis.step <= end; ++i) out.push_back((first + i) * axis.step);
  return out;
}

/// What a plot can show of a number.
double drawable(double value) {
  return std::isnan(value) || std::abs(value) < 1e-280 ? 0 : std::clamp(value, -1e300, 1e300);
}

}  // namespace

Axis round_axis(double low, double high, const std::string& label) {
  low = drawable(low);
  high = drawable(high);
  const double largest = std::max(std::abs(low), std::abs(high));
  if (high - low <= std::max(1e-290, 1e-12 * largest)) {  // too close to be told apart, or the wrong way round
    const double around = low == 0 ? 1 : std::abs(low) / 2;
    high = low + around;
    low -= around;
  }
  const double step = round_step(high - low);
  return {std::floor(low / step + 1e-6) * step, std::ceil(high / step - 1e-6) * step, step, label};
}

Axis whole_axis(int64_t low, int64_t high, const std::string& label) {
  if (high <= low) return {static_cast<double>(low) - 0.5, static_cast<double>(low) + 0.5, 1, label};
  return {static_cast<double>(low), static_cast<double>(high),
          std::max(1.0, round_step(static_cast<double>(high - low))), label};
}

std::vector<PlotPoint> thinned(const std::vector<PlotPoint>& points, size_t most) {
  if (points.size() <= most || most < 3) return points;
  std::vector<PlotPoint> kept = {points.front()};
  // One point of each of `most` - 2 buckets: the one that spans the largest triangle with the last point kept and the
  // next bucket's mean.
  const double width = static_cast<double>(points.size() - 2) / static_cast<double>(most - 2);
  const auto start = [&](size_t bucket) {
    return std::min(points.size() - 1, 1 + static_cast<size_t>(static_cast<double>(bucket) * width));
  };
  for (size_t bucket = 0; bucket + 2 < most; ++bucket) {
    const size_t next = start(bucket + 1), after = std::min(points.size(), std::max(start(bucket + 2), next + 1));
    PlotPoint mean = {0, 0};
    for (size_t i = next; i < after; ++i) {
      mean.x += points[i].x / static_cast<double>(after - next);
      mean.y += points[i].y / static_cast<double>(after - next);
    }
    const PlotPoint last = kept.back();
    size_t best = start(bucket);
    double largest = -1;
    for (size_t i = best; i < next; ++i) {
      const double area =
          std::abs((last.x - mean.x) * (points[i].y - last.y) - (last.x - points[i].x) * (mean.y - last.y));
      if (area > largest) {
        largest = area;
        best = i;
      }
    }
    kept.push_back(points[best]);
  }
  kept.push_back(points.back());
  return kept;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string strip(std::string_view title, double low, double high, double value, double from, double to) {
  constexpr double kLong = 200, kHigh = 14;
  const double range = high > low ? high - low : 1;
  const auto across = [&](double x) { return (x - low) / range * kLong; };
  const double left = across(std::min(0.0, value)), right = across(std::max(0.0, value));
  return fmt::format(
      "<svg viewBox=\"0 0 {0} {1}\" role=\"img\"><title>{2}</title><rect class=\"bar one\" x=\"{3:.1f}\" y=\"2\" "
      "width=\"{4:.1f}\" "
      "height=\"{5}\"/><line class=\"whisker\" x1=\"{6:.1f}\" x2=\"{7:.1f}\" y1=\"{8}\" y2=\"{8}\"/>"
      "<line class=\"axis\" x1=\"{9:.1f}\" x2=\"{9:.1f}\" y1=\"0\" y2=\"{1}\"/></svg>",
      kLong, kHigh, escaped(title), left, right - left, kHigh - 4, across(from), across(to), kHigh / 2, across(0));
}

std::string dot_strip(std::string_view title, const Axis& scale, double value, double from, double to, double all) {
  constexpr double kLong = 200, kHigh = 14, kMargin = 5;
  const auto across = [&](double x) {
    return kMargin + (drawable(x) - scale.low) / (scale.high - scale.low) * (kLong - 2 * kMargin);
  };
  return fmt::format(
      "<svg viewBox=\"0 0 {0} {1}\" role=\"img\"><title>{2}</title><line class=\"guide\" x1=\"{3:.1f}\" "
      "x2=\"{3:.1f}\" y1=\"0\" y2=\"{1}\"/><line class=\"whisker\" x1=\"{4:.1f}\" x2=\"{5:.1f}\" y1=\"{6}\" "
      "y2=\"{6}\"/><circle class=\"dot one\" cx=\"{7:.1f}\" cy=\"{6}\" r=\"4.5\"/></svg>",
      kLong, kHigh, escaped(title), across(all), across(from), across(to), kHigh / 2, across(value));
}

Chart::Chart(const std::string& title, Axis x, Axis y)
    : title_(title), x_(std::move(x)), y_(std::move(y)), left_(kLeast) {
  for (const double tick : ticks(y_))
    left_ = std::max(left_, 8 + kDigit * static_cast<double>(tick_text(tick, y_).size()));
}

double Chart::across(double x) const { return left_ + (drawable(x) - x_.low) / (x_.high - x_.low) * (kRight - left_); }
double Chart::down(double y) const { return kBottom - (drawable(y) - y_.low) / (y_.high - y_.low) * (kBottom - kTop); }

void Chart::line(const std::vector<PlotPoint>& points, const char* style) {
  if (points.size() == 1) return dot(points[0], style);
  const double top = y_.high + (y_.high - y_.low) * 1e-9;
  std::string path;
  const auto add = [&](const PlotPoint& point) {
    path += fmt::format("{}{:.1f},{:.1f}", path.empty() ? "" : " ", across(point.x), down(point.y));
  };
  const auto end = [&] {
    if (!path.empty()) marks_ += fmt::format("<polyline class=\"line {}\" points=\"{}\"/>\n", style, path);
    path.clear();
  };
  const PlotPoint* last = nullptr;
  const std::vector<PlotPoint> shown = thinned(points);
  for (const PlotPoint& point : shown) {
    if (last != nullptr && (last->y > top) != (point.y > top)) {
      const double part = (y_.high - drawable(last->y)) / (drawable(point.y) - drawable(last->y));
      add({std::lerp(last->x, point.x, part), y_.high});
      if (point.y > top) end();
    }
    if (point.y <= top) add(point);
    last = &point;
  }
  end();
}

void Chart::bar(double left, double right, double height, const char* style) {
  marks_ += fmt::format("<rect class=\"bar {}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n",
                        style, across(left), down(height), across(right) - across(left), down(0) - down(height));
}

void Chart::dot(PlotPoint point, const char* style) {
  marks_ += fmt::format("<circle class=\"dot {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/>\n", style, across(point.x),
                        down(point.y));
}

void Chart::points(const std::vector<PlotPoint>& points, const char* style) {
  for (const PlotPoint& point : points) {
    if (point.x < x_.low || point.x > x_.high || point.y < y_.low || point.y > y_.high) continue;
    marks_ += fmt::format("<circle class=\"point {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.5\"/>\n", style,
                          across(point.x), down(point.y));
  }
}

void Chart::cells(const Cells& cells, const char* style) {
  constexpr size_t kShades = 10;  // by the logarithm of the count
  const int64_t most = *std::max_element(cells.counts.begin(), cells.counts.end());
  std::string paths[kShades];
  for (size_t i = 0; i < cells.counts.size(); ++i) {
    if (cells.counts[i] == 0) continue;
    const auto corner = [](double low, double high, size_t at, size_t of) {
      return std::lerp(low, high, static_cast<double>(at) / static_cast<double>(of));
    };
    const size_t column = i % cells.across, row = i / cells.across;
    const double left = across(corner(cells.x_low, cells.x_high, column, cells.across)),
                 right = across(corner(cells.x_low, cells.x_high, column + 1, cells.across)),
                 bottom = down(corner(cells.y_low, cells.y_high, row, cells.down)),
                 top = down(corner(cells.y_low, cells.y_high, row + 1, cells.down));
    const double share = std::log1p(static_cast<double>(cells.counts[i])) / std::log1p(static_cast<double>(most));
    const size_t shade = std::min(kShades - 1, static_cast<size_t>(share * kShades));
    paths[shade] += fmt::format("M{:.1f},{:.1f}H{:.1f}V{:.1f}H{:.1f}z", left, top, right, bottom, left);
  }
  for (size_t shade = 0; shade < kShades; ++shade) {
    if (paths[shade].empty()) continue;
    marks_ += fmt::format("<path class=\"bar {}\" fill-opacity=\"{:.2f}\" d=\"{}\"/>\n", style,
                          0.1 + 0.9 * static_cast<double>(shade) / (kShades - 1), paths[shade]);
  }
}

std::string Chart::svg() const {
  std::string out = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\">\n<title>{}</title>\n", kWidth, kHeight,
                                escaped(title_));
  for (const double tick : ticks(y_)) {
    out += fmt::format("<line class=\"grid\" x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>", left_, kRight,
                       down(tick));
    out += fmt::format("<text class=\"end\" x=\"{}\" y=\"{:.1f}\">{}</text>\n", left_ - 6, down(tick) + 4,
                       tick_text(tick, y_));
  }
  for (const double tick : ticks(x_)) {
    out += fmt::format("<line class=\"axis\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\"/>", across(tick),
                       kBottom, kBottom + 4);
    const std::string text = tick_text(tick, x_);
    const double most = kWidth - kDigit * static_cast<double>(text.size()) / 2;
    out += fmt::format("<text class=\"middle\" x=\"{:.1f}\" y=\"{}\">{}</text>\n", std::min(across(tick), most),
                       kBottom + 18, text);
  }
  out += fmt::format("<line class=\"axis\" x1=\"{0}\" x2=\"{1}\" y1=\"{2}\" y2=\"{2}\"/>\n", left_, kRight, kBottom);
  out += fmt::format("<text x=\"6\" y=\"12\">{}</text>\n", escaped(y_.label));
  out += fmt::format("<text class=\"middle\" x=\"{}\" y=\"{}\">{}</text>\n", (left_ + kRight) / 2, kHeight - 6,
                     escaped(x_.label));
  return out + marks_ + "</svg>\n";
}

}  // namespace mdl
