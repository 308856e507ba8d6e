#include "train/run.h"

#include <torch/version.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "evaluate/evaluate.h"
#include "modelfile/model.h"
#include "nn/mlp.h"
#include "train/fit.h"
#include "train/prepare.h"

namespace mdl {
namespace {

std::string metrics_lines(const std::vector<EpochRecord>& epochs) {
  std::string lines;
  for (const EpochRecord& record : epochs) {
    nlohmann::ordered_json line = {{"epoch", record.epoch}, {"train_loss", record.train_loss}, {"validation_loss", record.validation_loss}};
    for (const auto& [metric, value] : record.validation) line[name_of(metric)] = value;
    line["learning_rate"] = record.learning_rate;
    line["seconds"] = record.seconds;
    lines += line.dump() + "\n";
  }
  return lines;
}

void refuse_gpu(const std::string& device) {
  if (device != "auto" && device != "cpu") fail("device: {}: this build computes on the CPU only; set device: auto or cpu", device);
}

Network network_for(const Config& config, const Prepared& prepared) {
  Network network;
  network.activation = *config.model.activation;
  network.widths = {static_cast<int64_t>(prepared.encoder.width())};
  network.widths.insert(network.widths.end(), config.model.hidden->begin(), config.model.hidden->end());
  network.widths.push_back(output_count(prepared.target));
  return network;
}

void announce(const Config& config, const Network& network, Talk& talk) {
  int64_t parameters = 0;
  for (size_t i = 0; i + 1 < network.widths.size(); ++i) parameters += (network.widths[i] + 1) * network.widths[i + 1];
  const int threads = thread_count(config, network);
  talk.line(fmt::format("network {}, {}, {} parameters; {}, learning rate {}, batches of {}, {} thread{}", fmt::join(network.widths, "-"),
                        name_of(network.activation), grouped(parameters), name_of(*config.train.optimizer), *config.train.learning_rate,
                        *config.train.batch_size, threads, threads > 1 ? "s" : ""));
}

}  // namespace

TrainResult train(const Config& config, const TrainOptions& options, Talk& talk) {
  refuse_gpu(config.device);
  const std::string model_path = config.output + "/model.safetensors";
  if (!options.force && std::filesystem::exists(model_path)) {
    fail("{}: holds a run already; --force starts anew and replaces it, --output takes another folder", config.output);
  }
  Prepared prepared = prepare(config, talk);
  make_folders(config.output);
  Model model;
  model.network = network_for(config, prepared);
  announce(config, model.network, talk);

  Fitted fitted = fit(config, model.network, prepared, talk);
  model.target = prepared.target;
  model.encoder = prepared.encoder;
  model.layers = std::move(fitted.layers);
  model.class_shares = prepared.class_shares;
  model.epoch = fitted.epoch;
  model.training_rows = static_cast<int64_t>(prepared.split.train.size());
  model.validation_rows = static_cast<int64_t>(prepared.split.validation.size());
  model.config = options.portable_config;
  model.versions = {{"mdl", MDL_VERSION}, {"libtorch", TORCH_VERSION}};

  TrainResult result;
  result.folder = config.output;
  result.validation = evaluate_rows(model, prepared.rows, prepared.truths, prepared.split.validation);
  result.validation.model = model_path;
  result.validation.data = config.data.validation.path.empty() ? "validation rows" : config.data.validation.path;
  result.validation.epochs = std::move(fitted.epochs);
  model.validation = result.validation.scores;
  if (!config.data.test.empty()) {
    result.test = evaluate_file(model, config.data.test, true);
    result.test->model = model_path;
    result.test->data = config.data.test;
  }

  write_file(config.output + "/config.yaml", options.config_text);
  write_file(config.output + "/metrics.jsonl", metrics_lines(result.validation.epochs));
  write_file(config.output + "/report.html", html_report(result.validation));
  write_file(model_path, format_model(model));
  return result;
}

}  // namespace mdl
