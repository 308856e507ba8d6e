#include "predict/predictor.h"

#include <algorithm>
#include <cmath>
#include <thread>

#include "base/text.h"
#include "metrics/temperature.h"
#include "nn/cpu_network.h"
#include "predict/probabilities.h"

namespace mdl {
namespace {

/// Rows are computed in blocks of this many, padded with zeros where there are fewer.
constexpr size_t kBlock = 128;

/// Of a block so many rows at least: loops over all numbers of a layer then end with a whole vector, and a row's result
/// does not depend on how many there are.
constexpr size_t kStep = 16;

/// Multiplications a row, about, from which several threads share the work, and a GPU does it.
constexpr int64_t kWorthThreads = 30'000, kWorthGpu = 2'000'000;

int64_t work_of(const Model& model) {
  return parameter_count(model.network) * static_cast<int64_t>(model.members.size());
}

/// More than there are blocks in a batch would wait.
constexpr size_t kMostThreads = 16;

/// Numbers that lie between the layers for a row in work.
size_t width_of(const Model& model) {
  const auto& widths = model.network.widths;
  return model.encoder.width() + static_cast<size_t>(widths[0]) +
         2 * static_cast<size_t>(*std::max_element(widths.begin() + 1, widths.end()));
}

/// Rows of a block: fewer than `most` of a wide network, in whole steps.
size_t block_of(const Model& model, size_t most) {
  constexpr size_t kNumbers = 1 << 24;
  return std::clamp(kNumbers / width_of(model) / kStep * kStep, kStep, most);
}

/// As many as asked for, or all where a row is work enough, as long as their buffers are no burden.
size_t threads_for(const Model& model, size_t threads) {
  constexpr size_t kNumbers = 1 << 26;
  if (threads > 0) return threads;
  if (work_of(model) < kWorthThreads) return 1;
  const size_t most = std::clamp<size_t>(kNumbers / (block_of(model, kBlock) * width_of(model)), 1, kMostThreads);
  return std::clamp<size_t>(std::thread::hardware_concurrency(), 1, most);
}

}  // namespace

Predictor::Predictor(const Model& model, size_t threads)
    : Predictor(model, "cpu", block_of(model, kBlock), threads_for(model, threads),
                [&model, networks = std::vector<std::shared_ptr<const nn::CpuNetwork>>()]() mutable {
                  if (networks.empty()) {
                    for (const Values& values : model.members)
                      networks.push_back(std::make_shared<nn::CpuNetwork>(model.network, values));
                  }
                  const auto buffers = std::make_shared<nn::CpuNetwork::Buffers>();
                  std::vector<Forward> members;
                  for (const auto& network : networks) {
                    members.push_back([network, buffers](const float* dense, const int64_t* categories, size_t count) {
                      return (*network)(dense, categories, static_cast<int64_t>((count + kStep - 1) / kStep * kStep),
                                        *buffers);
                    });
                  }
                  return members;
                }) {}

Predictor::Predictor(const Model& model, std::string device, size_t block, size_t lanes,
                     const std::function<std::vector<Forward>()>& make_members)
    : model_(model), writer_(model.encoder), device_(std::move(device)), block_(block),
      outputs_(static_cast<size_t>(model.network.widths.back())) {
  for (size_t i = 0; i < lanes; ++i) {
    lanes_.push_back(
        {std::vector<float>(block * writer_.width()), std::vector<int64_t>(block * writer_.tables()), make_members()});
  }
  if (lanes > 1) pool_ = std::make_unique<ThreadPool>(lanes);
}

bool Predictor::worth_a_gpu(const Model& model) { return work_of(model) >= kWorthGpu; }

size_t Predictor::rows_at_once(const Model& model, size_t most) {
  constexpr size_t kNumbers = 1 << 22;
  const size_t width = model.encoder.features.size() + model.target.classes.size() + 1;
  return std::clamp<size_t>(kNumbers / width, 1, most);
}

const Predictions& Predictor::predict(const EncodedRows& rows, size_t begin, size_t count) {
  const size_t classes = model_.target.classes.size();
  predictions_.probabilities.assign(count * classes, 0);
  predictions_.classes.resize(classes > 0 ? count : 0);
  predictions_.values.assign(classes > 0 ? 0 : count, 0);
  predictions_.finite.assign(count, 1);
  const auto work = [&](size_t lane) {
    for (size_t start = lane * block_; start < count; start += lanes_.size() * block_) {
      predict_block(lanes_[lane], rows, begin, start, std::min(block_, count - start));
    }
  };
  if (count > block_ && pool_) {
    pool_->run([&](size_t worker) {
      for (size_t lane = worker; lane < lanes_.size(); lane += pool_->count()) work(lane);
    });
  } else {
    for (size_t lane = 0; lane < lanes_.size(); ++lane) work(lane);
  }
  const auto first = std::find(predictions_.finite.begin(), predictions_.finite.end(), 0);
  predictions_.not_finite.reset();
  if (first != predictions_.finite.end())
    predictions_.not_finite = static_cast<size_t>(first - predictions_.finite.begin());
  return predictions_;
}

/// The rows from `start` on, counted from `begin`.
void Predictor::predict_block(Lane& lane, const EncodedRows& rows, size_t begin, size_t start, size_t count) {
  float* dense = lane.dense.data();
  int64_t* categories = lane.categories.data();
  const size_t width = writer_.width(), tables = writer_.tables();
  for (size_t i = 0; i < count; ++i) writer_.write(rows, begin + start + i, dense + i * width, categories + i * tables);
  std::fill(dense + count * width, dense + block_ * width, 0.0f);
  std::fill(categories + count * tables, categories + block_ * tables, 0);
  for (const Forward& forward : lane.members) {
    const float* outputs = forward(dense, categories, count);
    for (size_t i = 0; i < count; ++i) add(outputs + i * outputs_, start + i);
  }
  for (size_t row = start; row < start + count; ++row) finish(row);
}

void Predictor::add(const float* outputs, size_t row) {
  const std::span<const float> output(outputs, outputs_);
  const size_t classes = model_.target.classes.size();
  const auto members = static_cast<int64_t>(model_.members.size());
  if (!std::all_of(output.begin(), output.end(), [](float z) { return std::isfinite(z); }))
    predictions_.finite[row] = 0;
  if (classes > 0) {
    add_probabilities(model_.target, output, members,
                      std::span(predictions_.probabilities).subspan(row * classes, classes));
  } else {
    predictions_.values[row] += static_cast<double>(output[0]) / static_cast<double>(members);
  }
}

/// From the members' average to what is printed.
void Predictor::finish(size_t row) {
  const Target& target = model_.target;
  const size_t classes = target.classes.size();
  if (classes == 0) {
    const double value = std::clamp(target.mean + target.scale * predictions_.values[row], model_.low, model_.high);
    predictions_.values[row] = target.needs_doubles() ? value : as_printed(static_cast<float>(value));
    if (!std::isfinite(predictions_.values[row])) predictions_.finite[row] = 0;
    return;
  }
  const std::span<double> probabilities = std::span(predictions_.probabilities).subspan(row * classes, classes);
  apply_temperature(model_.temperature, probabilities);
  for (double& p : probabilities) p = (1 - model_.smoothing) * p + model_.smoothing / static_cast<double>(classes);
  round_probabilities(probabilities);
  if (target.task == Task::kBinary) {
    predictions_.classes[row] = static_cast<int32_t>(
        probabilities[target.positive] >= model_.threshold ? target.positive : 1 - target.positive);
  } else {
    predictions_.classes[row] =
        static_cast<int32_t>(std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin());
  }
}

}  // namespace mdl
