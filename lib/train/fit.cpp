#include "train/fit.h"

#include <ATen/Parallel.h>

#include <algorithm>
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
#include "train/batches.h"
#include "train/blame.h"
#include "train/quick_score.h"

namespace mdl {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kSecondsBetweenSaves = 5;
constexpr double kSecondsBetweenLooks = 0.05;

nn::OptimizerSettings optimizer_settings(const TrainConfig& train) {
  return {.kind = *train.optimizer, .momentum = train.momentum, .weight_decay = *train.weight_decay, .clip_norm = train.clip_norm};
}

nn::ScheduleSettings schedule_settings(const TrainConfig& train, int64_t steps_per_epoch) {
  return {.kind = train.schedule,
          .learning_rate = *train.learning_rate,
          .steps = *train.epochs * steps_per_epoch,
          .steps_per_epoch = steps_per_epoch,
          .warmup_steps = std::llround(train.warmup_epochs * static_cast<double>(steps_per_epoch)),
          .decay_factor = train.decay_factor,
          .plateau_patience = train.plateau_patience};
}

nn::Loops loops_for(at::Device device) { return device.is_cpu() ? nn::Loops::kOwn : nn::Loops::kAten; }

std::vector<float> to_host(const at::Tensor& flat) {
  if (!flat.defined()) return {};
  const at::Tensor host = flat.to(at::kCPU);
  return {host.const_data_ptr<float>(), host.const_data_ptr<float>() + host.numel()};
}

void to_device(const std::vector<float>& values, at::Tensor& flat) {
  if (flat.defined()) flat.copy_(at::from_blob(const_cast<float*>(values.data()), {static_cast<int64_t>(values.size())}, at::kFloat));
}

/// What every part of the loop shares.
class Training {
 public:
  Training(const Config& config, const Network& network, const Prepared& prepared, const FitOptions& options, TrainState& state, Talk& talk)
      : config_(config.train),
        prepared_(prepared),
        options_(options),
        state_(state),
        talk_(talk),
        batch_size_(std::min<size_t>(static_cast<size_t>(*config.train.batch_size), prepared.split.train.size())),
        batches_per_epoch_((prepared.split.train.size() + batch_size_ - 1) / batch_size_),
        schedule_(schedule_settings(config.train, static_cast<int64_t>(batches_per_epoch_))),
        loops_(loops_for(options.device)),
        mlp_(network, {.dropout = *config.model.dropout, .seed = config.train.seed, .device = options.device}),
        optimizer_(optimizer_settings(config.train), mlp_, loops_),
        batches_(prepared, config.train.class_weights, options.device),
        loss_sum_(at::zeros({1}, at::TensorOptions(at::kDouble).device(options.device))) {
    if (state.parameters.empty()) {
      mlp_.initialize(config.train.seed);
    } else {
      restore();
    }
  }

  void run() {
    stopped_early_ = out_of_patience();
    while (state_.epoch < *config_.epochs && !stopped_early_) train_epoch(state_.epoch + 1);
    if (state_.history.empty() || state_.history.back().step != state_.step) evaluate(state_.batch > 0 ? state_.epoch + 1 : state_.epoch);
    keep();
  }

  void take_one_step() {
    if (order_.empty()) order_rows(1);
    take_step(1, 0);
  }

 private:
  void train_epoch(int64_t epoch) {
    order_rows(epoch);
    while (static_cast<size_t>(state_.batch) < batches_per_epoch_) {
      take_step(epoch, static_cast<size_t>(state_.batch++));
      const EvaluateEvery& every = config_.evaluate_every;
      if (every.steps > 0 && state_.step % every.steps == 0) evaluate(epoch);
      if (since(last_look_) >= kSecondsBetweenLooks) look_up(epoch);
      if (stop_signal() != 0) interrupt(epoch);
      if (stopped_early_) return;
    }
    state_.batch = 0;
    state_.epoch = epoch;
    if (config_.evaluate_every.steps == 0 && (epoch % config_.evaluate_every.epochs == 0 || epoch == *config_.epochs)) evaluate(epoch);
    if (since(last_save_) >= kSecondsBetweenSaves) save();
    if (stop_signal() != 0) interrupt(epoch);
  }

  /// The order of an epoch's rows is a function of seed and epoch.
  void order_rows(int64_t epoch) {
    order_ = prepared_.split.train;
    shuffle(order_, Random(static_cast<uint64_t>(config_.seed), Purpose::kRowOrder, static_cast<uint32_t>(epoch)));
  }

  std::span<const uint32_t> rows_of(size_t batch) const {
    const size_t begin = batch * batch_size_;
    return {order_.data() + begin, std::min(batch_size_, order_.size() - begin)};
  }

