#include "train/ranks.h"

#include <ATen/ATen.h>
#include <c10/util/Logging.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <ranges>
#include <set>
#include <thread>

#include "base/error.h"
#include "base/module.h"
#include "base/signals.h"
#include "base/text.h"

namespace mdl {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kMeeting = 5min;       // all ranks have to come
constexpr auto kLongest = 24h;        // a rank may have to wait for another that is alive
constexpr auto kAttempt = 2s;         // to reach the store
constexpr auto kPatience = 10s;       // after which a person is told who is waited for
constexpr auto kStoreAnswers = 15s;   // within
constexpr auto kBeat = 1s;            // of each rank's heart
constexpr auto kSilent = 20s;         // a rank without a beat is gone
constexpr auto kSilentOnceLost = 4s;  // likewise, where a connection has ended
constexpr auto kLooking = 15s;        // for the one that is gone
constexpr auto kTelling = 3s;         // others may read what was found
constexpr auto kGlance = 50ms;        // between two looks at the store, where it is no hurry
constexpr int kToldHere = 1;          // exit code

constexpr const char* kVerdict = "verdict";
constexpr const char* kFinished = "finished";
constexpr const char* kEnded = "ended: ";
constexpr const char* kGone = "is gone, or its network is silent; --resume goes on from the last saved state";

using StorePointer = c10::intrusive_ptr<c10d::Store>;

/// What waits for an answer that a silent network never brings waits for ever, in c10d's store: whoever does so for too
/// long ends the process. It is one that holds no file: it waits.
class Watch {
 public:
  explicit Watch(std::string message)
      : message_(std::move(message)), thread_(start_without_signals([this] { look(); })) {}

  ~Watch() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  template <class Work>
  auto over(const Work& work) {
    const Asking asking(*this);
    return work();
  }

 private:
  struct Asking {
    explicit Asking(Watch& watch) : watch(watch) { set(Clock::now()); }
    ~Asking() { set(std::nullopt); }
    void set(std::optional<Clock::time_point> since) {
      const std::lock_guard lock(watch.mutex_);
      watch.since_ = since;
    }
    Watch& watch;
  };

  void look() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, kBeat, [&] { return ending_; })) {
      if (!since_ || Clock::now() - *since_ < kStoreAnswers) continue;
      write_to_stderr(message_);
      std::_Exit(kToldHere);
    }
  }

  const std::string message_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Clock::time_point> since_;
  bool ending_ = false;
  std::thread thread_;
};

/// The store by which all meet; of one thread.
class WatchedStore final : public c10d::PrefixStore {
 public:
  WatchedStore(std::string prefix, StorePointer store, std::string message)
      : PrefixStore(std::move(prefix), std::move(store)), watch_(std::move(message)) {}

  using PrefixStore::set;
  void set(const std::string& key, const std::vector<uint8_t>& value) override {
    watch_.over([&] { PrefixStore::set(key, value); });
  }
  std::vector<uint8_t> get(const std::string& key) override {
    return watch_.over([&] { return PrefixStore::get(key); });
  }
  int64_t add(const std::string& key, int64_t number) override {
    return watch_.over([&] { return PrefixStore::add(key, number); });
  }
  bool check(const std::vector<std::string>& keys) override {
    return watch_.over([&] { return PrefixStore::check(keys); });
  }

 private:
  Watch watch_;
};

std::optional<std::string> find(c10d::Store& store, const std::string& key) {
  if (!store.check({key})) return std::nullopt;
  return store.get_to_str(key);
}

std::string host_name() {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  return name;
}

/// Our own address on the way to the store, which the others reach, too; empty where it is not known.
std::string own_address(const RankEnvironment& environment) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_DGRAM;
  if (getaddrinfo(environment.address.c_str(), std::to_string(environment.port).c_str(), &hints, &found) != 0)
    return "";
  std::string address;
  for (const addrinfo* one = found; one != nullptr && address.empty(); one = one->ai_next) {
    const int socket = ::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, 0);
    if (socket < 0) continue;
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    char text[NI_MAXHOST];
    if (connect(socket, one->ai_addr, one->ai_addrlen) == 0 &&  // of a datagram socket: nothing is sent
        getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size) == 0 &&
        getnameinfo(reinterpret_cast<sockaddr*>(&own), size, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0)
      address = text;
    close(socket);
  }
  freeaddrinfo(found);
  return address;
}

