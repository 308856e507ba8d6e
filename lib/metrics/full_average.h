// What all networks of a run can be expected to do, from rows that only some of them predict: out of fold a row is
// predicted by one network of each partition, a new row by all. To first order the error of an average of n networks that
// err apart falls as a + b / n (Ueda and Nakano 1996), so b is told by one network a row and by all that there are.
#pragma once

#include "metrics/interval.h"
#include "metrics/metric.h"

namespace mdl {

/// Networks that predict a row: `here` of `all`. Above 1: without two there is nothing to go by.
struct NetworksARow {
  size_t here = 1, all = 1;
};

/// A quantity of the average of all, from that of one network (a mean over them) and of those that are here.
double of_full_average(double of_one, double of_those_here, const NetworksARow& networks);

struct FullAverage {
  Scores scores;  // within the range of each
  Intervals
      intervals;  // from the one that was found to the one moved along with the score: how much is gained is known
                  // less well than that it is
};

/// The expected calibration error stays as found: the temperature is fitted to the full average.
FullAverage full_average(Task task, const std::vector<Scores>& of_one, const Scores& here, const Intervals& intervals,
                         const NetworksARow& networks);

}  // namespace mdl
