#include "train/run_summary.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "config/load.h"
#include "config/yaml.h"
#include "io/names.h"
#include "modelfile/describe.h"
#include "modelfile/network.h"
#include "train/metrics_lines.h"
#include "train/record.h"
#include "train/run_folder.h"

namespace mdl {
namespace {

namespace fs = std::filesystem;

std::string text_of(const Node& node) {
  if (node.kind == Node::Kind::kNull) return "null";
  if (node.kind == Node::Kind::kScalar) return node.text;
  std::vector<std::string> items;
  for (const Node& item : node.items) items.push_back(text_of(item));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

/// The leaves of a map, by their dotted keys.
void flatten(const Node& node, const std::string& key, std::vector<std::pair<std::string, std::string>>& to) {
  if (node.kind != Node::Kind::kMap || node.items.empty()) {
    to.emplace_back(key, node.kind == Node::Kind::kMap ? "{}" : text_of(node));
    return;
  }
  for (size_t i = 0; i + 1 < node.items.size(); i += 2)
    flatten(node.items[i + 1], key.empty() ? node.items[i].text : key + "." + node.items[i].text, to);
}

std::vector<std::pair<std::string, std::string>> settings_of(const std::string& yaml) {
  std::vector<std::pair<std::string, std::string>> settings;
  const auto parsed = parse_yaml(yaml);
  if (const Node* config = std::get_if<Node>(&parsed); config != nullptr && config->kind == Node::Kind::kMap)
    flatten(*config, "", settings);
  return settings;
}

std::string setting(const RunSummary& run, const std::string& key) {
  const auto found = std::ranges::find(run.config, key, &std::pair<std::string, std::string>::first);
  return found == run.config.end() ? "" : found->second;
}

void add_model(const Model& model, const std::string& path, RunSummary& run) {
  run.task = model.target.task;
  run.target = model.target.name;
  run.classes = model.target.classes;
  if (run.task == Task::kBinary) std::swap(run.classes[0], run.classes[model.target.positive]);
  run.metric = main_metric(model);
  run.config = settings_of(model.config);
  run.network = network_text(model.network);
  run.features = std::ssize(model.encoder.features);
  run.parameters = parameter_count(model.network) * model.network.members;
  std::error_code unknown;
  run.bytes = static_cast<int64_t>(fs::file_size(path, unknown));
  run.training_rows = model.training_rows;
  run.validation_rows = model.validation_rows;
  run.epoch = model.epoch;
  if (!model.validation.empty()) {
    run.judgements.push_back({.name = "validation",
                              .rows = model.validation_rows,
                              .scores = model.validation,
                              .intervals = model.validation_intervals});
  }
  if (model.test_rows > 0)
    run.judgements.push_back(
        {.name = "test", .rows = model.test_rows, .scores = model.test, .intervals = model.test_intervals});
}

/// Equal for runs whose scores are about the same rows; the seed divides the rows, but where all are out of fold.
std::string rows_of(const RunSummary& run, const Judgement& judgement) {
  const auto hashes = [&](const char* key) {
    std::string all;
    for (const RunInput& input : run.inputs) {
      if (input.key == key) all += input.sha256 + " ";
    }
    return all;
  };
  const std::string tested = hashes("data.test"), apart = hashes("data.validation"), trained = hashes("data.train");
  std::string how = fmt::format("{} weighed by {}, exposure {}", judgement.rows, setting(run, "data.weight"),
                                setting(run, "data.exposure"));
  if (judgement.name == "test") return tested.empty() ? "" : tested + how;
  if (!apart.empty()) return apart + how;
  if (trained.empty()) return "";
  const std::string folds = setting(run, "train.folds");
  const bool out_of_fold = !folds.empty() && folds != "0";
  if (!out_of_fold) {
    for (const auto& [key, value] : run.config) {
      if (key == "data.validation" || key.starts_with("data.split") || key == "train.seed") how += " " + value;
    }
  }
  return trained + how;
}

void add_record(const Folder& folder, RunSummary& run) {
  if (const std::string bytes = content_of(folder, kRecordFile); !bytes.empty()) {
    for (const auto& [key, file] : parse_record(bytes, folder.path(kRecordFile)).inputs)
      run.inputs.push_back({key, file.path, file.sha256, file.rows});
  }
  for (Judgement& judgement : run.judgements) judgement.same_rows = rows_of(run, judgement);
  double seconds = 0;
  for (const LoggedEvaluation& one : logged_evaluations(folder)) seconds = std::max(seconds, one.record.seconds);
  if (seconds > 0) run.seconds = seconds;
}

}  // namespace

std::string model_path_of(const std::string& path) {
  if (!fs::is_directory(path)) return path;
  const std::string clear = (fs::path(path) / kModelFile).string();
  return is_there(clear) || !is_there(encrypted_name(clear)) ? clear : encrypted_name(clear);
}

RunSummary summary_of(const std::string& path) {
  RunSummary run{.path = path};
  const std::string model = model_path_of(path);
  struct stat status = {};
  if (stat(model.c_str(), &status) == 0 || stat((fs::path(path) / kStateFile).c_str(), &status) == 0)
    run.modified = status.st_mtime;
  if (!fs::is_directory(path)) {
    add_model(load_model(path), path, run);
    run.date = day_of(run.modified);
    return run;
  }
  const ProtectedFolder folder(path);
  if (const Holding holding = holding_of(folder); holding != Holding::kRun && holding != Holding::kBegun)
    fail("{}: holds no run of mdl train", path);
  run.date = date_of(folder.stored());
  run.finished = is_there(model);
  if (run.finished) {
    add_model(load_model(model), model, run);
  } else {
    run.config = settings_of(content_of(folder.stored(), kConfigFile));
    run.target = setting(run, "data.target");
  }
  add_record(folder.stored(), run);
  return run;
}

std::vector<RunSummary> summaries_in(const std::string& folder, const std::function<void(const std::string&)>& warn) {
  if (!fs::is_directory(folder)) fail("{}: is no folder", folder);
  std::vector<std::string> paths = {folder};
  std::error_code unreadable;
  for (auto at = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, unreadable);
       at != fs::recursive_directory_iterator(); at.increment(unreadable)) {
    if (at->is_directory(unreadable)) paths.push_back(at->path().string());
  }
  std::ranges::sort(paths);
  std::vector<RunSummary> runs;
  for (const std::string& path : paths) {
    try {
      const Holding holding = holding_of(ProtectedFolder(path));
      if (holding == Holding::kRun || holding == Holding::kBegun) runs.push_back(summary_of(path));
    } catch (const Error& error) {
      warn(error.what());
    }
  }
  return runs;
}

}  // namespace mdl