c10::intrusive_ptr<c10d::ProcessGroupGloo::Options> gloo_options(const RankEnvironment& environment) {
  auto options = c10d::ProcessGroupGloo::Options::create(kMeeting);
  const char* interface = std::getenv("GLOO_SOCKET_IFNAME");
  const std::string address = own_address(environment);
  options->devices.push_back(interface != nullptr ? c10d::ProcessGroupGloo::createDeviceForInterface(interface)
                             : address.empty()    ? c10d::ProcessGroupGloo::createDefaultDevice()
                                                  : c10d::ProcessGroupGloo::createDeviceForHostname(address));
  return options;
}

std::string key(const char* what, int rank) { return fmt::format("{}/{}", what, rank); }

std::string name_of_rank(int rank, int size, const std::string& host) {
  return fmt::format("rank {} of {} ({})", rank, size, host);
}

struct Lost {
  int rank;
  std::string how;
};

/// Looks for ranks that are gone.
class Lookout {
 public:
  Lookout(int rank, int size) : rank_(rank), pulses_(static_cast<size_t>(size)) {}

  /// One that says why it ended, or whose heart has been silent for so long; of those in [begin, end). Throws
  /// ToldByAnotherRank where another has found it, and where the store does not answer.
  std::optional<Lost> look(c10d::Store& store, int begin, int end, Clock::duration silent) {
    if (find(store, kVerdict)) {
      store.set(key("left", rank_), "");
      throw ToldByAnotherRank("another rank tells who is lost");
    }
    for (int other = begin; other < end; ++other) {
      if (other == rank_) continue;
      const auto left = find(store, key("left", other));
      if (left && !left->empty()) return Lost{other, kEnded + *left};
      if (left) continue;  // it is done, or ends because of another
      Pulse& pulse = pulses_[static_cast<size_t>(other)];
      const auto beat = find(store, key("beat", other));
      if (!beat) continue;  // it has not come yet
      if (beat != pulse.beat) pulse = {.beat = beat};
      if (Clock::now() - pulse.since >= silent) return Lost{other, kGone};
    }
    return std::nullopt;
  }

 private:
  struct Pulse {
    std::optional<std::string> beat;
    Clock::time_point since = Clock::now();
  };

  const int rank_;
  std::vector<Pulse> pulses_;
};

/// Tells the others every second that this rank is alive, and sees whether they are: the first rank all of them, the
/// others the first one. On a connection of its own, since the training thread may wait for ever for what a silent
/// network never brings; which is why it ends the process itself. Files appear whole or not at all.
class Heart {
 public:
  Heart(StorePointer store, const RankEnvironment& environment)
      : store_(std::move(store)), environment_(environment), thread_(start_without_signals([this] { beat(); })) {}

  ~Heart() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  /// From now on another looks, who tells.
  void look_no_more() { looks_ = false; }

 private:
  void beat() {
    const bool first = environment_.rank == 0;
    Lookout lookout(environment_.rank, environment_.size);
    std::unique_lock lock(mutex_);
    try {
      do {
        lock.unlock();
        store_->add(key("beat", environment_.rank), 1);
        if (const auto lost = lookout.look(*store_, 0, first ? environment_.size : 1, kSilent); lost && looks_)
          tell(*lost);
        lock.lock();
      } while (!changed_.wait_for(lock, kBeat, [&] { return stopping_; }));
    } catch (const ToldByAnotherRank&) {
      if (looks_) std::_Exit(kToldHere);
    } catch (const std::exception&) {  // of the store: the training thread finds out
    }
  }

