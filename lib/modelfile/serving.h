// Models for serving: a file that goes where predictions are made and tells of the training data as little as it can.
#pragma once

#include "modelfile/model.h"

namespace mdl {

/// What answering needs of a model, and no more: no config, scores, class shares, histograms, numbers of rows, versions;
/// categories and exact values by hashes (table/hashed_values.h), with random keys, so that each call gives another
/// model. It answers the same, bit by bit. Means, scales, bounds and the weights remain; the reference row only where
/// answers are to be `explainable`. Throws Error with the reason alone where it is a serving model already, or has no
/// reference row to keep.
Model serving_model(Model model, bool explainable = false);

/// Throws Error "<subject> is a serving model, which <lacks>; ..." where the model is one.
void expect_full(const Model& model, const std::string& subject, const char* lacks);

}  // namespace mdl
