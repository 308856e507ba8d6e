// Two threads at one stream: the caller fills batches, another thread works on them in their order.
#pragma once

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
  /// `work` is called on the other thread, for one batch after the other. After an exception it is not called again.
  Pipeline(size_t slots, std::function<void(Batch&)> work) : slots_(slots), work_(std::move(work)) {
    try {
      thread_ = start_without_signals([this] { serve(); });
    } catch (const std::system_error&) {
    }
  }

  ~Pipeline() {
    if (!thread_.joinable()) return;
    std::unique_lock lock(mutex_);
    ending_ = true;
    changed_.notify_all();
    // The thread may wait in a write to a pipe that nobody reads; after a stop signal it gives that up.
    while (!ended_) {
      if (stop_signal() != 0) interrupt(thread_);
      changed_.wait_for(lock, kPatience);
    }
    lock.unlock();
    thread_.join();
  }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  /// The batch to fill: as the work left it.
  Batch& batch() { return *filling_; }

  /// Hands the batch over, and waits until the next one is free. Throws what the work threw, and Interrupted.
  void push() {
    if (!thread_.joinable()) return work_(batch());
    std::unique_lock lock(mutex_);
    ++passed_;
    filling_ = &slots_[passed_ % slots_.size()];
    changed_.notify_all();
    wait(lock, slots_.size() - 1);
  }

  /// Waits until the work is done on all that was handed over. Throws as push().
  void flush() {
    if (!thread_.joinable()) return;
    std::unique_lock lock(mutex_);
    wait(lock, 0);
  }

 private:
  static constexpr std::chrono::milliseconds kPatience{20};

  void wait(std::unique_lock<std::mutex>& lock, size_t most_left) {
    while (!problem_ && passed_ - done_ > most_left) {
      if (stop_signal() != 0) throw Interrupted("waiting for the output");
      changed_.wait_for(lock, kPatience);
    }
    if (problem_) std::rethrow_exception(problem_);
  }

  void serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return ending_ || passed_ > done_; });
      if (ending_) break;
      Batch& batch = slots_[done_ % slots_.size()];
      lock.unlock();
      std::exception_ptr problem;
      try {
        work_(batch);
      } catch (...) {
        problem = std::current_exception();
      }
      lock.lock();
      ++done_;
      problem_ = problem;
      changed_.notify_all();
      if (problem) break;
    }
    ended_ = true;
    changed_.notify_all();
  }

  std::vector<Batch> slots_;
  Batch* filling_ = slots_.data();
  std::function<void(Batch&)> work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t passed_ = 0, done_ = 0;
  bool ending_ = false, ended_ = false;
  std::exception_ptr problem_;
  std::thread thread_;
};

}  // namespace mdl
