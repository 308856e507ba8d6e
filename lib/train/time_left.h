// How long a run will still take.
#pragma once

#include <optional>

namespace mdl {

/// Goes by the speed since the first look, at which the start, when libraries and memory are touched for the first
/// time, is over.
class TimeLeft {
 public:
  /// At `seconds` of the run a part `done` of it, from 0 to 1, was done. The seconds that are left; empty where there is
  /// too little to go by.
  std::optional<double> look(double seconds, double done) {
    constexpr double kLeastSeconds = 2, kLeastLooks = 5;
    if (looks_ == 0) {
      first_seconds_ = seconds;
      first_done_ = done;
    }
    if (done > last_done_) ++looks_;
    last_done_ = done;
    const double passed = seconds - first_seconds_;
    if (passed < kLeastSeconds || looks_ <= kLeastLooks) return std::nullopt;
    return passed / (done - first_done_) * (1 - done);
  }

 private:
  int looks_ = 0;  // at which something more was done
  double first_seconds_ = 0, first_done_ = 0, last_done_ = 0;
};

}  // namespace mdl
