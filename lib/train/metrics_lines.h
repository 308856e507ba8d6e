// metrics.jsonl: the evaluations of a run, each a line of JSON.
#pragma once

#include <string>
#include <vector>

#include "base/folder.h"
#include "modelfile/model.h"
#include "train/state.h"

namespace mdl {

/// {"epoch":1,"step":39,"train_loss":...}, without the line's end; of a run of trials with the trial, from 1, or 0.
std::string metrics_line(const EpochRecord& record, size_t trial);

/// An evaluation a line; of a run of trials, all of these. The last line is what the model scores on data.test, once it
/// was scored there.
std::string metrics_lines(const TrainState& state, const Model* model = nullptr);

/// An evaluation as metrics.jsonl has it, with the losses alone of its scores.
struct LoggedEvaluation {
  int trial = 0;  // from 1; 0: the run had none
  EpochRecord record;
};

/// Those that can be read.
std::vector<LoggedEvaluation> logged_evaluations(const Folder& folder);

/// The evaluations of a finished run's metrics.jsonl, of the trial that was taken, with the loss alone of its scores;
/// none
/// where they cannot be read.
std::vector<EpochRecord> taken_evaluations(const std::string& folder, const Model& model);

}  // namespace mdl
