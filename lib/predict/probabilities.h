// From the network's raw outputs to the probabilities that people see.
#pragma once

#include <cstddef>
#include <span>

namespace mdl {

/// Probabilities of the classes, as decimal numbers that sum to one: each but the largest is the float nearest to it, as its
/// shortest decimal; the largest is one minus the others, to 15 decimals. So the numbers printed, the numbers scored and a
/// reader's sum of them agree.
///
/// `logits`: K of a softmax; `probabilities`: K.
void softmax_probabilities(std::span<const float> logits, std::span<double> probabilities);

/// Two classes from one logit, that of class `positive`.
void sigmoid_probabilities(float logit, size_t positive, std::span<double> probabilities);

/// The double nearest to the shortest decimal of `value`: what a reader of the printed number gets.
double as_printed(float value);

}  // namespace mdl
