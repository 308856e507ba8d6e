// Ctrl-C, SIGTERM and SIGHUP: the first asks the program to finish what it is doing, one that comes 0.2 s or more after
// it ends it at once.
#pragma once

#include <csignal>
#include <functional>
#include <stdexcept>
#include <thread>

namespace mdl {

/// Installs their handlers (of SIGHUP unless it is ignored, as nohup has it), and ignores SIGPIPE and SIGXFSZ so that
/// writes report an error instead.
void install_signal_handlers();

/// The signal that asked the program to stop, or 0.
int stop_signal();

/// While it lives these signals do not reach the thread that made it, nor those that it starts: they interrupt what
/// other threads wait for, or come when it ends.
class WithoutSignals {
 public:
  WithoutSignals();
  ~WithoutSignals();
  WithoutSignals(const WithoutSignals&) = delete;
  WithoutSignals& operator=(const WithoutSignals&) = delete;

 private:
  sigset_t before_;
};

/// A thread that these signals do not reach, so that they interrupt what the caller waits for.
std::thread start_without_signals(std::function<void()> work);

/// Has the system call in which a thread may be waiting fail with EINTR.
void interrupt(std::thread& thread);

/// Thrown by work that stopped because stop_signal() is set; main exits with 128 + signal.
class Interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace mdl
