// The rows of a table as a network learns from them.
#pragma once

#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "table/dataset.h"
#include "table/encoder.h"
#include "table/split.h"
#include "table/target.h"
#include "train/one_column.h"
#include "train/start_model.h"
#include "train/supervision.h"

namespace mdl {

/// How a table became what it is learned as; for a person.
struct Findings {
  std::string table;          // its name
  size_t rows = 0;            // of the table
  size_t unlabelled = 0;      // rows without a target, which are left out
  std::string other_reading;  // of the target (target.h)
  std::vector<std::string> notes;
  std::optional<Giveaways> giveaways;  // columns that may hold the answer
};

struct TrainingData {
  Target target;
  Encoder encoder;
  EncodedRows rows;     // the table's; then those of the validation file, where there is one
  TargetValues labels;  // of the same rows
  Split split;
  std::vector<double> weights;              // of the same rows; empty: all weigh the same
  std::vector<double> class_priors;         // classification: of the training rows
  double low = -INFINITY, high = INFINITY;  // regression: what predictions are clipped to (model.clamp)
  Findings findings;
  std::vector<InputFile> inputs;            // of data.train
  TextFormat format;                        // of the first of them
  NumberForm weight_form;                   // of data.weight
  std::optional<InputFile> validation;      // data.validation, where it is a file
  std::shared_ptr<const StartModel> start;  // train.from; null: none
};

/// Fits the encoder, and a regression's scale, on the rows of `split` that train, or takes those of `start`, and
/// encodes
/// all rows. `dataset` stays
/// as it is; of a block of its rows (column.h) that is read no more `encoded` is told. Throws Error when no column is
/// left to learn from, or the training rows' target is all the same.
TrainingData encode_rows(const Config& config, const Dataset& dataset, Supervision known, Split split,
                         const std::function<void(size_t block)>& encoded = {},
                         std::shared_ptr<const StartModel> start = nullptr);

}  // namespace mdl
