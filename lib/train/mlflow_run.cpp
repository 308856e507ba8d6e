#include "train/mlflow_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>

#include "base/counted.h"
#include "base/error.h"
#include "base/signals.h"
#include "base/text.h"

namespace mdl {
namespace {

using nlohmann::json;

// Limits of MLflow's API.
constexpr size_t kMostParams = 100, kMostMetrics = 1000, kLongestParam = 6000;

constexpr std::chrono::seconds kPause(10);  // before a server that is away is asked again
constexpr int kSecondsAFile = 120;
constexpr int kNotFound = 404;

int64_t now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

std::string behind(size_t trial) { return trial > 0 ? fmt::format("/trial_{}", trial) : ""; }

json metric(const std::string& key, double value, int64_t milliseconds, int64_t step) {
  return {{"key", key}, {"value", value}, {"timestamp", milliseconds}, {"step", step}};
}

/// "mlflow-artifacts:/0/8f1/artifacts" and "mlflow-artifacts://HOST/0/8f1/artifacts" are 0/8f1/artifacts of the
/// server's
/// proxy. Throws Error where the server leaves files to its clients.
std::string proxied(const std::string& uri) {
  constexpr std::string_view kScheme = "mlflow-artifacts:";
  if (!uri.starts_with(kScheme))
    fail("its artifacts are at {}, which it does not pass on; start it with --serve-artifacts", quote(uri));
  std::string path = uri.substr(kScheme.size());
  if (path.starts_with("//")) path = path.substr(std::min(path.find('/', 2), path.size()));
  return path.substr(path.find_first_not_of('/') == std::string::npos ? path.size() : path.find_first_not_of('/'));
}

}  // namespace

MlflowRun::MlflowRun(MlflowOptions options, const std::vector<TrackedEvaluation>& evaluations)
    : options_(std::move(options)), has_params_(!options_.id.empty()), all_(evaluations.size()) {
  for (const TrackedEvaluation& evaluation : evaluations) waiting_.push_back({evaluation, now()});
  thread_ = start_without_signals([this] { work(); });
}

MlflowRun::~MlflowRun() {
  if (thread_.joinable()) end("FAILED", {});
}

void MlflowRun::add(const TrackedEvaluation& evaluation) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back({evaluation, now()});
  ++all_;
  wake_.notify_one();
}

std::optional<std::string> MlflowRun::trouble() {
  const std::lock_guard lock(mutex_);
  return std::exchange(trouble_, {});
}

void MlflowRun::work() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    lock.unlock();
    const bool sent = attempt([this] { log_evaluations(); });
    lock.lock();
    if (sent) {
      wake_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    } else {
      wake_.wait_for(lock, kPause, [this] { return ending_; });
    }
  }
}

bool MlflowRun::attempt(const std::function<void()>& what) {
  std::string problem;
  try {
    what();
    return true;
  } catch (const Error& error) {
    problem = error.what();
  } catch (const json::exception&) {
    problem = "answers what is not MLflow's";
  }
  const std::lock_guard lock(mutex_);
  if (!std::exchange(troubled_, true)) trouble_ = problem;
  return false;
}

json MlflowRun::call(const char* method, const std::string& path, const json* body, int* status) {
  const std::string bytes = body == nullptr ? "" : body->dump();
  const HttpAnswer answer = ask_server(options_.server, {.method = method,
                                                         .path = "/api/2.0/mlflow/" + path,
                                                         .content_type = body == nullptr ? "" : "application/json",
                                                         .body = bytes});
  if (status != nullptr) *status = answer.status;
  if (status != nullptr && answer.status == kNotFound) return {};
  const json said = json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  if (answer.status / 100 != 2) {
    constexpr size_t kLongest = 200;
    const bool explained = said.is_object() && said.contains("message") && said["message"].is_string();
    const std::string why = explained ? said["message"].get<std::string>().substr(0, kLongest) : "";
    fail("{} answers {}{}", path.substr(0, path.find('?')), answer.status, why.empty() ? "" : ": " + why);
  }
  if (!said.is_object()) fail("{} answers what is not MLflow's", path.substr(0, path.find('?')));
  return said;
}

json MlflowRun::post(const std::string& path, const json& body) { return call("POST", path, &body); }

std::string MlflowRun::experiment_id() {
  int status = 0;
  const json found = call("GET", "experiments/get-by-name?experiment_name=" + escape_uri(options_.experiment), nullptr,
                          &status);
  if (status != kNotFound) return found.at("experiment").at("experiment_id").get<std::string>();
  return post("experiments/create", {{"name", options_.experiment}}).at("experiment_id").get<std::string>();
}