  [[noreturn]] void tell(const Lost& lost) {
    if (environment_.rank == 0) store_->set(kVerdict, lost.how);
    const std::string host = find(*store_, key("host", lost.rank)).value_or("?");
    if (environment_.rank == 0 || !lost.how.starts_with(kEnded))
      write_to_stderr(fmt::format("mdl: {} {}\n", name_of_rank(lost.rank, environment_.size, host), lost.how));
    if (environment_.rank == 0) std::this_thread::sleep_for(kTelling);  // in which the others read it
    std::_Exit(kToldHere);
  }

  StorePointer store_;
  const RankEnvironment environment_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::atomic<bool> looks_ = true;
  std::thread thread_;
};

class ConnectedRanks final : public Ranks {
 public:
  ConnectedRanks(const RankEnvironment& environment, Console& console)
      : environment_(environment), hosts_(static_cast<size_t>(environment.size)) {
    connect(console);
    try {
      meet_all();
    } catch (const Error& problem) {
      leave(problem.what());
      throw;
    }
    try {
      group_ = c10::make_intrusive<c10d::ProcessGroupGloo>(store_, rank(), size(), gloo_options(environment_));
    } catch (const std::exception& problem) {
      lost(problem.what());
    }
  }

  ~ConnectedRanks() override {
    heart_->look_no_more();
    try {
      store_->set(key("left", rank()), "");
    } catch (const std::exception&) {  // of the store: whoever held it is done
    }
  }

  int rank() const override { return environment_.rank; }
  int size() const override { return environment_.size; }
  int local_rank() const override {
    if (environment_.local_size > 0) return environment_.local_rank;
    return static_cast<int>(std::count(hosts_.begin(), hosts_.begin() + rank(), hosts_[static_cast<size_t>(rank())]));
  }

  int local_size() const override {
    if (environment_.local_size > 0) return environment_.local_size;
    return static_cast<int>(std::ranges::count(hosts_, hosts_[static_cast<size_t>(rank())]));
  }

  double seconds_adding() const override { return std::chrono::duration<double>(adding_).count(); }

  std::string describe() const override {
    const std::set<std::string> machines(hosts_.begin(), hosts_.end());
    return fmt::format("{} ranks on {}", size(), fmt::join(machines, ", "));
  }

  std::string name_of(int rank) const override { return name_of_rank(rank, size(), hosts_[static_cast<size_t>(rank)]); }

  void sum(at::Tensor& numbers) override {
#ifdef USE_C10D_NCCL
    if (numbers.is_cuda()) {
      std::vector<at::Tensor> there{numbers};
      attempt([&] {
        if (!gpus_) gpus_ = c10::make_intrusive<c10d::ProcessGroupNCCL>(store_, rank(), size());
        gpus_->allreduce(there, c10d::AllreduceOptions())->wait();
      });
      return;
    }
#endif
    std::vector<at::Tensor> host{numbers.cpu()};
    const auto start = Clock::now();
    attempt([&] {
      c10d::AllreduceOptions options;
      options.timeout = kLongest;
      group_->allreduce(host, options)->wait();
    });
    if (!numbers.is_cpu()) numbers.copy_(host[0]);
    adding_ += Clock::now() - start;
  }

  std::vector<std::string> gather(std::string_view bytes) override {
    std::vector<std::string> all;
    attempt([&] {
      if (!is_first()) {
        send(bytes);
        return;
      }
      all.emplace_back(bytes);
      for (int from = 1; from < size(); ++from) all.push_back(receive(from));
    });
    return all;
  }

  std::string share(std::string_view bytes) override {
    std::string shared(bytes);
    attempt([&] {
      c10d::BroadcastOptions options;
      options.timeout = kLongest;
      int64_t count = std::ssize(shared);
      std::vector<at::Tensor> header{view(count)};
      group_->broadcast(header, options)->wait();
      shared.resize(static_cast<size_t>(count));
      std::vector<at::Tensor> room{view(shared)};
      if (count > 0) group_->broadcast(room, options)->wait();
    });
    return shared;
  }

  void need_no_more() override { heart_->look_no_more(); }

  void finish() override {
    try {
      store_->set(kFinished, "");
      let_others_read();
    } catch (const std::exception&) {  // of the store: the run is whole nonetheless
    }
  }

