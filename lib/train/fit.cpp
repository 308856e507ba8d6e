#include "train/fit.h"

#include <ATen/Parallel.h>

#include <chrono>
#include <cmath>
#include <thread>

#include "base/error.h"
#include "base/random.h"
#include "base/signals.h"
#include "base/text.h"
#include "nn/loss.h"
#include "nn/mlp.h"
#include "nn/optimizer.h"

namespace mdl {
namespace {

/// The target as the network learns it: 0 or 1, the class index, or the standardised number.
std::vector<float> learned_targets(const Prepared& prepared) {
  const Target& target = prepared.target;
  std::vector<float> learned(prepared.rows.rows);
  for (size_t row = 0; row < learned.size(); ++row) {
    switch (target.task) {
      case Task::kBinary:
        learned[row] = prepared.truths.classes[row] == static_cast<int32_t>(target.positive) ? 1.0f : 0.0f;
        break;
      case Task::kMulticlass:
        learned[row] = static_cast<float>(prepared.truths.classes[row]);
        break;
      case Task::kRegression:
        learned[row] = static_cast<float>((prepared.truths.numbers[row] - target.mean) / target.scale);
        break;
    }
  }
  return learned;
}

/// Inputs and targets of one batch, gathered into tensors that are made once for each batch size.
class Batch {
 public:
  Batch(const Prepared& prepared, const std::vector<float>& targets) : rows_(prepared.rows), targets_(targets), writer_(prepared.encoder) {}

  void gather(std::span<const uint32_t> rows) {
    const auto count = static_cast<int64_t>(rows.size());
    if (!inputs.defined() || inputs.size(0) != count) {
      inputs = at::empty({count, static_cast<int64_t>(writer_.width())}, at::kFloat);
      targets = at::empty({count}, at::kFloat);
    }
    float* to = inputs.data_ptr<float>();
    float* target = targets.data_ptr<float>();
    for (const uint32_t row : rows) {
      writer_.write(rows_, row, to);
      to += writer_.width();
      *target++ = targets_[row];
    }
  }

  at::Tensor inputs, targets;

 private:
  const EncodedRows& rows_;
  const std::vector<float>& targets_;
  InputWriter writer_;
};

/// Accuracy or R2 from raw outputs, added up batch by batch.
class QuickScore {
 public:
  QuickScore(Task task) : task_(task) {}

  void add(const at::Tensor& outputs, const at::Tensor& targets) {
    const int64_t width = outputs.size(1);
    const float* z = outputs.const_data_ptr<float>();
    const float* y = targets.const_data_ptr<float>();
    for (int64_t r = 0; r < outputs.size(0); ++r, z += width) {
      if (task_ == Task::kRegression) {
        residual_ += (z[0] - y[r]) * (z[0] - y[r]);
        sum_ += y[r];
        squares_ += y[r] * y[r];
      } else {
        const auto label = task_ == Task::kBinary ? static_cast<float>(z[0] >= 0) : static_cast<float>(std::max_element(z, z + width) - z);
        right_ += label == y[r];
      }
      ++rows_;
    }
  }

  Scores scores() const {
    const auto n = static_cast<double>(rows_);
    if (task_ != Task::kRegression) return {{Metric::kAccuracy, static_cast<double>(right_) / n}};
    const double total = squares_ - sum_ * sum_ / n;
    return total > 0 ? Scores{{Metric::kR2, 1 - residual_ / total}} : Scores{};
  }

 private:
  Task task_;
  int64_t rows_ = 0, right_ = 0;
  double residual_ = 0, sum_ = 0, squares_ = 0;
};

nn::OptimizerSettings optimizer_settings(const TrainConfig& train) {
  return {.kind = *train.optimizer, .momentum = train.momentum, .weight_decay = *train.weight_decay};
}

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// What every part of the loop shares.
class Training {
 public:
  Training(const Config& config, const Network& network, const Prepared& prepared, Talk& talk)
      : config_(config),
        prepared_(prepared),
        talk_(talk),
        targets_(learned_targets(prepared)),
        mlp_(network, *config.model.dropout, config.train.seed, at::kFloat),
        optimizer_(optimizer_settings(config.train), mlp_),
        training_batch_(prepared, targets_),
        validation_batch_(prepared, targets_) {
    mlp_.initialize(config.train.seed);
  }

  Fitted run() {
    Fitted fitted;
    at::Tensor best;
    double best_loss = INFINITY;
    for (int64_t epoch = 1; epoch <= *config_.train.epochs; ++epoch) {
      EpochRecord record{.epoch = epoch, .train_loss = train_epoch(epoch), .learning_rate = *config_.train.learning_rate};
      validate(record);
      record.seconds = seconds_since(start_);
      if (record.validation_loss < best_loss) {
        best_loss = record.validation_loss;
        best = mlp_.parameters().clone();
        fitted.epoch = epoch;
      }
      tell(record, fitted.epoch);
      fitted.epochs.push_back(std::move(record));
      if (const int64_t patience = *config_.train.early_stopping; patience > 0 && epoch - fitted.epoch >= patience) {
        talk_.line(fmt::format("stopped: no better validation loss for {} epochs", patience));
        break;
      }
    }
    mlp_.parameters().copy_(best);
    fitted.layers = mlp_.layers();
    talk_.line(fmt::format("best epoch {}, validation loss {:.4f}; {} in all", fitted.epoch, best_loss, duration(seconds_since(start_))));
    return fitted;
  }

