// Going on from a model (train.from): its encoder and its target's scale or classes are kept, its weights are the first
// ones.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/config.h"
#include "modelfile/model.h"
#include "table/dataset.h"
#include "table/target.h"

namespace mdl {

struct StartModel {
  std::string path, sha256;
  Model model;

  /// Of the member of this number; there may be more of them than the model has.
  const Values& weights_of(uint64_t member) const { return model.members[member % model.members.size()]; }
};

/// Throws Error where the model is none to go on from.
StartModel load_start(const std::string& path);

/// The columns' types as the model reads them, over those of the config.
std::map<std::string, ColumnType> types_of(const StartModel& start, const DataConfig& data);

/// Throws Error where the target that is inferred of a table poses another task than the model's, or has other classes.
void expect_same_target(const StartModel& start, const Target& inferred, const std::string& table);

/// Throws Error where a column that the model reads is left out or held otherwise than it reads it.
void expect_same_columns(const StartModel& start, const Config& config, const Dataset& dataset);

/// A note about columns that the model does not read; "" where there are none.
std::string note_of_new_columns(const StartModel& start, const std::vector<const Column*>& features);

/// Throws Error where the config makes another network, or asks for another encoder than the one that is kept.
void expect_same_network(const StartModel& start, const Config& config, const Network& network);

}  // namespace mdl