  void wait_for_the_first() override {
    attempt([&] {
      while (!store_->check({kFinished})) {
        if (const auto why = find(*store_, key("left", 0))) throw ToldByAnotherRank(*why);
        std::this_thread::sleep_for(kGlance);
      }
    });
  }

  bool leave(const std::string& why) override {
    heart_->look_no_more();
    try {
      store_->set(key("left", rank()), why);
      if (is_first()) {
        let_others_read();
      } else {
        for (const auto end = Clock::now() + kTelling; Clock::now() < end; std::this_thread::sleep_for(kGlance))
          if (find(*store_, kVerdict) || find(*store_, key("left", 0)) == why) return false;
      }
    } catch (const std::exception&) {  // of the store
    }
    return true;
  }

 private:
  /// Bytes as a tensor over them; it is only read where they are only sent.
  static at::Tensor view(std::string_view bytes) {
    return at::from_blob(const_cast<char*>(bytes.data()), {std::ssize(bytes)}, at::kByte);
  }

  static at::Tensor view(int64_t& number) { return at::from_blob(&number, {1}, at::kLong); }

  void send(std::string_view bytes) {
    int64_t count = std::ssize(bytes);
    std::vector<at::Tensor> header{view(count)}, body{view(bytes)};
    group_->send(header, 0, 0)->wait(kLongest);
    if (count > 0) group_->send(body, 0, 0)->wait(kLongest);
  }

  std::string receive(int from) {
    int64_t count = 0;
    std::vector<at::Tensor> header{view(count)};
    group_->recv(header, from, 0)->wait(kLongest);
    std::string bytes(static_cast<size_t>(count), '\0');
    std::vector<at::Tensor> body{view(bytes)};
    if (count > 0) group_->recv(body, from, 0)->wait(kLongest);
    return bytes;
  }

  void connect(Console& console) {
    const std::string place = fmt::format("{}:{}", environment_.address, environment_.port);
    const bool serves = is_first() && !environment_.store_is_there;
    c10d::TCPStoreOptions options{.port = environment_.port,
                                  .isServer = serves,
                                  .numWorkers = static_cast<size_t>(size()),
                                  .waitWorkers = false,
                                  .timeout = std::chrono::milliseconds(kAttempt)};
    console.log(fmt::format("rank {} of {}: meeting the others at {}", rank(), size(), place));
    for (const auto start = Clock::now();;) {
      try {
        auto store = c10::make_intrusive<c10d::TCPStore>(environment_.address, options);
        store->setTimeout(kStoreAnswers);
        const std::string prefix = fmt::format("mdl/{}", environment_.restarts);
        const std::string silent = fmt::format("mdl: rank {} of {}: rank 0, at {}, {}\n", rank(), size(), place, kGone);
        store_ = c10::make_intrusive<WatchedStore>(prefix, store, silent);
        heart_.emplace(c10::make_intrusive<WatchedStore>(prefix, store->clone(), silent), environment_);
        return;
      } catch (const std::exception& problem) {
        if (stop_signal() != 0) throw Interrupted("meeting the other ranks");
        if (serves) fail("{}: rank 0 cannot listen there: {}; set MASTER_PORT", place, first_line(problem.what()));
        tell_patience(start, 0, place);
        if (Clock::now() - start >= kMeeting)
          fail("rank {} of {}: {} does not answer, where the first rank should be (MASTER_ADDR, MASTER_PORT)", rank(),
               size(), place);
      }
    }
  }

  /// Once, where the others have been waited for for a while.
  void tell_patience(Clock::time_point start, int other, const std::string& place) {
    if (told_patience_ || Clock::now() - start < kPatience) return;
    told_patience_ = true;
    write_to_stderr(fmt::format("rank {} of {}: still waiting for rank {} at {}\n", rank(), size(), other, place));
  }

  /// What each says of itself, so that those of two runs do not take each other for ranks of one.
  std::string introduction() const { return fmt::format("{} of {} ranks", program_build(), size()); }