 private:
  /// Mean loss over the epoch's rows.
  double train_epoch(int64_t epoch) {
    const Task task = prepared_.target.task;
    std::vector<uint32_t> order = prepared_.split.train;
    shuffle(order, Random(static_cast<uint64_t>(config_.train.seed), Purpose::kRowOrder, static_cast<uint32_t>(epoch)));
    const auto batch_size = static_cast<size_t>(*config_.train.batch_size);
    double sum = 0;
    for (size_t begin = 0; begin < order.size(); begin += batch_size) {
      const std::span<const uint32_t> rows(order.data() + begin, std::min(batch_size, order.size() - begin));
      training_batch_.gather(rows);
      ++step_;
      const at::Tensor& outputs = mlp_.forward(training_batch_.inputs, nn::Pass::kTraining, step_);
      if (!grad_outputs_.defined() || grad_outputs_.sizes() != outputs.sizes()) grad_outputs_ = at::empty_like(outputs);
      const double loss = nn::loss(task, outputs, training_batch_.targets, grad_outputs_);
      if (!std::isfinite(loss)) refuse(epoch, begin / batch_size + 1);
      mlp_.backward(grad_outputs_);
      optimizer_.step(*config_.train.learning_rate);
      sum += loss * static_cast<double>(rows.size());
      if (step_ % 64 == 0) between_batches(epoch, begin + rows.size(), order.size(), sum / static_cast<double>(begin + rows.size()));
    }
    return sum / static_cast<double>(order.size());
  }

  void validate(EpochRecord& record) {
    constexpr size_t kRows = 1024;
    const std::span<const uint32_t> rows(prepared_.split.validation);
    QuickScore score(prepared_.target.task);
    at::Tensor no_gradient;
    double sum = 0;
    for (size_t begin = 0; begin < rows.size(); begin += kRows) {
      const auto some = rows.subspan(begin, std::min(kRows, rows.size() - begin));
      validation_batch_.gather(some);
      const at::Tensor& outputs = mlp_.forward(validation_batch_.inputs, nn::Pass::kEvaluation);
      sum += nn::loss(prepared_.target.task, outputs, validation_batch_.targets, no_gradient) * static_cast<double>(some.size());
      score.add(outputs, validation_batch_.targets);
    }
    record.validation_loss = sum / static_cast<double>(rows.size());
    record.validation = score.scores();
    if (!std::isfinite(record.validation_loss)) {
      fail("epoch {}: the validation loss is not a finite number; a smaller train.learning_rate (now {}) usually helps", record.epoch, *config_.train.learning_rate);
    }
  }

  [[noreturn]] void refuse(int64_t epoch, size_t batch) const {
    fail("epoch {}, batch {}: the loss is not a finite number; a smaller train.learning_rate (now {}) usually helps", epoch, batch, *config_.train.learning_rate);
  }

  void between_batches(int64_t epoch, size_t rows, size_t of, double loss) {
    if (stop_signal() != 0) throw Interrupted("training");
    const double share = static_cast<double>(rows) / static_cast<double>(of);
    const double done = (static_cast<double>(epoch - 1) + share) / static_cast<double>(*config_.train.epochs);
    const double seconds = seconds_since(start_);
    const double rows_per_second = (static_cast<double>(epoch - 1) + share) * static_cast<double>(of) / seconds;
    talk_.bar(done, fmt::format("epoch {}/{}  loss {:.4f}{}  {} rows/s  {} left", epoch, *config_.train.epochs, loss, last_score_,
                                grouped(static_cast<long long>(rows_per_second)), duration(seconds / done - seconds)));
  }

  void tell(const EpochRecord& record, int64_t best_epoch) {
    last_score_.clear();
    for (const auto& [metric, value] : record.validation) last_score_ += fmt::format("  {} {:.4f}", name_of(metric), value);
    // A long run need not tell of every epoch: of the first ones, then of every tenth of the whole.
    const int64_t epochs = *config_.train.epochs;
    const int64_t every = std::max<int64_t>(1, epochs / 10);
    if (epochs > 20 && record.epoch % every != 0 && record.epoch != 1) return;
    const double rows_per_second = static_cast<double>(record.epoch) * static_cast<double>(prepared_.split.train.size()) / record.seconds;
    talk_.line(fmt::format("epoch {:>{}}/{}  loss {:.4f}  validation loss {:.4f}{}  {} rows/s{}", record.epoch, fmt::formatted_size("{}", epochs), epochs,
                           record.train_loss, record.validation_loss, last_score_, grouped(static_cast<long long>(rows_per_second)),
                           record.epoch == best_epoch ? "  best" : ""));
  }

  const Config& config_;
  const Prepared& prepared_;
  Talk& talk_;
  const std::vector<float> targets_;
  nn::Mlp mlp_;
  nn::FlatOptimizer optimizer_;
  Batch training_batch_, validation_batch_;
  at::Tensor grad_outputs_;
  int64_t step_ = 0;
  std::string last_score_;
  const Clock::time_point start_ = Clock::now();
};

}  // namespace

int thread_count(const Config& config, const Network& network) {
  if (config.threads > 0) return static_cast<int>(config.threads);
  int64_t weights = 0;
  for (size_t i = 0; i + 1 < network.widths.size(); ++i) weights += network.widths[i] * network.widths[i + 1];
  // Below some ten million multiplications a batch, handing out work costs more than a second thread brings.
  constexpr int64_t kWorthSharing = 10'000'000;
  return *config.train.batch_size * weights < kWorthSharing ? 1 : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

Fitted fit(const Config& config, const Network& network, const Prepared& prepared, Talk& talk) {
  const c10::InferenceMode no_autograd;
  at::set_num_threads(thread_count(config, network));
  return Training(config, network, prepared, talk).run();
}

}  // namespace mdl
