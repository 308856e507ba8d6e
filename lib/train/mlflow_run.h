// A run on an MLflow server, by its REST API (2.0): params, metrics, status, and files by the server's artifact proxy.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "serve/http_client.h"
#include "train/tracked_evaluation.h"

namespace mdl {

using MlflowParams = std::vector<std::pair<std::string, std::string>>;

struct MlflowOptions {
  HttpServer server;
  std::string experiment, name;
  std::string id;  // of the run that goes on; empty: a new one
  MlflowParams params;
  bool by_epoch = true;                              // the axis of its charts; else optimizer steps
  std::function<void(const std::string& id)> begun;  // with a new run's id, from another thread
};

/// Evaluations are sent by a thread of its own, so that training does not wait. While the server is away they are kept.
class MlflowRun {
 public:
  /// `evaluations` are those so far; a run that goes on is not sent again what it has.
  MlflowRun(MlflowOptions options, const std::vector<TrackedEvaluation>& evaluations);
  ~MlflowRun();
  MlflowRun(const MlflowRun&) = delete;
  MlflowRun& operator=(const MlflowRun&) = delete;

  void add(const TrackedEvaluation& evaluation);

  /// What went wrong first, once: a line.
  std::optional<std::string> trouble();

  struct File {
    std::string name;
    std::function<std::string()> read;
  };
  struct Results {
    std::vector<std::pair<std::string, double>> scores;
    int64_t step = 0;
    MlflowParams params;  // known at the end only
    std::vector<File> files;
  };

  /// Sends what is left, with the final status: FINISHED, FAILED or KILLED. Names what could not be sent: "3 of 12
  /// evaluations", "model.safetensors".
  std::vector<std::string> end(const char* status, const Results& results);

 private:
  struct Waiting {
    TrackedEvaluation evaluation;
    int64_t milliseconds;  // since 1970
  };

  void work();
  bool attempt(const std::function<void()>& what);
  nlohmann::json call(const char* method, const std::string& path, const nlohmann::json* body, int* status = nullptr);
  nlohmann::json post(const std::string& path, const nlohmann::json& body);
  std::string experiment_id();
  void begin();
  void go_on();
  void log_params(const MlflowParams& params);
  void log_evaluations();
  int64_t step_of(const EpochRecord& record) const { return options_.by_epoch ? record.epoch : record.step; }

  MlflowOptions options_;
  bool has_params_ = false, begun_ = false;
  std::string artifacts_;  // URI
  size_t all_ = 0;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> waiting_;
  std::optional<std::string> trouble_;
  bool troubled_ = false, ending_ = false;
  std::thread thread_;
};

}  // namespace mdl