  void meet_all() {
    const std::string place = fmt::format("{}:{}", environment_.address, environment_.port);
    if (store_->add(key("come", rank()), 1) > 1)
      fail("rank {} of {} has come to {} already; another run may be on this port: set MASTER_PORT", rank(), size(),
           place);
    store_->set(key("program", rank()), introduction());
    store_->set(key("host", rank()), host_name());
    const auto start = Clock::now();
    for (int other = 0; other < size(); ++other) {
      const std::string host = key("host", other);
      while (!store_->check({host})) {
        if (stop_signal() != 0) throw Interrupted("meeting the other ranks");
        if (const auto why = find(*store_, key("left", 0)); why && !why->empty()) throw ToldByAnotherRank(*why);
        tell_patience(start, other, place);
        if (Clock::now() - start >= kMeeting)
          fail("rank {} of {} did not come to {} within {} minutes", other, size(), place, kMeeting.count());
        std::this_thread::sleep_for(20ms);
      }
      if (const std::string they = store_->get_to_str(key("program", other)); they != introduction())
        fail("rank {} is of build {}, rank {} of build {}; all need the same program and WORLD_SIZE", other, they,
             rank(), introduction());
      hosts_[static_cast<size_t>(other)] = store_->get_to_str(host);
    }
  }

  static std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

  template <class Work>
  void attempt(const Work& work) {
    try {
      work();
    } catch (const ToldByAnotherRank&) {
      throw;
    } catch (const std::exception& problem) {
      lost(problem.what());
    }
  }

  /// With the first rank its store may end.
  void let_others_read() {
    const auto left = [&](int other) { return other == rank() || store_->check({key("left", other)}); };
    const auto others = std::views::iota(0, size());
    for (const auto end = Clock::now() + kTelling; !std::ranges::all_of(others, left) && Clock::now() < end;)
      std::this_thread::sleep_for(kGlance);
    std::this_thread::sleep_for(4 * kGlance);
  }

  [[noreturn]] void lost(const std::string& problem) {
    heart_->look_no_more();
    std::optional<Lost> found;
    Lookout lookout(rank(), size());
    int speaker = rank();
    try {
      for (const auto end = Clock::now() + kLooking; !found && Clock::now() < end; std::this_thread::sleep_for(kGlance))
        found = lookout.look(*store_, 0, size(), kSilentOnceLost);
      for (speaker = 0; speaker < rank(); ++speaker) {
        if ((!found || speaker != found->rank) && find(*store_, key("left", speaker)).value_or("").empty()) break;
      }
      if (speaker == rank()) store_->set(kVerdict, found ? found->how : problem);
      store_->set(key("left", rank()), "");
      if (is_first()) let_others_read();
    } catch (const ToldByAnotherRank&) {
      throw;
    } catch (const std::exception&) {  // of the store, which the first rank holds
      if (!found) found = {0, kGone};
      speaker = found->rank == 0 ? 1 : 0;
    }
    const bool tells_itself = found && found->rank == 0 && found->how.starts_with(kEnded);
    if (speaker != rank() || tells_itself) throw ToldByAnotherRank(problem);
    const std::string what = found ? fmt::format("{} {}", name_of(found->rank), found->how)
                                   : "the ranks have lost each other: " + first_line(problem);
    throw RankLost(what);
  }

  const RankEnvironment environment_;
  StorePointer store_;
  std::vector<std::string> hosts_;  // of each rank
  std::optional<Heart> heart_;
  bool told_patience_ = false;
  Clock::duration adding_{};
  c10::intrusive_ptr<c10d::ProcessGroupGloo> group_;
#ifdef USE_C10D_NCCL
  c10::intrusive_ptr<c10d::ProcessGroupNCCL> gpus_;  // with the first sum on a GPU
#endif
};

}  // namespace

std::unique_ptr<Ranks> join_ranks(const RankEnvironment& environment, Console& console) {
  setenv("TORCH_CPP_LOG_LEVEL", "FATAL", /*overwrite=*/0);  // what happens to ranks is told by us, and once
  c10::initLogging();
  return std::make_unique<ConnectedRanks>(environment, console);
}

}  // namespace mdl
