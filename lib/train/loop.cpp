#include "train/loop.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>

#include "base/error.h"
#include "base/signals.h"
#include "base/text.h"
#include "base/thread_pool.h"
#include "nn/device.h"
#include "report/best_evaluation.h"
#include "train/length.h"
#include "train/member.h"
#include "train/non_finite.h"
#include "train/row_windows.h"
#include "train/stacked_members.h"
#include "train/team.h"
#include "train/time_left.h"
#include "train/validation.h"

namespace mdl {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kSecondsBetweenSaves = 5, kSecondsBetweenLooks = 0.05;

double since(Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); }

nn::Backend backend_of(const LoopOptions& options) {
  return options.device.is_cpu() && !options.aten ? nn::Backend::kNative : nn::Backend::kAten;
}

Batches batches_for(const TrainingData& data, const ClassWeights& weights, const LoopOptions& options) {
  return options.aten && options.device.is_cpu() ? Batches(data, weights, options.device, /*table_there=*/true)
                                                 : Batches(data, weights, options.device);
}

/// What every part of the loop shares.
class Training {
 public:
  Training(const Config& config, const Network& network, const TrainingData& data, const LoopOptions& options,
           TrainState& state)
      : all_of_config_(config), config_(config.train), network_(network), data_(data), options_(options),
        callbacks_(options.callbacks), state_(state), metric_(main_metric(config.train, data)),
        trivial_loss_(trivial_loss(data)), saved_(!state.members.empty()), first_seconds_(state.seconds),
        batches_(batches_for(data, config.train.class_weights, options)),
        team_(options.ranks, static_cast<size_t>(network.members)),
        pool_(options.device.is_cpu() && !team_.sharing()
                  ? std::min(static_cast<size_t>(options.threads), team_.own().size())
                  : 1) {
    state_.members.resize(static_cast<size_t>(network.members));
    if (backend_of(options) == nn::Backend::kNative || team_.sharing() != nullptr) {
      for (const size_t m : team_.own()) {
        groups_.push_back(std::make_unique<Member>(config, network, data, batches_, options.device, backend_of(options),
                                                   options.first + m, team_.sharing()));
        groups_.back()->restore_all({&state_.members[m], 1});
      }
    } else {
      stack_members();
    }
    per_epoch_ = groups_[0]->batches_per_epoch();
    if (data.cache) windows_.emplace(*data.cache, window_order(*data.cache, config.train), per_epoch_);
    first_steps_ = steps_taken();
    steps_ = options.steps > 0 ? options.steps : decides_length() ? kLongestRun : per_epoch_ * *config_.epochs;
    if (state_.changes.empty() &&
        std::ranges::any_of(state_.members, [&](const MemberState& member) { return member.step > steps_; })) {
      fail("the saved state is at a step beyond the run's {}; --force starts a new run", grouped(steps_));
    }
  }

  Ending run() {
    judge();
    Standing all = team_.agree(standing());
    while (all.step < steps_ && goes_on()) {
      all = advance(all, next_evaluation(all.step));
      const bool gone_on = state_.history.empty() || all.step > state_.history.back().step;  // before time was over
      if (options_.steps == 0 && gone_on) evaluate(all.step);
      if (all.save) save();
      if (all.stop) interrupt();
    }
    if (options_.steps > 0) {
      for (const auto& group : groups_) group->keep_best();
    } else if (state_.history.empty()) {
      evaluate(all.step);  // a resumed run whose end was moved before where it stands
    }
    keep();
    if (!saved_) save();
    return ending_;
  }

 private:
  /// Those that stand at the same step as one.
  void stack_members() {
    const std::vector<size_t>& own = team_.own();
    for (size_t begin = 0, end; begin < own.size(); begin = end) {
      std::vector<uint64_t> numbers;
      std::vector<MemberState> states;
      for (end = begin; end < own.size() && state_.members[own[end]].step == state_.members[own[begin]].step; ++end) {
        numbers.push_back(options_.first + own[end]);
        states.push_back(state_.members[own[end]]);
      }
      groups_.push_back(
          std::make_unique<StackedMembers>(all_of_config_, network_, data_, batches_, options_.device, numbers));
      groups_.back()->restore_all(states);
    }
  }

  bool goes_on() const { return ending_ == Ending::kAllEpochs; }
  bool decides_length() const { return *config_.epochs == kAutoEpochs; }

  /// Of the member that is furthest behind.
  int64_t step() const {
    return (*std::min_element(groups_.begin(), groups_.end(), [](auto& a, auto& b) { return a->step() < b->step(); }))
        ->step();
  }

