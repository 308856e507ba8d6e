// The folder of a run.
#pragma once

#include <ctime>
#include <string>
#include <vector>

#include "io/protected_folder.h"

namespace mdl {

/// The files of a run, by their names in its folder; encrypted ones have .age behind.
inline constexpr const char* kModelFile = "model.safetensors";
inline constexpr const char* kStateFile = "last.safetensors";
inline constexpr const char* kMetricsFile = "metrics.jsonl";
inline constexpr const char* kConfigFile = "config.yaml";
inline constexpr const char* kReportFile = "report.html";
inline constexpr const char* kRecordFile = "run.json";
inline constexpr const char* kEventFile = "events.out.tfevents.mdl";  // found by "tfevents" in its name
inline constexpr const char* kMlflowFile = "mlflow.json";             // which run of MLflow this one is
std::vector<std::string> run_files();

/// All names that files of a run may have: each in clear and encrypted, and the signatures of both.
std::vector<std::string> stored_run_files();

/// What a folder holds of these: nothing; a run that has not come to its first state, and no model; a run; files that
/// are no run of mdl's.
enum class Holding { kNothing, kBegun, kRun, kForeign };

/// It is a run where the model or the state is a file that says so in its metadata, or is encrypted.
Holding holding_of(const ProtectedFolder& folder);

/// A file of the run, be it in clear or encrypted; empty where it is not there, or no key opens it.
std::string content_of(const Folder& folder, const std::string& name);

/// The local day: 2026-11-30.
std::string day_of(time_t seconds);

/// Of its model, or of its state.
std::string date_of(const Folder& folder);

/// What happens to a run that is in the output folder already.
enum class Existing { kRefuse, kReplace, kResume };

/// Throws Error when the folder holds what a run that begins there must not replace: another run, unless `existing`
/// allows it, and files of these names that are none of mdl's, or links, always.
void expect_free(const ProtectedFolder& folder, Existing existing);

/// The same of a path, where there may be no folder yet.
void expect_free(const std::string& folder, Existing existing);

}  // namespace mdl
