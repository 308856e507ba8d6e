// What a run minimises: whether it fits the rest of the config and the target, and the scale on which it is learned.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "config/config.h"
#include "table/target.h"

namespace mdl {

/// Throws Error where the config's keys of the loss do not fit each other, or its task.
void expect_objective(const Config& config);

/// Throws Error where train.metric is no score of the target.
void expect_metric(std::optional<Metric> metric, const Target& target);

/// Whether train.loss or data.target_transform says that the target is a number.
bool tells_regression(const Config& config);

/// Makes `target` one of this objective, before its scale is known. Throws Error where it is of classes.
void set_objective(const Config& config, Target& target);

/// Throws Error at the first number that the target cannot be learned with; the rows are `file`'s from `first` on.
/// Numbers that are missing are passed over.
void expect_numbers(const Target& target, std::span<const double> numbers, const std::string& file, size_t first = 0);

/// Sets mean, scale, centers and average by the rows `train`; of `exposures` there are none or one a row. Throws Error
/// where there is nothing to learn, or numbers are too large.
///   squared error      mean and standard deviation
///   mae, huber         median, and the interquartile range / 1.349 (0: the standard deviation), which outliers do not
///                      stretch
///   quantile           the same scale; of each output the rows' own quantile, where training starts
///   with a log link    the logarithm of sum(y) / sum(exposure), so that 0 is where training starts; scale 1
void fit_target(Target& target, std::span<const double> numbers, std::span<const double> exposures,
                std::span<const uint32_t> train);

/// Rows that train, one after the other, as often as it is asked for them.
using EachRow = std::function<void(const std::function<void(double number, double exposure)>& row)>;

/// The same of rows that are not all in memory; quantiles are those of `sample`, rows of `numbers`.
void fit_target(Target& target, const EachRow& each, std::span<const double> numbers, std::span<const uint32_t> sample);

/// What the network learns of a number: it standardised, its logarithm, or with a log link it relative to the training
/// rows' mean at its exposure.
float learned_number(const Target& target, double number, double exposure);

/// What it learns of a row: of two classes 1 or 0, of several the class, else the number.
float learned_target(const Target& target, const TargetValues& labels, size_t row, double exposure);

/// By how much a row's weight grows with its exposure e, so that the loss is that of an offset of log(e): the unit
/// deviance of power p has d(y, e mu) = e^(2-p) d(y / e, mu).
double exposure_weight(const Target& target, double exposure);

}  // namespace mdl