  /// Of all members.
  int64_t steps_taken() const {
    return std::transform_reduce(groups_.begin(), groups_.end(), int64_t{0}, std::plus(), [](const auto& group) {
      return group->step() * static_cast<int64_t>(group->count());
    });
  }

  /// That are trained here.
  int64_t networks() const { return std::ssize(team_.own()); }

  /// The epoch of the latest steps, from 1; as the bar shows it and the message of an interruption.
  int64_t epoch() const {
    const int64_t of_all = per_epoch_ * networks();
    return std::max<int64_t>(1, std::min(steps_taken() + of_all - 1, steps_ * of_all / per_epoch_) / of_all);
  }

  Standing standing() const {
    return {.stop = stop_signal() != 0,
            .out_of_time = out_of_time(),
            .save = since(last_save_) >= kSecondsBetweenSaves,
            .step = step()};
  }

  /// From this step of the member that is furthest behind.
  int64_t next_evaluation(int64_t step) const {
    const EvaluateEvery& every = config_.evaluate_every;
    const int64_t interval = every.steps > 0 ? every.steps : every.epochs * per_epoch_;
    if (options_.steps > 0) return std::min(steps_, step + first_pause());
    if (decides_length()) {  // a longer run changes less from epoch to epoch
      constexpr int64_t kShare = 16;
      const int64_t last = state_.history.empty() ? 0 : state_.history.back().step;
      return std::min(steps_, (last / interval + std::max<int64_t>(1, last / kShare / interval)) * interval);
    }
    // Members that are ahead have reached an evaluation that the others have yet to come to.
    return std::min(steps_, (step / interval + 1) * interval);
  }

  /// Without evaluations members pause now and then, so that a limit on time leaves all of them about as far; the first
  /// steps it leaves them in any case.
  int64_t first_pause() const { return (steps_ + 15) / 16; }

  void side_by_side(const std::function<void(size_t)>& work) {
    pool_.run([&](size_t worker) {
      const c10::InferenceMode no_autograd;
      {
        const std::lock_guard lock(settings_);
        use_threads(all_of_config_, options_.threads);
      }
      work(worker);
    });
  }

  /// Every member from where all stand up to step `target`; of a streamed run window by window, so that each is read
  /// once for all of them. Returns where all stand.
  Standing advance(Standing all, int64_t target) {
    if (!windows_) return advance_here(target);
    do {
      const int64_t end = std::min(target, windows_->reach(all.step));
      batches_.set_window(&windows_->rows());
      all = advance_here(end);
    } while (all.step < target && goes_on());
    return all;
  }

  /// Every member up to step `target`, side by side; now and then they pause for a look at the clock. Returns where
  /// all stand.
  Standing advance_here(int64_t target) {
    for (;;) {
      std::atomic<bool> pause = false;
      side_by_side([&](size_t worker) {
        for (size_t g = worker; g < groups_.size(); g += pool_.count()) {
          if (groups_[g]->step() >= target) continue;
          groups_[g]->advance(target, state_.plateau, [&] {
            if (worker == 0 && since(last_look_) >= kSecondsBetweenLooks && look_up()) pause = true;
            return !pause && stop_signal() == 0;
          });
          if (pause || stop_signal() != 0 || groups_[g]->step() < target) return;
        }
      });
      const Standing all = team_.agree(standing());
      if (all.step == target) return all;
      if (all.stop) interrupt();
      if (all.out_of_time) {
        ending_ = Ending::kMaxMinutes;
        return all;
      }
      save();
    }
  }

  /// Whether the members should pause. Those that are spread over ranks do so at evaluations alone.
  bool look_up() {
    last_look_ = Clock::now();
    const int64_t steps = steps_taken();
    const int64_t end = decides_length() && options_.steps == 0 ? earliest_end(state_.history, trivial_loss_) : steps_;
    const double now = seconds(),
                 done = std::min(1.0, static_cast<double>(steps) / static_cast<double>(end * networks()));
    if (callbacks_.progress) {
      callbacks_.progress({.done = done,
                           .epoch = epoch(),
                           .rows_per_second = rows_per_second(steps, now),
                           .seconds_left = time_left_.look(now, done)});
    }
    const bool can_save = team_.is_alone() || team_.sharing() != nullptr;
    return out_of_time() || (can_save && since(last_save_) >= kSecondsBetweenSaves);
  }

