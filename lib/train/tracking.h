// Where others see a run while it goes on, as the config's section `track` says: TensorBoard and MLflow.
#pragma once

#include <memory>

#include "base/console.h"
#include "config/config.h"
#include "io/protected_folder.h"
#include "modelfile/model.h"
#include "train/event_file.h"
#include "train/mlflow_run.h"
#include "train/state.h"

namespace mdl {

/// Throws Error where the config asks for what would be seen in clear and must not, or names no server.
void expect_trackable(const Config& config);

/// References must outlive this. Trouble with a server is told, and changes nothing else.
class Tracking {
 public:
  /// Goes on from `state`; `several` trials are in the run. Throws Error.
  Tracking(const Config& config, const ProtectedFolder& folder, const TrainState& state, bool several,
           Console& console);
  ~Tracking();
  Tracking(const Tracking&) = delete;
  Tracking& operator=(const Tracking&) = delete;

  /// After each evaluation, the last of state.history.
  void evaluated(const TrainState& state);

  /// With what the run came to: the config that its networks were trained by, and the files as they lie in the folder.
  void finished(const Config& config, const Model& model, const std::vector<std::string>& files);

 private:
  void warn_once();
  void end(const char* status, const MlflowRun::Results& results);

  const Config& config_;
  const ProtectedFolder& folder_;
  const bool several_;
  Console& console_;
  std::unique_ptr<EventFile> events_;
  std::unique_ptr<MlflowRun> mlflow_;
};

}  // namespace mdl
