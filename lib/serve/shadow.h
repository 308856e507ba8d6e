// How the answers of a second model differ.
#pragma once

#include "serve/metrics.h"
#include "serve/prediction_request.h"

namespace mdl {

/// Of the same rows. Throws Error where the models predict different things.
Metrics::Comparison compare_predictions(const PredictionRequest& answered, const PredictionRequest& shadow);

}  // namespace mdl