  bool out_of_time() const {
    return options_.max_minutes > 0 && seconds() >= options_.max_minutes * 60 &&
           step() >= (options_.steps > 0 ? first_pause() : 1);
  }

  /// Of all members since these began, or where they go on from a saved state, since they went on.
  double rows_per_second(int64_t steps, double now) const {
    return static_cast<double>(steps - first_steps_) / static_cast<double>(per_epoch_) *
           static_cast<double>(data_.split.rows_an_epoch()) / (now - first_seconds_) *
           static_cast<double>(state_.members.size()) / static_cast<double>(networks());
  }

  /// At this step, of the member that is furthest behind.
  void evaluate(int64_t step) {
    std::vector<std::vector<EvaluatedMember>> of_groups(groups_.size());
    side_by_side([&](size_t worker) {
      for (size_t g = worker; g < groups_.size(); g += pool_.count()) of_groups[g] = groups_[g]->evaluate();
    });
    std::vector<EvaluatedMember> own;
    for (auto& of_group : of_groups) std::ranges::move(of_group, std::back_inserter(own));
    std::vector<EvaluatedMember> all = team_.gather(std::move(own));
    EpochRecord record{.epoch = (step - 1) / per_epoch_ + 1, .step = step};
    if (team_.is_first()) judge_members(std::move(all), record);
    team_.share(record);
    nn::observe(groups_[0]->schedule(), state_.plateau, record.validation_loss);
    state_.history.push_back(std::move(record));
    const bool best = best_evaluation(state_.history, config_.metric) + 1 == state_.history.size();
    for (const auto& group : groups_) {
      if (best) group->keep_best();
    }
    const EpochRecord& last = state_.history.back();
    if (callbacks_.evaluated) callbacks_.evaluated(state_, rows_per_second(last.step * networks(), last.seconds));
    judge();
  }

  /// How good their average is.
  void judge_members(std::vector<EvaluatedMember> all, EpochRecord& record) {
    std::vector<std::vector<float>> outputs;
    double loss_sum = 0;
    int64_t loss_rows = 0;
    for (EvaluatedMember& member : all) {
      outputs.push_back(std::move(member.outputs));
      loss_sum += member.loss_sum;
      loss_rows += member.loss_rows;
    }
    ValidationResult result = validate(data_, std::move(outputs), options_.first, config_, metric_);
    record.train_loss = loss_sum / static_cast<double>(std::max<int64_t>(1, loss_rows));
    record.validation_loss = result.loss;
    record.validation = std::move(result.scores);
    record.learning_rate = nn::learning_rate_at(groups_[0]->schedule(), state_.plateau, record.step - 1);
    record.seconds = seconds();
    if (std::isfinite(result.loss)) return;
    fail(
        "epoch {}, step {}: the validation loss is not finite{}; a smaller train.learning_rate (now {}) "
        "usually helps",
        record.epoch, record.step, diagnose_non_finite(data_, data_.split.validation), *config_.learning_rate);
  }

  /// Whether, after the evaluations so far, the run ends.
  void judge() {
    if (out_of_patience()) ending_ = Ending::kEarlyStopping;
    if (!decides_length() || options_.steps > 0) return;
    if (options_.rival && is_beaten(state_.history, *options_.rival)) ending_ = Ending::kBeaten;
    if (has_converged(state_.history, trivial_loss_)) ending_ = Ending::kConverged;
  }

  bool out_of_patience() const {
    if (*config_.early_stopping == 0 || state_.history.empty()) return false;
    const size_t since_best = state_.history.size() - 1 - best_evaluation(state_.history, config_.metric);
    return static_cast<int64_t>(since_best) >= *config_.early_stopping;
  }

  [[noreturn]] void interrupt() {
    save();
    const bool whole = step() > 0 && step() == epoch() * per_epoch_;
    throw Interrupted(fmt::format("interrupted {} epoch {}{}; the state of the run is saved", whole ? "after" : "in",
                                  epoch(), decides_length() ? "" : fmt::format(" of {}", *config_.epochs)));
  }

  double seconds() const { return state_.seconds + since(start_); }

  /// Copies what lies on the device into the state.
  void keep() {
    state_.seconds = seconds();
    start_ = Clock::now();
    auto m = team_.own().begin();
    for (const auto& group : groups_) {
      for (MemberState& state : group->states()) state_.members[*m++] = std::move(state);
    }
    team_.collect(state_.members);
  }

