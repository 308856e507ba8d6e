// A few threads that do the same kind of work again and again, side by side with the caller.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mdl {

class ThreadPool {
 public:
  /// `count` workers, at least one; the first is the thread that calls run(). Fewer where the system starts no more
  /// threads.
  explicit ThreadPool(size_t count);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  size_t count() const { return threads_.size() + 1; }

  /// Calls work(i) for every worker i, each on its own thread, and returns when all are done. Throws what one of them
  /// threw.
  void run(const std::function<void(size_t)>& work);

 private:
  void serve(size_t index);
  void attempt(const std::function<void(size_t)>& work, size_t index);

  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void(size_t)>* work_ = nullptr;
  size_t round_ = 0;  // of work
  size_t busy_ = 0;   // threads that are not done with it
  bool ending_ = false;
  std::exception_ptr problem_;
  std::vector<std::thread> threads_;
};

}  // namespace mdl
