#include "train/fingerprint.h"

#include <torch/version.h>
#include <zlib.h>

#include "config/dump.h"
#include "modelfile/encoder_part.h"
#include "modelfile/safetensors.h"

namespace mdl {
namespace {

/// Of all that training learns from: the rows, and how their cells became numbers.
std::string checksum(const TrainingData& data) {
  uLong sum = crc32(0, nullptr, 0);
  const auto add = [&](const auto& values) {
    if (!values.empty())
      sum = crc32_z(sum, reinterpret_cast<const Bytef*>(values.data()),
                    values.size() * sizeof values[0]);  // without data it starts anew
  };
  Safetensors numbers;
  std::vector<std::string_view> texts;
  add(write_encoder(data.encoder, numbers, texts).dump());
  add(format_safetensors(numbers));
  for (const std::string_view text : texts) add(text);
  for (const std::string& name : data.target.classes) add(name);
  add(data.rows.numbers);
  add(data.rows.indices);
  if (!data.encoder.bags().empty()) add(data.rows.bags.elements);
  add(data.rows.exposures);
  add(data.labels.classes);
  add(data.labels.numbers);
  add(data.weights);
  add(data.split.train);
  add(data.split.validation);
  for (const auto& fold : data.split.folds) add(fold);
  for (const auto& rows : data.split.earlier) add(rows);
  if (data.cache) {  // which holds what these say, encoded as the rest tells
    for (const InputFile& file : data.inputs) add(file.sha256);
  }
  return fmt::format("{:08x}", sum);
}

}  // namespace

RunFingerprint fingerprint_of(const Config& config, const TrainingData& data, const Plan& plan) {
  RunFingerprint values = portable_values(config);
  values.emplace_back("the number of training rows", fmt::format("{}", data.split.training_count()));
  values.emplace_back("the number of validation rows", fmt::format("{}", data.split.validation.size()));
  values.emplace_back("the network", fmt::format("{}", fmt::join(plan.network.widths, "-")));
  values.emplace_back("the data's checksum", checksum(data));
  if (plan.network.members == 1 && plan.ranks == nullptr) values.emplace_back(kThreads, fmt::format("{}", plan.threads));
  if (data.start) values.emplace_back("train.from", data.start->sha256);
  values.emplace_back("the device", plan.device.is_cpu() ? "cpu" : "cuda");
  values.emplace_back("mdl", MDL_VERSION);
  values.emplace_back("libtorch", TORCH_VERSION);
  return values;
}

}  // namespace mdl
