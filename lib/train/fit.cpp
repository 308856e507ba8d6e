#include "train/fit.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <memory>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/signals.h"
#include "base/text.h"
#include "base/thread_pool.h"
#include "train/member.h"
#include "train/non_finite.h"
#include "train/validation.h"

namespace mdl {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kSecondsBetweenSaves = 5, kSecondsBetweenLooks = 0.05;

double since(Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); }

/// Members compute with a thread each; a network by itself lets its matrix products have them all. LibTorch's settings
/// are those of the thread that makes them, and not to be made by two at once.
void use_threads(const Network& network, const FitOptions& options) {
  at::set_num_threads(network.members > 1 ? 1 : options.threads);
}

nn::Backend loops_of(const FitOptions& options) {
  return options.device.is_cpu() && !options.aten ? nn::Backend::kNative : nn::Backend::kAten;
}

/// What every part of the loop shares.
class Training {
 public:
  Training(const Config& config, const Network& network, const Prepared& prepared, const FitOptions& options,
           TrainState& state, Console& console)
      : config_(config.train), network_(network), prepared_(prepared), options_(options), state_(state),
        console_(console), batches_(prepared, config.train.class_weights, options.device),
        pool_(options.device.is_cpu()
                  ? std::min<size_t>(static_cast<size_t>(options.threads), static_cast<size_t>(network.members))
                  : 1) {
    state_.members.resize(static_cast<size_t>(network.members));
    for (size_t m = 0; m < state_.members.size(); ++m) {
      members_.push_back(
          std::make_unique<Member>(config, network, prepared, batches_, options.device, loops_of(options), m));
      members_[m]->restore(state_.members[m]);
    }
    per_epoch_ = members_[0]->batches_per_epoch();
    steps_ = per_epoch_ * *config_.epochs;
    if (state_.changes.empty() &&
        std::ranges::any_of(state_.members, [&](const MemberState& member) { return member.step > steps_; })) {
      fail("the saved state is at a step beyond the run's {}; --force starts a new run", grouped(steps_));
    }
  }

  void run() {
    stopped_early_ = out_of_patience();
    while (step() < steps_ && !stopped_early_) {
      advance(next_evaluation());
      evaluate();
      if (since(last_save_) >= kSecondsBetweenSaves) save();
      if (stop_signal() != 0) interrupt();
    }
    if (state_.history.empty()) evaluate();  // a resumed run whose end was moved before where it stands
    keep();
  }

 private:
  /// Of the member that is furthest behind.
  int64_t step() const {
    return (*std::min_element(members_.begin(), members_.end(), [](auto& a, auto& b) { return a->step() < b->step(); }))
        ->step();
  }

  int64_t next_evaluation() const {
    const EvaluateEvery& every = config_.evaluate_every;
    const int64_t interval = every.steps > 0 ? every.steps : every.epochs * per_epoch_;
    // Members that are ahead have reached an evaluation that the others have yet to come to.
    return std::min(steps_, (step() / interval + 1) * interval);
  }

  void side_by_side(const std::function<void(size_t)>& work) {
    pool_.run([&](size_t worker) {
      const c10::InferenceMode no_autograd;
      {
        const std::lock_guard lock(settings_);
        use_threads(network_, options_);
      }
      work(worker);
    });
  }

  /// Every member up to step `target`, side by side; now and then they pause for a look at the clock.
  void advance(int64_t target) {
    while (step() < target && !stopped_early_) {
      std::atomic<bool> pause = false;
      side_by_side([&](size_t worker) {
        for (size_t m = worker; m < members_.size(); m += pool_.count()) {
          members_[m]->advance(target, state_.plateau, [&] {
            if (worker == 0 && since(last_look_) >= kSecondsBetweenLooks && look_up()) pause = true;
            return !pause && stop_signal() == 0;
          });
          if (pause || stop_signal() != 0) return;
        }
      });
      if (step() == target) return;
      if (stop_signal() != 0) interrupt();
      if (out_of_time()) {
        stop_early("train.max_minutes is over");
      } else {
        save();
      }
    }
  }

