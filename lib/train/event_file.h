// TensorBoard's event file: records of TFRecord, each an Event of tensorflow/core/util/event.proto with scalars.
#pragma once

#include <string>
#include <vector>

#include "base/folder.h"
#include "train/tracked_evaluation.h"

namespace mdl {

/// kEventFile of a run's folder grows by an Event an evaluation: loss/train, loss/validation, learning_rate and
/// metrics/NAME by step; of a run of trials with /trial_N behind.
class EventFile {
 public:
  /// Holds the events of `evaluations` then. Those that are there already, in this order, stay as they are, so that a
  /// TensorBoard that follows the file goes on with it; what is behind them is cut off. The folder must outlive this.
  /// Throws Error.
  EventFile(const Folder& folder, const std::vector<TrackedEvaluation>& evaluations);
  ~EventFile();
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;

  /// Throws Error.
  void add(const TrackedEvaluation& evaluation);

 private:
  void append(const std::string& record);

  std::string name_;  // for messages
  int descriptor_;
};

/// The bytes of the record with the Event, at `seconds` since 1970.
std::string event_record(const TrackedEvaluation& evaluation, double seconds);

}  // namespace mdl
