#include "train/batches.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "nn/device.h"
#include "train/class_weights.h"
#include "train/objective.h"

namespace mdl {
namespace {

constexpr double kShareForTable = 0.6;  // of a GPU's free memory; the rest is for networks and batches
constexpr size_t kAhead = 16;  // rows lie anywhere in the table; so many are asked of the memory before they are needed

double exposure_of(const TrainingData& data, size_t row) {
  return data.rows.exposures.empty() ? 1 : data.rows.exposures[row];
}

std::vector<float> learned_targets(const TrainingData& data) {
  std::vector<float> learned(data.rows.rows);
  for (size_t row = 0; row < learned.size(); ++row)
    learned[row] = learned_target(data.target, data.labels, row, exposure_of(data, row));
  return learned;
}

void check_validation_weights(const TrainingData& data, const std::vector<float>& own) {
  if (own.empty() || data.split.validation.empty()) return;
  const auto weighs = [&](uint32_t row) { return own[row] > 0; };
  if (std::ranges::none_of(data.split.validation, weighs))
    fail("the validation rows all weigh 0; at least one weight must be above 0");
}

std::vector<float> training_weights(const TrainingData& data, const std::vector<float>& own,
                                    const ClassWeights& wanted) {
  if (data.cache) return {};  // it has them
  const std::vector<double> by_class = weights_by_class(data, wanted);
  const bool exposed = !data.rows.exposures.empty();
  if (own.empty() && by_class.empty() && !exposed) return {};
  std::vector<float> weights(data.rows.rows);
  double sum = 0;
  const auto weight_of = [&](uint32_t row) {
    const double weight = (own.empty() ? 1 : static_cast<double>(own[row])) *
                          (exposed ? exposure_weight(data.target, data.rows.exposures[row]) : 1);
    return by_class.empty() ? weight : weight * by_class[static_cast<size_t>(data.labels.classes[row])];
  };
  for (const uint32_t row : data.split.train) sum += weight_of(row);
  if (!(sum > 0)) fail("the weights of the training rows sum to {}; at least one must be above 0", sum);
  const double scale = static_cast<double>(data.split.train.size()) / sum;
  const auto set = [&](const std::vector<uint32_t>& rows) {
    for (const uint32_t row : rows) weights[row] = static_cast<float>(weight_of(row) * scale);
  };
  set(data.split.train);
  std::ranges::for_each(data.split.earlier, set);
  return weights;
}

}  // namespace

double Batches::table_bytes(const TrainingData& data) {
  const InputWriter writer(data.encoder);
  const size_t numbers = writer.width() + 3;  // the target, and both weights
  return static_cast<double>(data.rows.rows) *
         static_cast<double>(numbers * sizeof(float) + writer.indices() * sizeof(int64_t));
}

Batches::Batches(const TrainingData& data, const ClassWeights& class_weights, at::Device device)
    : Batches(data, class_weights, device,
              !device.is_cpu() && table_bytes(data) <= kShareForTable * nn::free_memory(device)) {}

Batches::Batches(const TrainingData& data, const ClassWeights& class_weights, at::Device device, bool table_there)
    : data_(data), writer_(data.encoder), device_(device), targets_(learned_targets(data)),
      own_weights_(data.weights.begin(), data.weights.end()),
      training_weights_(training_weights(data, own_weights_, class_weights)) {
  check_validation_weights(data, own_weights_);
  if (!data.encoder.bags().empty()) bags_ = nn::BagTensors::of(data.rows.bags, device);
  if (!table_there) return;
  std::vector<uint32_t> all(data.rows.rows);
  std::iota(all.begin(), all.end(), 0);
  gather_on_host(all, data.rows, targets_, {}, table_);
  for (at::Tensor* part : {&table_.dense, &table_.indices, &table_.targets}) {
    if (part->defined()) *part = part->to(device_);
  }
  for (const WeightKind use : {WeightKind::kTraining, WeightKind::kValidation}) {
    const std::vector<float>& host = weights(use);
    if (host.empty()) continue;
    weights_[static_cast<size_t>(use)] =
        at::from_blob(const_cast<float*>(host.data()), {static_cast<int64_t>(host.size())}, at::kFloat).to(device_);
  }
}

void Batches::gather(std::span<const uint32_t> rows, WeightKind use, Batch& batch) const {
  const bool of_window = use == WeightKind::kTraining && window_ != nullptr;
  if (device_.is_cpu()) return gather_here(rows, use, batch);
  if (of_window || !table_.dense.defined()) {
    Batch host;
    gather_here(rows, use, host);
    const auto there = [&](const at::Tensor& part) { return part.defined() ? part.to(device_) : part; };
    batch = {there(host.dense), there(host.indices), bags_, there(host.targets), there(host.weights)};
    return;
  }
  at::Tensor index = at::empty({static_cast<int64_t>(rows.size())}, at::kLong);
  std::copy(rows.begin(), rows.end(), index.data_ptr<int64_t>());
  index = index.to(device_);
  const auto pick = [&](const at::Tensor& all) { return all.defined() ? all.index_select(0, index) : all; };
  batch = {pick(table_.dense), pick(table_.indices), bags_, pick(table_.targets),
           pick(weights_[static_cast<size_t>(use)])};
}

Batch Batches::gather_there(const at::Tensor& index, WeightKind use) const {
  const at::Tensor flat = index.flatten();
  const auto pick = [&](const at::Tensor& all) {
    return all.defined() ? all.index_select(0, flat).unflatten(0, index.sizes()) : all;
  };
  return {pick(table_.dense), pick(table_.indices), bags_, pick(table_.targets),
          pick(weights_[static_cast<size_t>(use)])};
}

void Batches::gather_here(std::span<const uint32_t> rows, WeightKind use, Batch& batch) const {
  if (use == WeightKind::kTraining && window_ != nullptr)
    return gather_on_host(rows, window_->rows, window_->targets, window_->weights, batch);
  gather_on_host(rows, data_.rows, targets_, weights(use), batch);
}

void Batches::gather_on_host(std::span<const uint32_t> rows, const EncodedRows& from,
                             const std::vector<float>& all_targets, const std::vector<float>& weights,
                             Batch& batch) const {
  const auto count = static_cast<int64_t>(rows.size());
  batch.bags = bags_;
  if (!batch.dense.defined() || batch.dense.size(0) != count) {
    batch.dense = at::empty({count, static_cast<int64_t>(writer_.width())}, at::kFloat);
    if (writer_.indices() > 0) batch.indices = at::empty({count, static_cast<int64_t>(writer_.indices())}, at::kLong);
    batch.targets = at::empty({count}, at::kFloat);
    if (!weights.empty()) batch.weights = at::empty({count}, at::kFloat);
  }
  float* dense = batch.dense.data_ptr<float>();
  int64_t* indices = batch.indices.defined() ? batch.indices.data_ptr<int64_t>() : nullptr;
  float* targets = batch.targets.data_ptr<float>();
  float* weight = weights.empty() ? nullptr : batch.weights.data_ptr<float>();
  for (size_t i = 0; i < rows.size(); ++i) {
    const uint32_t row = rows[i];
    if (i + kAhead < rows.size()) {
      const uint32_t later = rows[i + kAhead];
      writer_.prefetch(from, later);
      __builtin_prefetch(&all_targets[later]);
    }
    writer_.write(from, row, dense, indices);
    dense += writer_.width();
    indices += writer_.indices();
    *targets++ = all_targets[row];
    if (weight != nullptr) *weight++ = weights[row];
  }
}

}  // namespace mdl