  /// Draws the bar; whether the members should pause.
  bool look_up() {
    last_look_ = Clock::now();
    int64_t steps = 0;
    for (const auto& member : members_) steps += member->step();
    const double now = seconds(), done = static_cast<double>(steps) /
                                         static_cast<double>(steps_ * static_cast<int64_t>(members_.size()));
    console_.progress(
        done, fmt::format("epoch {}/{}{}  {} rows/s  {} left", members_[0]->step() / per_epoch_ + 1, *config_.epochs,
                          last_scores_, grouped(static_cast<long long>(rows_per_second(steps, now))),
                          duration(now / done - now)));
    return out_of_time() || since(last_save_) >= kSecondsBetweenSaves;
  }

  bool out_of_time() const { return config_.max_minutes > 0 && seconds() >= config_.max_minutes * 60; }

  double rows_per_second(int64_t steps, double now) const {
    return static_cast<double>(steps) / static_cast<double>(per_epoch_) *
           static_cast<double>(prepared_.split.rows_each()) / now;
  }

  void evaluate() {
    std::vector<std::vector<float>> outputs(members_.size());
    side_by_side([&](size_t worker) {
      for (size_t m = worker; m < members_.size(); m += pool_.count()) outputs[m] = members_[m]->validation();
    });
    const ValidationResult result = validate(prepared_, std::move(outputs), *config_.calibration);
    double loss_sum = 0;
    int64_t loss_rows = 0;
    for (const auto& member : members_) {
      const auto [sum, rows] = member->take_losses();
      loss_sum += sum;
      loss_rows += rows;
    }
    EpochRecord record{.epoch = (step() - 1) / per_epoch_ + 1, .step = step()};
    record.train_loss = loss_sum / static_cast<double>(std::max<int64_t>(1, loss_rows));
    record.validation_loss = result.loss;
    record.validation = result.scores;
    record.learning_rate = nn::learning_rate_at(members_[0]->schedule(), state_.plateau, step() - 1);
    record.seconds = seconds();
    if (!std::isfinite(result.loss)) {
      fail(
          "epoch {}, step {}: the validation loss is not finite{}; a smaller train.learning_rate (now {}) usually "
          "helps",
          record.epoch, record.step, diagnose_non_finite(prepared_, prepared_.split.validation),
          *config_.learning_rate);
    }
    nn::observe(members_[0]->schedule(), state_.plateau, record.validation_loss);
    state_.history.push_back(std::move(record));
    const bool best = best_evaluation(state_.history) + 1 == state_.history.size();
    for (const auto& member : members_) {
      if (best) member->keep_best();
    }
    tell(best);
    if (out_of_patience())
      stop_early(fmt::format("no better validation loss in {} evaluations", *config_.early_stopping));
  }

  bool out_of_patience() const {
    const auto since_best =
        static_cast<int64_t>(state_.history.empty() ? 0 : state_.history.size() - 1 - best_evaluation(state_.history));
    return *config_.early_stopping > 0 && since_best >= *config_.early_stopping;
  }

  void stop_early(const std::string& why) {
    console_.log("stopped: " + why);
    stopped_early_ = true;
  }

  [[noreturn]] void interrupt() {
    save();
    const int64_t epochs = *config_.epochs;
    throw Interrupted(fmt::format("interrupted in epoch {} of {}; the state of the run is saved",
                                  std::min(epochs, step() / per_epoch_ + 1), epochs));
  }

  /// Of a long run not every evaluation is told: the first one, then those at every tenth of the whole.
  void tell(bool best) {
    const EpochRecord& record = state_.history.back();
    last_scores_ = fmt::format("  loss {:.4f}", record.validation_loss);
    std::string scores = fmt::format("loss {:.4f}  validation loss {:.4f}", record.train_loss, record.validation_loss);
    for (const auto& [metric, value] : record.validation) {
      const std::string score = fmt::format("  {} {:.4f}", name_of(metric), value);
      last_scores_ += score;
      scores += score;
    }
    const int64_t epochs = *config_.epochs, every = std::max<int64_t>(1, epochs / 10);
    if (epochs > 20 && record.epoch % every != 0 && record.epoch != 1 && record.epoch != epochs) return;
    const std::string step = config_.evaluate_every.steps > 0 ? fmt::format("  step {}", record.step) : "";
    const auto speed = rows_per_second(record.step * static_cast<int64_t>(members_.size()), record.seconds);
    console_.log(fmt::format("epoch {:>{}}/{}{}  {}  {} rows/s{}", record.epoch, fmt::formatted_size("{}", epochs),
                             epochs, step, scores, grouped(static_cast<long long>(speed)), best ? "  best" : ""));
  }