/// Makes the run, or finds the one that goes on.
void MlflowRun::begin() {
  if (!options_.id.empty()) go_on();
  if (options_.id.empty()) {
    const json tags = {{{"key", "mlflow.source.name"}, {"value", "mdl train"}},
                       {{"key", "mlflow.source.type"}, {"value", "LOCAL"}},
                       {{"key", "mdl.version"}, {"value", MDL_VERSION}}};
    const json made = post(
        "runs/create",
        {{"experiment_id", experiment_id()}, {"run_name", options_.name}, {"start_time", now()}, {"tags", tags}});
    const json& info = made.at("run").at("info");
    artifacts_ = info.at("artifact_uri").get<std::string>();
    options_.id = info.at("run_id").get<std::string>();
    has_params_ = false;
    options_.begun(options_.id);
  }
  if (!has_params_) log_params(options_.params);
  has_params_ = begun_ = true;
}

void MlflowRun::go_on() {
  int status = 0;
  const json found = call("GET", "runs/get?run_id=" + escape_uri(options_.id), nullptr, &status);
  if (status == kNotFound || found.at("run").at("info").at("lifecycle_stage") == "deleted") {
    options_.id.clear();
    return;
  }
  artifacts_ = found.at("run").at("info").at("artifact_uri").get<std::string>();
  std::map<std::string, int64_t> latest;
  const json& data = found.at("run").at("data");
  for (const json& one : data.value("metrics", json::array()))
    latest[one.at("key").get<std::string>()] = one.value("step", int64_t{0});
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(waiting_, [&](const Waiting& waiting) {
      const auto known = latest.find("validation_loss" + behind(waiting.evaluation.trial));
      return known != latest.end() && step_of(waiting.evaluation.record) <= known->second;
    });
  }
  post("runs/update", {{"run_id", options_.id}, {"status", "RUNNING"}});
}

void MlflowRun::log_params(const MlflowParams& params) {
  json some = json::array();
  const auto send = [&] {
    if (!some.empty()) post("runs/log-batch", {{"run_id", options_.id}, {"params", some}});
    some = json::array();
  };
  for (const auto& [key, value] : params) {
    const std::string fits = value.size() <= kLongestParam ? value : "too long for MLflow; config.yaml has it";
    some.push_back({{"key", key}, {"value", fits}});
    if (some.size() == kMostParams) send();
  }
  send();
}

void MlflowRun::log_evaluations() {
  if (!begun_) begin();
  for (;;) {
    json metrics = json::array();
    size_t sent = 0;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [evaluation, milliseconds] : waiting_) {
        const EpochRecord& record = evaluation.record;
        const auto add = [&, time = milliseconds](const std::string& name, double value) {
          metrics.push_back(metric(name + behind(evaluation.trial), value, time, step_of(record)));
        };
        if (metrics.size() + record.validation.size() + 3 > kMostMetrics) break;
        add("train_loss", record.train_loss);
        add("validation_loss", record.validation_loss);
        for (const auto& [score, value] : record.validation) add(fmt::format("validation_{}", name_of(score)), value);
        add("learning_rate", record.learning_rate);
        ++sent;
      }
    }
    if (sent == 0) return;
    post("runs/log-batch", {{"run_id", options_.id}, {"metrics", metrics}});
    const std::lock_guard lock(mutex_);
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(sent));
  }
}

std::vector<std::string> MlflowRun::end(const char* status, const Results& results) {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();

  std::vector<std::string> missing;
  bool reached = attempt([this] { log_evaluations(); });
  const auto send = [&](const std::string& name, const std::function<void()>& what) {
    if (!reached || !attempt(what)) missing.push_back(name);
  };
  if (!waiting_.empty())
    missing.push_back(fmt::format("{} of {}", waiting_.size(), counted(static_cast<int64_t>(all_), "evaluation")));
  if (!begun_) missing.emplace_back("the config");
  if (!results.params.empty()) send("what the trials took", [&] { log_params(results.params); });
  if (!results.scores.empty()) {
    send("the final scores", [&] {
      json metrics = json::array();
      for (const auto& [name, value] : results.scores) metrics.push_back(metric(name, value, now(), results.step));
      post("runs/log-batch", {{"run_id", options_.id}, {"metrics", metrics}});
    });
  }
  HttpServer patient = options_.server;
  patient.seconds = kSecondsAFile;
  for (const File& file : results.files) {
    send(file.name, [&] {
      const std::string bytes = file.read();
      const std::string path = fmt::format("{}/{}", proxied(artifacts_), escape_uri(file.name));
      const HttpAnswer answer = ask_server(patient, {.method = "PUT",
                                                     .path = "/api/2.0/mlflow-artifacts/artifacts/" + path,
                                                     .content_type = "application/octet-stream",
                                                     .body = bytes});
      if (answer.status / 100 != 2) fail("mlflow-artifacts answers {} to {}", answer.status, file.name);
    });
  }
  send(fmt::format("the status {}", status), [&] {
    post("runs/update", {{"run_id", options_.id}, {"status", status}, {"end_time", now()}});
  });
  return missing;
}

}  // namespace mdl
