#include "base/thread_pool.h"

#include <system_error>
#include <utility>

namespace mdl {

ThreadPool::ThreadPool(size_t count) {
  for (size_t i = 1; i < count; ++i) {
    try {
      threads_.emplace_back([this, i] { serve(i); });
    } catch (const std::system_error&) {
      return;  // a limit of processes or of memory: those that are there do the work
    }
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::run(const std::function<void(size_t)>& work) {
  {
    const std::lock_guard lock(mutex_);
    work_ = &work;
    busy_ = threads_.size();
    ++round_;
  }
  changed_.notify_all();
  attempt(work, 0);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return busy_ == 0; });
  if (problem_) std::rethrow_exception(std::exchange(problem_, nullptr));
}

void ThreadPool::serve(size_t index) {
  for (size_t done = 0;; ++done) {
    const std::function<void(size_t)>* work;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return ending_ || round_ > done; });
      if (ending_) return;
      work = work_;
    }
    attempt(*work, index);
    {
      const std::lock_guard lock(mutex_);
      --busy_;
    }
    changed_.notify_all();
  }
}

void ThreadPool::attempt(const std::function<void(size_t)>& work, size_t index) {
  try {
    work(index);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!problem_) problem_ = std::current_exception();
  }
}

}  // namespace mdl
