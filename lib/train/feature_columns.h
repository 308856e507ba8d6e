// Which columns of a table are features, and what a person should know of how they were read.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "table/dataset.h"
#include "table/encoder.h"

namespace mdl {

/// The columns to learn from: not those without a name; nor those that number the rows, unless data.types has them or
/// there is no other.
std::vector<const Column*> feature_columns(const Dataset& dataset, const DataConfig& data,
                                           std::vector<std::string>& notes);

/// A note about the columns of the table that the config takes for something else than features.
void note_roles(const DataConfig& data, std::vector<std::string>& notes);

/// A note about columns whose values are spelled in several ways.
void note_spellings(const std::vector<const Column*>& columns, std::vector<std::string>& notes);

/// A note about how features are read that hold no plain numbers.
void note_forms(const Encoder& encoder, const DataConfig& data, std::vector<std::string>& notes);

}  // namespace mdl
