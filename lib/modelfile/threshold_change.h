// Another threshold for a trained model.
#pragma once

#include <string>

#include "modelfile/model.h"

namespace mdl {

/// The rule is as train.threshold spells it, of a number alone ""; `chosen` says on what: "f1 on 4,454 rows". The
/// model's scores of predicted classes, which were at the old threshold, are forgotten; its changes tell of the new one.
void change_threshold(Model& model, double threshold, const std::string& rule, const std::string& chosen);

/// Whether it has one, not the one that it was trained with.
bool has_changed_threshold(const Model& model);

}  // namespace mdl