  void take_step(int64_t epoch, size_t number) {
    const std::span<const uint32_t> rows = rows_of(number);
    const Batch& batch = batches_.gather(rows, Use::kTraining);
    learning_rate_ = nn::learning_rate_at(schedule_, state_.plateau, state_.step);
    ++state_.step;
    const at::Tensor& outputs = mlp_.forward(batch.inputs, nn::Pass::kTraining, state_.step);
    if (!grad_outputs_.defined() || grad_outputs_.sizes() != outputs.sizes()) grad_outputs_ = at::empty_like(outputs);
    const nn::Loss loss{prepared_.target.task, config_.label_smoothing};
    add_loss(loss, outputs, batch, grad_outputs_, loss_sum_);
    if (loops_ == nn::Loops::kOwn && !std::isfinite(loss_so_far())) refuse(epoch, "loss", rows);
    mlp_.backward(grad_outputs_);
    if (!optimizer_.step(learning_rate_)) refuse(epoch, "gradient", rows);
    state_.loss_rows += static_cast<int64_t>(rows.size());
  }

  void add_loss(const nn::Loss& loss, const at::Tensor& outputs, const Batch& batch, at::Tensor& gradient, at::Tensor& sum) const {
    const auto add = loops_ == nn::Loops::kOwn ? nn::add_loss : nn::add_loss_by_aten;
    add(loss, outputs, batch.targets, batch.weights, gradient, sum);
  }

  double loss_so_far() const { return loss_sum_.is_cpu() ? *loss_sum_.const_data_ptr<double>() : loss_sum_.item<double>(); }

  void evaluate(int64_t epoch) {
    constexpr size_t kRows = 1024;
    const std::span<const uint32_t> rows(prepared_.split.validation);
    QuickScore score(prepared_.target.task);
    at::Tensor no_gradient, sum = at::zeros_like(loss_sum_);
    for (size_t begin = 0; begin < rows.size(); begin += kRows) {
      const auto some = rows.subspan(begin, std::min(kRows, rows.size() - begin));
      const Batch& batch = batches_.gather(some, Use::kValidation);
      const at::Tensor& outputs = mlp_.forward(batch.inputs, nn::Pass::kEvaluation);
      add_loss({prepared_.target.task}, outputs, batch, no_gradient, sum);
      score.add(outputs, batch.targets, batch.weights);
    }
    EpochRecord record{.epoch = epoch, .step = state_.step};
    record.train_loss = state_.loss_rows > 0 ? loss_so_far() / static_cast<double>(state_.loss_rows) : 0;
    record.validation_loss = sum.item<double>() / batches_.weight(rows, Use::kValidation);
    record.validation = score.scores();
    record.learning_rate = learning_rate_;
    record.seconds = seconds();
    if (!std::isfinite(record.train_loss)) refuse(epoch, "loss", {});
    if (!std::isfinite(record.validation_loss)) refuse(epoch, "validation loss", rows);
    loss_sum_.zero_();
    state_.loss_rows = 0;
    nn::observe(schedule_, state_.plateau, record.validation_loss);
    state_.history.push_back(std::move(record));
    const size_t best = best_evaluation(state_.history), last = state_.history.size() - 1;
    if (best == last) best_ = mlp_.parameters().clone();
    tell(best == last);
    if (out_of_patience()) stop_early(fmt::format("no better validation loss in {} evaluations", *config_.early_stopping));
  }

  bool out_of_patience() const {
    const auto since_best = static_cast<int64_t>(state_.history.empty() ? 0 : state_.history.size() - 1 - best_evaluation(state_.history));
    return *config_.early_stopping > 0 && since_best >= *config_.early_stopping;
  }

  [[noreturn]] void refuse(int64_t epoch, const char* what, std::span<const uint32_t> rows) const {
    fail("epoch {}, step {}: the {} is not a finite number{}; a smaller train.learning_rate (now {}) usually helps", epoch, state_.step, what,
         blame(prepared_, rows), *config_.learning_rate);
  }

  /// The clock, the bar, the state of a long epoch.
  void look_up(int64_t epoch) {
    last_look_ = Clock::now();
    const double now = seconds();
    if (config_.max_minutes > 0 && now >= config_.max_minutes * 60) {
      stop_early("train.max_minutes is over");
    } else if (since(last_save_) >= kSecondsBetweenSaves) {
      save();
    }
    const auto epochs = static_cast<double>(*config_.epochs), per_epoch = static_cast<double>(batches_per_epoch_);
    const double done = static_cast<double>(state_.step) / (per_epoch * epochs);
    const double rows_per_second = done * epochs * static_cast<double>(order_.size()) / now;
    talk_.bar(done, fmt::format("epoch {}/{}{}  {} rows/s  {} left", epoch, *config_.epochs, last_scores_,
                                grouped(static_cast<long long>(rows_per_second)), duration(now / done - now)));
  }

  void stop_early(const std::string& why) {
    talk_.line("stopped: " + why);
    stopped_early_ = true;
  }

