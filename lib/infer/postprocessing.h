// From the members' raw outputs to the predictions that are printed and scored. Training, evaluate and predict all take
// this way.
#pragma once

#include <cmath>
#include <span>

#include "infer/predictions.h"
#include "modelfile/model.h"

namespace mdl {

/// Of classes: the mean of the members' probabilities (the softmax of their outputs, or with two classes the sigmoid of
/// the one output, which is the positive class's); temperature; smoothing; rounding; the label. Of numbers: the mean,
/// in the target's own units; its limits; rounding. With a log link it is the mean of the members' means, so that where
/// each of them balances (the sum of its means is that of the targets) the ensemble does; times the row's exposure. Of
/// a transformed target it is the mean of logarithms, transformed back. Quantiles are sorted once they are averaged: so
/// they do not cross, and the pinball loss does not rise by it (Chernozhukov, Fernandez-Val and Galichon 2010).
struct Postprocessing {
  Postprocessing(const Target& target, size_t member_count);
  explicit Postprocessing(const Model& model);

  /// Makes room for so many rows.
  void start(size_t rows, Predictions& predictions) const;

  /// Adds a member's outputs [rows, outputs] to the mean, from row `to` of the predictions on.
  void add(const float* outputs, size_t rows, Predictions& predictions, size_t to) const;

  /// Makes what is printed of the mean, once all members have been added, and exposures been put in their place.
  void finish(size_t rows, Predictions& predictions, size_t to) const;

  /// The class that these probabilities are labelled with.
  int32_t label(std::span<const double> probabilities) const;

  /// The raw output, which is what is left where nothing is rounded and no probability saturates: of a number the value
  /// within its limits, or its logarithm where the target has logarithms, of an exposure of 1; of classes the log-odds
  /// of class `k`, after temperature and smoothing, of which both the probability and what it lacks to 1 come by sums of
  /// logarithms. `sums` [sums_width()] are first_sum() each, to which add_raw() added each member's outputs for that
  /// row: of classes the logarithms of the sums of the members' probabilities. Not a number where an output is not
  /// finite.
  double raw(std::span<const double> sums, size_t k) const;
  size_t sums_width() const { return task == Task::kRegression ? outputs : classes; }
  double first_sum() const { return task == Task::kRegression ? 0 : -INFINITY; }
  void add_raw(const float* outputs, size_t rows, double* sums) const;

  /// The class of whose log-odds a row's answer is explained: the positive one, or of several the predicted one.
  size_t raw_class(const Predictions& predictions, size_t row) const {
    return task == Task::kMulticlass ? static_cast<size_t>(predictions.classes[row]) : positive;
  }

  /// Regression: the values, ascending, that the members' sums [outputs] stand for, of exposure 1 and within their
  /// limits.
  void values_of(std::span<const double> sums, std::span<double> values) const;

  Task task;
  size_t classes, positive;  // as Target has them
  double mean, scale;        // likewise
  Objective objective;
  bool log;
  std::vector<double> centers;
  bool doubles;                                                          // numbers are printed as doubles
  size_t members, outputs;                                               // outputs: of a member for a row
  bool exposed = false;                                                  // rows have exposures
  double temperature = 1, smoothing = 0, smearing = 1, threshold = 0.5;  // as Model has them
  double low = -INFINITY, high = INFINITY;                               // likewise

 private:
  /// A member's part of the sum that one of its outputs adds to.
  double part_of(float output) const {
    const double value = static_cast<double>(output);
    return (objective.has_log_link() ? std::exp(mean + scale * value) : value) / static_cast<double>(members);
  }
};

/// Labels the rows anew, by the model's threshold.
void relabel(const Model& model, Predictions& predictions);

/// Makes probabilities decimal numbers that sum to one: each but the largest is the float nearest to it, as its
/// shortest decimal; the largest is one minus the others, to 15 decimals. So the numbers printed, the numbers scored
/// and a reader's sum of them agree.
void round_probabilities(std::span<double> probabilities);

}  // namespace mdl