  void save() {
    keep();
    for (const MemberState& member : state_.members) {
      if (!std::isfinite(member.loss_sum))
        fail("step {}: the loss is not finite; a smaller train.learning_rate usually helps", member.step);
    }
    if (callbacks_.save) callbacks_.save(state_);
    saved_ = true;
    last_save_ = Clock::now();
  }

  const Config& all_of_config_;
  const TrainConfig& config_;
  const Network& network_;
  const TrainingData& data_;
  const LoopOptions& options_;
  const Callbacks& callbacks_;
  TrainState& state_;
  const Metric metric_;
  const double trivial_loss_;
  bool saved_;                  // in a resumed run: by the one before
  const double first_seconds_;  // of the run, before this loop
  Batches batches_;
  std::optional<WindowReader> windows_;  // of a streamed run
  const Team team_;
  ThreadPool pool_;
  std::mutex settings_;
  std::vector<std::unique_ptr<MemberGroup>> groups_;  // that are trained here
  int64_t per_epoch_ = 1, steps_ = 0;                 // of a member
  int64_t first_steps_ = 0;                           // of all members here, before this loop
  Ending ending_ = Ending::kAllEpochs;
  TimeLeft time_left_;
  Clock::time_point start_ = Clock::now(), last_save_ = Clock::now(), last_look_ = Clock::now();
};

/// What a run takes on a GPU, about.
double device_bytes(const Config& config, const Network& network, const TrainingData& data) {
  constexpr double kCopies = 8;  // of the parameters: with gradients, moments, average, best, and those that validate
  constexpr double kActivations = 6;  // of each layer's outputs: with their gradients, masks and what is between
  double width = 0;
  for (const int64_t one : network.widths) width += static_cast<double>(one);
  const double of_rows = static_cast<double>(*config.train.batch_size) * width * kActivations;
  return (data.cache ? 0 : Batches::table_bytes(data)) +
         sizeof(float) * static_cast<double>(network.members) *
             (kCopies * static_cast<double>(parameter_count(network)) + of_rows);
}

}  // namespace

void use_threads(const Config& config, int threads) { at::set_num_threads(*config.model.members > 1 ? 1 : threads); }

Ending train_members(const Config& config, const Network& network, const TrainingData& data, const LoopOptions& options,
                     TrainState& state) {
  const c10::InferenceMode no_autograd;
  use_threads(config, options.threads);
  try {
    return Training(config, network, data, options, state).run();
  } catch (const c10::Error& error) {
    nn::refuse_for_memory(error, options.device.is_cpu() ? 0 : device_bytes(config, network, data));
    throw;
  }
}

StepTime time_step(const Config& config, const Network& network, const TrainingData& data, const LoopOptions& options) {
  const c10::InferenceMode no_autograd;
  use_threads(config, options.threads);
  Batches batches = batches_for(data, config.train.class_weights, options);
  const bool stacked = backend_of(options) == nn::Backend::kAten;
  std::unique_ptr<MemberGroup> group;
  if (stacked) {
    std::vector<uint64_t> numbers(static_cast<size_t>(network.members));
    std::iota(numbers.begin(), numbers.end(), 0);
    group = std::make_unique<StackedMembers>(config, network, data, batches, options.device, numbers);
  } else {
    const auto last = static_cast<uint64_t>(network.members - 1);  // of folds in time the one with the most rows
    group = std::make_unique<Member>(config, network, data, batches, options.device, nn::Backend::kNative, last);
  }
  group->restore_all(std::vector<MemberState>(group->count()));
  std::optional<WindowReader> windows;
  int64_t most = 1000;
  if (data.cache) {
    windows.emplace(*data.cache, window_order(*data.cache, config.train), group->batches_per_epoch());
    most = std::min(most, windows->reach(0) - 1);
    batches.set_window(&windows->rows());
  }
  const auto nothing_else = [] { return true; };
  constexpr int64_t kBeforeRecording = 8;  // a GPU's steps are timed as it has recorded them
  const int64_t first = std::min(stacked ? kBeforeRecording : 1, most);  // 0: the first step itself is timed
  group->advance(first, {}, nothing_else);
  const Clock::time_point start = Clock::now();
  int64_t steps = 0, at_once = 1;
  const int64_t last = most + 1 - first;
  while (steps < last && since(start) < 0.5) {
    steps = std::min(last, steps + at_once);
    group->advance(first + steps, {}, nothing_else);
    if (stacked) at_once *= 2;
  }
  return {since(start) / static_cast<double>(steps * static_cast<int64_t>(group->count())), group->schedule().steps,
          group->batches_per_epoch()};
}

}  // namespace mdl
