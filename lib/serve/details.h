// What a model knows of its inputs, for one who wants to fill them in: more than the protocol's metadata tell.
#pragma once

#include <nlohmann/json.hpp>

#include "modelfile/model.h"

namespace mdl {

/// {"target", "task", "classes", "positive", "threshold", "inputs": [...]}, of classes and of two classes what there is
/// of them. An input has "name" and "kind": "number", "date" or "category". Any input may be missing: null; but for the
/// exposure, which has "role" and is above 0.
///
///   "form"           of numbers and dates that are not spelled as a JSON number: what a cell is, "date like 2024-05-31"
///   "range"          "low", "median" and "high", the training rows' 5th, 50th and 95th percent, as cells; plain numbers
///                    that differ have a "step", a power of ten: steps from low to high are 50 to 500
///   "categories"     "value" and "share" (of all training rows, to 0.0001), in the model's order, the
///                    kMostToldCategories most frequent; "more": how many others there are
///   "missing_share"  of the training rows
///
/// A serving model knows neither categories nor what the training rows were like: name, kind and form are all it tells.
nlohmann::ordered_json details_of(const Model& model);

inline constexpr size_t kMostToldCategories = 200;

}  // namespace mdl
