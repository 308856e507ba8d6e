#include "base/signals.h"

#include <pthread.h>

#include <ctime>
#include <utility>

namespace mdl {
namespace {

volatile std::sig_atomic_t requested = 0;

timespec requested_at;

constexpr int kStops[] = {SIGINT, SIGTERM, SIGHUP};

/// A signal is often sent to a process and to its group at once: those that come right behind the first are the same
/// wish.
constexpr double kSameWish = 0.2;  // seconds

void on_stop(int signal) {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (requested == 0) {
    requested_at = now;
    requested = signal;
  } else if (static_cast<double>(now.tv_sec - requested_at.tv_sec) +
                 1e-9 * static_cast<double>(now.tv_nsec - requested_at.tv_nsec) >
             kSameWish) {
    std::signal(signal, SIG_DFL);
    raise(signal);
  }
}

void do_nothing(int) {}

}  // namespace

void install_signal_handlers() {
  struct sigaction stop = {};
  stop.sa_handler = on_stop;
  for (const int signal : kStops) {
    struct sigaction before = {};
    sigaction(signal, nullptr, &before);
    if (signal != SIGHUP || before.sa_handler != SIG_IGN) sigaction(signal, &stop, nullptr);  // nohup ignores it
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

int stop_signal() { return requested; }

WithoutSignals::WithoutSignals() {
  sigset_t stop;
  sigemptyset(&stop);
  for (const int signal : kStops) sigaddset(&stop, signal);
  pthread_sigmask(SIG_BLOCK, &stop, &before_);
}

WithoutSignals::~WithoutSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

std::thread start_without_signals(std::function<void()> work) {
  const WithoutSignals inherited;
  return std::thread(std::move(work));
}

void interrupt(std::thread& thread) {
  struct sigaction wake = {};
  wake.sa_handler = do_nothing;
  sigaction(SIGUSR1, &wake, nullptr);
  pthread_kill(thread.native_handle(), SIGUSR1);
}

}  // namespace mdl
