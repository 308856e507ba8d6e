// Going on with a run that was interrupted.
#pragma once

#include "base/console.h"
#include "modelfile/network.h"
#include "train/run_folder.h"
#include "train/state.h"

namespace mdl {

/// The state of the run in the folder, checked against what this one would be; empty where none has begun there. With
/// `allow_changes` it may differ in data and config, which the state then records. Throws Error.
TrainState state_to_resume(const ProtectedFolder& folder, const Config& config, const Network& network, Task task,
                           RunFingerprint identity, bool allow_changes, Console& console);

}  // namespace mdl
