// Several threads at one stream: the caller fills batches, others work on them, and finish them in their order.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/signals.h"

namespace mdl {

/// As many batches as there are slots exist, so memory does not grow when one side is slow. Where the system starts no
/// more threads the caller does the work itself.
template <class Batch>
class Pipeline {
 public:
  /// `finish` is called on another thread, for one batch after the other. After an exception it is not called again.
  Pipeline(size_t slots, std::function<void(Batch&)> finish)
      : Pipeline(
            slots, 1, [](Batch&, size_t) {}, std::move(finish)) {}

  /// Before that `work` is called for each batch, side by side on so many threads, with the number of the thread, from
  /// 0. What it throws comes out where `finish` would be called. Without threads the caller does both.
  Pipeline(size_t slots, size_t threads, std::function<void(Batch&, size_t thread)> work,
           std::function<void(Batch&)> finish)
      : slots_(slots), work_(std::move(work)), finish_(std::move(finish)) {
    threads_.reserve(threads);
    try {
      for (size_t i = 0; i < threads; ++i) threads_.push_back(start_without_signals([this, i] { serve(i); }));
    } catch (const std::system_error&) {
    }
    serving_ = threads_.size();
  }

  ~Pipeline() {
    std::unique_lock lock(mutex_);
    ending_ = true;
    changed_.notify_all();
    // A thread may wait in a write to a pipe that nobody reads; after a stop signal it gives that up.
    while (serving_ > 0) {
      if (stop_signal() != 0) std::ranges::for_each(threads_, interrupt);
      changed_.wait_for(lock, kPatience);
    }
    lock.unlock();
    for (std::thread& thread : threads_) thread.join();
  }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  /// The batch to fill: as finishing it left it.
  Batch& batch() { return slot(passed_).batch; }

  /// Hands the batch over, and waits until the next one is free. Throws what was thrown for a batch, and Interrupted.
  void push() {
    std::unique_lock lock(mutex_);
    if (threads_.empty() && !problem_) {
      problem_ = attempt(lock, [&] {
        work_(batch(), 0);
        finish_(batch());
      });
      ++taken_;
      ++done_;
    }
    ++passed_;
    changed_.notify_all();
    wait(lock, slots_.size() - 1);
  }

  /// Waits until all that was handed over is finished. Throws as push().
  void flush() {
    std::unique_lock lock(mutex_);
    wait(lock, 0);
  }

 private:
  static constexpr std::chrono::milliseconds kPatience{20};

  struct Slot {
    Batch batch;
    bool worked = false;
    std::exception_ptr problem;
  };

  Slot& slot(size_t number) { return slots_[number % slots_.size()]; }

  void wait(std::unique_lock<std::mutex>& lock, size_t most_left) {
    while (!problem_ && passed_ - done_ > most_left) {
      if (stop_signal() != 0) throw Interrupted("waiting for the output");
      changed_.wait_for(lock, kPatience);
    }
    if (problem_) std::rethrow_exception(problem_);
  }

  void serve(size_t thread) {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return ended() || passed_ > taken_; });
      if (ended()) break;
      Slot& mine = slot(taken_++);
      mine.problem = attempt(lock, [&] { work_(mine.batch, thread); });
      mine.worked = true;
      if (!finishing_) finish_worked(lock);
    }
    --serving_;
    changed_.notify_all();
  }

  /// All batches whose turn it is; those that others have worked on meanwhile, too.
  void finish_worked(std::unique_lock<std::mutex>& lock) {
    finishing_ = true;
    while (!ended() && done_ < taken_ && slot(done_).worked) {
      Slot& next = slot(done_);
      next.worked = false;
      if (!next.problem) next.problem = attempt(lock, [&] { finish_(next.batch); });
      problem_ = next.problem;
      ++done_;
      changed_.notify_all();
    }
    finishing_ = false;
  }

  /// Calls it without the lock; what it throws.
  std::exception_ptr attempt(std::unique_lock<std::mutex>& lock, const auto& call) {
    lock.unlock();
    std::exception_ptr problem;
    try {
      call();
    } catch (...) {
      problem = std::current_exception();
    }
    lock.lock();
    return problem;
  }

  bool ended() const { return ending_ || problem_; }

  std::vector<Slot> slots_;
  std::function<void(Batch&, size_t)> work_;
  std::function<void(Batch&)> finish_;
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t passed_ = 0, taken_ = 0, done_ = 0;  // batches: handed over, begun, finished
  bool finishing_ = false, ending_ = false;
  size_t serving_ = 0;  // threads
  std::exception_ptr problem_;
  std::vector<std::thread> threads_;
};

}  // namespace mdl