  [[noreturn]] void interrupt(int64_t epoch) {
    save();
    throw Interrupted(fmt::format("interrupted in epoch {} of {}; the state of the run is saved", epoch, *config_.epochs));
  }

  /// Of a long run not every evaluation is told: the first one, then of every tenth of the whole.
  void tell(bool best) {
    const EpochRecord& record = state_.history.back();
    last_scores_ = fmt::format("  loss {:.4f}", record.train_loss);
    for (const auto& [metric, value] : record.validation) last_scores_ += fmt::format("  {} {:.4f}", name_of(metric), value);
    const int64_t epochs = *config_.epochs, every = std::max<int64_t>(1, epochs / 10);
    if (epochs > 20 && record.epoch % every != 0 && record.epoch != 1) return;
    std::string scores = fmt::format("loss {:.4f}  validation loss {:.4f}", record.train_loss, record.validation_loss);
    for (const auto& [metric, value] : record.validation) scores += fmt::format("  {} {:.4f}", name_of(metric), value);
    const std::string step = config_.evaluate_every.steps > 0 ? fmt::format("  step {}", record.step) : "";
    const double rows = static_cast<double>(record.step) / static_cast<double>(batches_per_epoch_) * static_cast<double>(order_.size());
    talk_.line(fmt::format("epoch {:>{}}/{}{}  {}  {} rows/s{}", record.epoch, fmt::formatted_size("{}", epochs), epochs, step, scores,
                           grouped(static_cast<long long>(rows / record.seconds)), best ? "  best" : ""));
  }

  static double since(Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); }
  double seconds() const { return state_.seconds + since(start_); }

  /// Copies what lies on the device into the state.
  void keep() {
    const Clock::time_point now = Clock::now();
    state_.seconds += std::chrono::duration<double>(now - start_).count();
    start_ = now;
    state_.parameters = to_host(mlp_.parameters());
    state_.first = to_host(optimizer_.state().first);
    state_.second = to_host(optimizer_.state().second);
    state_.best = to_host(best_);
    state_.loss_sum = loss_so_far();
  }

  void save() {
    keep();
    if (!std::isfinite(state_.loss_sum)) refuse(state_.epoch + 1, "loss", {});
    if (options_.save) options_.save(state_);
    last_save_ = Clock::now();
  }

  void restore() {
    to_device(state_.parameters, mlp_.parameters());
    to_device(state_.first, optimizer_.state().first);
    to_device(state_.second, optimizer_.state().second);
    optimizer_.state().steps = state_.step;
    loss_sum_.fill_(state_.loss_sum);
    if (state_.best.empty()) return;
    best_ = at::empty_like(mlp_.parameters());
    to_device(state_.best, best_);
  }

  const TrainConfig& config_;
  const Prepared& prepared_;
  const FitOptions& options_;
  TrainState& state_;
  Talk& talk_;
  const size_t batch_size_, batches_per_epoch_;
  const nn::ScheduleSettings schedule_;
  const nn::Loops loops_;
  nn::Mlp mlp_;
  nn::FlatOptimizer optimizer_;
  Batches batches_;
  std::vector<uint32_t> order_;
  at::Tensor grad_outputs_, best_;
  at::Tensor loss_sum_;            // one double, since the last evaluation
  double learning_rate_ = 0;       // of the last step
  bool stopped_early_ = false;
  std::string last_scores_;
  Clock::time_point start_ = Clock::now(), last_save_ = Clock::now(), last_look_ = Clock::now();
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

void fit(const Config& config, const Network& network, const Prepared& prepared, const FitOptions& options, TrainState& state, Talk& talk) {
  const c10::InferenceMode no_autograd;
  at::set_num_threads(options.threads);
  Training(config, network, prepared, options, state, talk).run();
}

std::vector<std::vector<float>> best_values(const Network& network, const TrainState& state) {
  const c10::InferenceMode no_autograd;
  nn::Mlp mlp(network, {});
  to_device(state.best, mlp.parameters());
  return mlp.values();
}

size_t flat_size(const Network& network) {
  const c10::InferenceMode no_autograd;
  return static_cast<size_t>(nn::Mlp(network, {}).parameters().numel());
}

double time_step(const Config& config, const Network& network, const Prepared& prepared, const FitOptions& options) {
  const c10::InferenceMode no_autograd;
  at::set_num_threads(options.threads);
  Talk silent(true);
  TrainState state;
  Training training(config, network, prepared, options, state, silent);
  training.take_one_step();
  const Clock::time_point start = Clock::now();
  double seconds = 0;
  int steps = 0;
  for (; steps < 1000 && seconds < 0.5; ++steps) {
    training.take_one_step();
    seconds = std::chrono::duration<double>(Clock::now() - start).count();
  }
  return seconds / steps;
}

}  // namespace mdl
