#include "base/signals.h"

#include <pthread.h>

#include <utility>

namespace mdl {
namespace {

volatile std::sig_atomic_t requested = 0;

void on_stop(int signal) { requested = signal; }

void do_nothing(int) {}

}  // namespace

void install_signal_handlers() {
  struct sigaction stop = {};
  stop.sa_handler = on_stop;
  stop.sa_flags = static_cast<int>(SA_RESETHAND);  // the second signal meets the default action
  sigaction(SIGINT, &stop, nullptr);
  sigaction(SIGTERM, &stop, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

int stop_signal() { return requested; }

WithoutSignals::WithoutSignals() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
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
