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
#include "train/row_cache.h"
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
  EncodedRows rows;     // the table's, or of a cached one a sample of those that train, then those that validate; then
                        // those of the validation file, where there is one
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
  std::shared_ptr<const RowCache> cache;    // Split::streamed training rows; null: all rows are in memory
};

/// What encode_rows() does before rows are encoded and the target's scale or class shares are fitted. Throws as it
/// does.
TrainingData fit_rows(const Config& config, const Dataset& dataset, Supervision known, Split split,
                      std::shared_ptr<const StartModel> start = nullptr);

/// What predictions are clipped to, from the lowest and the highest target of the rows that train and how many rows
/// have each: rounded outwards where those are so few that they would tell of single rows.
void clip_to_targets(const Config& config, double low, size_t rows_low, double high, size_t rows_high,
                     TrainingData& data);

/// The share of each class, from how many rows of each train. Throws Error where all are of one.
std::vector<double> class_priors(const Target& target, const std::vector<size_t>& rows, const std::string& table);

/// Fits the encoder, and a regression's scale, on the rows of `split` that train, or takes those of `start`, and
/// encodes all rows. `dataset` stays
/// as it is; of a block of its rows (column.h) that is read no more `encoded` is told. Throws Error when no column is
/// left to learn from, or the training rows' target is all the same.
TrainingData encode_rows(const Config& config, const Dataset& dataset, Supervision known, Split split,
                         const std::function<void(size_t block)>& encoded = {},
                         std::shared_ptr<const StartModel> start = nullptr);

}  // namespace mdl