  double seconds() const { return state_.seconds + since(start_); }

  /// Copies what lies on the device into the state.
  void keep() {
    state_.seconds = seconds();
    start_ = Clock::now();
    for (size_t m = 0; m < members_.size(); ++m) state_.members[m] = members_[m]->state();
  }

  void save() {
    keep();
    for (const MemberState& member : state_.members) {
      if (!std::isfinite(member.loss_sum))
        fail("step {}: the loss is not finite; a smaller train.learning_rate usually helps", member.step);
    }
    if (options_.save) options_.save(state_);
    last_save_ = Clock::now();
  }

  const TrainConfig& config_;
  const Network& network_;
  const Prepared& prepared_;
  const FitOptions& options_;
  TrainState& state_;
  Console& console_;
  const Batches batches_;
  ThreadPool pool_;
  std::mutex settings_;
  std::vector<std::unique_ptr<Member>> members_;
  int64_t per_epoch_ = 1, steps_ = 0;  // of a member
  bool stopped_early_ = false;
  std::string last_scores_;
  Clock::time_point start_ = Clock::now(), last_save_ = Clock::now(), last_look_ = Clock::now();
};

}  // namespace

int thread_count(const Config& config, const Network& network) {
  if (config.threads > 0) return static_cast<int>(config.threads);
  int64_t weights = 0;
  for (size_t i = 0; i + 1 < network.widths.size(); ++i) weights += network.widths[i] * network.widths[i + 1];
  // Below some ten million multiplications a batch, handing out its parts costs more than a second thread brings.
  // Members need no handing out.
  constexpr int64_t kWorthSharing = 10'000'000;
  const bool worth = network.members > 1 || *config.train.batch_size * weights >= kWorthSharing;
  return worth ? static_cast<int>(std::max(1u, std::thread::hardware_concurrency())) : 1;
}

void fit(const Config& config, const Network& network, const Prepared& prepared, const FitOptions& options,
         TrainState& state, Console& console) {
  const c10::InferenceMode no_autograd;
  use_threads(network, options);
  Training(config, network, prepared, options, state, console).run();
}

Best best_of(const Config& config, const Network& network, const Prepared& prepared, const FitOptions& options,
             const TrainState& state) {
  const c10::InferenceMode no_autograd;
  use_threads(network, options);
  const Batches batches(prepared, config.train.class_weights, options.device);
  Best best;
  std::vector<std::vector<float>> outputs;
  for (const MemberState& member : state.members) {
    nn::Mlp mlp(network, {.device = options.device});
    mlp.parameters().copy_(
        at::from_blob(const_cast<float*>(member.best.data()), {static_cast<int64_t>(member.best.size())}, at::kFloat));
    best.members.push_back(mlp.values());
    outputs.push_back(validation_outputs(mlp, batches, prepared.split.validation_rows(outputs.size())));
  }
  best.temperature = validate(prepared, std::move(outputs), *config.train.calibration).temperature;
  return best;
}

size_t flat_size(const Network& network) {
  const c10::InferenceMode no_autograd;
  return static_cast<size_t>(nn::Mlp(network, {}).parameters().numel());
}

StepTime time_step(const Config& config, const Network& network, const Prepared& prepared, const FitOptions& options) {
  const c10::InferenceMode no_autograd;
  use_threads(network, options);
  const Batches batches(prepared, config.train.class_weights, options.device);
  Member member(config, network, prepared, batches, options.device, loops_of(options), 0);
  member.restore({});
  const auto nothing_else = [] { return true; };
  member.advance(1, {}, nothing_else);
  const Clock::time_point start = Clock::now();
  int64_t steps = 0;
  while (steps < 1000 && since(start) < 0.5) member.advance(++steps + 1, {}, nothing_else);
  return {since(start) / static_cast<double>(steps), member.schedule().steps};
}

}  // namespace mdl
