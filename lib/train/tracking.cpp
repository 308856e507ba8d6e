#include "train/tracking.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/signals.h"
#include "base/text.h"
#include "config/dump.h"
#include "config/fields.h"
#include "crypto/key_file.h"
#include "io/protection.h"
#include "train/run_folder.h"

namespace mdl {
namespace {

constexpr const char *kToken = "MLFLOW_TRACKING_TOKEN", *kTokenFile = "MLFLOW_TRACKING_TOKEN_FILE",
                     *kCertificates = "MLFLOW_TRACKING_SERVER_CERT_PATH";

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Throws Error where the token or the certificates are not what they are to be.
HttpServer server_of(const std::string& uri) {
  HttpServer server;
  if (!parse_http_server(uri, server))
    fail("track.mlflow: expected http://HOST[:PORT] or https://..., found {}", quote(uri));
  server.certificates = variable(kCertificates);
  std::string token = variable(kToken);
  const char* from = kToken;
  if (const std::string file = variable(kTokenFile); token.empty() && !file.empty()) {
    token = std::string(strip(read_key_file(file).view()));
    from = kTokenFile;
  }
  if (token.empty()) return server;
  keep_out_of_core_dumps();
  if (!std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; }))
    fail("{}: holds a blank, or what is not ASCII; a token is expected", from);
  if (!server.tls && !is_loopback(server))
    fail("track.mlflow: {} would get the token of {} unencrypted; use https", uri, from);
  server.authorization = "Bearer " + token;
  return server;
}

/// The MLflow run of the folder's run; empty where there is none on this server.
std::string known_id(const ProtectedFolder& folder, const std::string& uri) {
  if (folder.find(kMlflowFile) != Folder::Entry::kFile) return "";
  const auto said = nlohmann::json::parse(folder.read(kMlflowFile), nullptr, /*allow_exceptions=*/false);
  if (!said.is_object() || said.value("uri", nlohmann::json()) != uri) return "";
  const nlohmann::json id = said.value("run_id", nlohmann::json());
  return id.is_string() ? id.get<std::string>() : "";
}

/// Those so far.
std::vector<TrackedEvaluation> evaluations_of(const TrainState& state, bool several) {
  std::vector<TrackedEvaluation> evaluations;
  const auto add = [&](const std::vector<EpochRecord>& history, size_t trial) {
    for (const EpochRecord& record : history) evaluations.push_back({record, several ? trial : 0});
  };
  for (size_t t = 0; t < state.trials.size(); ++t) add(state.trials[t].history, t + 1);
  add(state.history, state.trials.size() + 1);
  return evaluations;
}

bool is_open(const std::string& value) { return value == "null"; }

MlflowParams params_of(const Config& config) {
  MlflowParams params;
  for (const Field& field : fields()) {
    const std::string value = field.write(config);
    if (!is_open(value) && !field.key.starts_with("track.")) params.emplace_back(field.key, value);
  }
  return params;
}

}  // namespace

void expect_trackable(const Config& config) {
  const bool tracked[] = {config.track.tensorboard, !config.track.mlflow.empty()};
  const char* keys[] = {"track.tensorboard", "track.mlflow"};
  for (size_t i = 0; i < std::size(keys); ++i) {
    if (!tracked[i]) continue;
    if (ProtectedFolder::encrypts())
      fail("{}: would show in clear what protect.recipients encrypts; omit one of them", keys[i]);
    if (has_encrypted_input() && !protection().plaintext_output)
      fail("{}: would show in clear what comes from encrypted input; omit it, or say --plaintext-output", keys[i]);
  }
  if (tracked[1]) server_of(config.track.mlflow);
}

Tracking::Tracking(const Config& config, const ProtectedFolder& folder, const TrainState& state, bool several,
                   Console& console)
    : config_(config), folder_(folder), several_(several), console_(console) {
  const std::vector<TrackedEvaluation> evaluations = evaluations_of(state, several);
  if (config.track.tensorboard) {
    events_ = std::make_unique<EventFile>(folder.stored(), evaluations);
  } else {
    folder.stored().remove(kEventFile);  // of a run that this one replaces
  }
  const std::string& uri = config.track.mlflow;
  const bool goes_on = !state.members.empty() || !state.trials.empty();
  const std::string id = uri.empty() || !goes_on ? "" : known_id(folder, uri);
  if (id.empty()) folder.stored().remove(kMlflowFile);
  if (uri.empty()) return;
  const auto begun = [&folder, uri](const std::string& new_id) {
    folder.write(kMlflowFile, nlohmann::ordered_json{{"uri", uri}, {"run_id", new_id}}.dump() + "\n");
  };
  const std::string experiment = config.track.experiment.empty() ? "Default" : config.track.experiment;
  mlflow_ = std::make_unique<MlflowRun>(MlflowOptions{.server = server_of(uri),
                                                      .experiment = experiment,
                                                      .name = std::filesystem::path(config.output).filename().string(),
                                                      .id = id,
                                                      .params = params_of(config),
                                                      .by_epoch = config.train.evaluate_every.steps == 0,
                                                      .begun = begun},
                                        evaluations);
}

Tracking::~Tracking() {
  if (mlflow_) end(stop_signal() != 0 ? "KILLED" : "FAILED", {});
}

void Tracking::evaluated(const TrainState& state) {
  const TrackedEvaluation evaluation{state.history.back(), several_ ? state.trials.size() + 1 : 0};
  if (events_) events_->add(evaluation);
  if (!mlflow_) return;
  mlflow_->add(evaluation);
  warn_once();
}

void Tracking::finished(const Config& config, const Model& model, const std::vector<std::string>& files) {
  if (!mlflow_) return;
  MlflowRun::Results results{.step = model.epoch};
  for (const auto& [metric, value] : model.validation) results.scores.emplace_back(name_of(metric), value);
  for (const auto& [metric, value] : model.test)
    results.scores.emplace_back(fmt::format("test_{}", name_of(metric)), value);
  for (const Field& field : fields()) {
    if (is_open(field.write(config_)) && !is_open(field.write(config)))
      results.params.emplace_back(field.key, field.write(config));
  }
  for (const std::string& name : files)
    results.files.push_back({name, [this, name] { return folder_.stored().read(name); }});
  end("FINISHED", results);
}

void Tracking::warn_once() {
  if (const auto trouble = mlflow_->trouble())
    console_.warn(
        fmt::format("track.mlflow: {}: {}; the run goes on without it, and says at its end what is missing there",
                    config_.track.mlflow, *trouble));
}

void Tracking::end(const char* status, const MlflowRun::Results& results) {
  const std::vector<std::string> missing = mlflow_->end(status, results);
  warn_once();
  if (!missing.empty())
    console_.warn(fmt::format("track.mlflow: {}: not logged: {}; {} has it", config_.track.mlflow,
                              fmt::join(missing, ", "), config_.output));
  mlflow_.reset();
}

}  // namespace mdl
