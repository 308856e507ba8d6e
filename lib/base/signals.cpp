#include "base/signals.h"

#include <csignal>

namespace mdl {
namespace {

volatile std::sig_atomic_t requested = 0;

void on_stop(int signal) { requested = signal; }

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

}  // namespace mdl
