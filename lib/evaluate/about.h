// What a report says of the model that it is about.
#pragma once

#include <vector>

#include "modelfile/model.h"
#include "report/report.h"

namespace mdl {

/// The target, the features by their kinds, and the recipe; of a serving model only what it holds.
std::vector<Fact> about_model(const Model& model);

/// What errors cost by the rule that chose the model's threshold; nothing where it is none of costs.
std::optional<Threshold> cost_of(const Model& model);

}  // namespace mdl
