// The connections of a server, within their limits.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace mdl {

class AnyConnection : public std::enable_shared_from_this<AnyConnection> {
 public:
  virtual ~AnyConnection() = default;

  /// Ends it, now where it waits for a request, else after the answer.
  virtual void end() = 0;
};

/// The connections there are, and how many of each address. They own themselves, by what they wait for: one that waits
/// for nothing any more is closed and gone.
class Connections {
 public:
  Connections(size_t most, size_t most_of_address) : most_(most), most_of_address_(most_of_address) {}

  bool add(const std::shared_ptr<AnyConnection>& connection, const std::string& address) {
    const std::lock_guard lock(mutex_);
    const auto of_address = by_address_.find(address);
    const bool full = of_address != by_address_.end() && of_address->second >= most_of_address_;
    if (ending_ || all_.size() >= most_ || full) return false;
    all_.emplace(connection.get(), connection);
    ++by_address_[address];
    return true;
  }

  void remove(const AnyConnection* connection, const std::string& address) {
    const std::lock_guard lock(mutex_);
    if (all_.erase(connection) > 0 && --by_address_[address] == 0) by_address_.erase(address);
  }

  /// No more are taken. Returns those there are.
  std::vector<std::shared_ptr<AnyConnection>> end() {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    std::vector<std::shared_ptr<AnyConnection>> open;
    for (const auto& [place, connection] : all_) {
      if (auto one = connection.lock()) open.push_back(std::move(one));
    }
    return open;
  }

  bool ending() const {
    const std::lock_guard lock(mutex_);
    return ending_;
  }
  size_t count() const {
    const std::lock_guard lock(mutex_);
    return all_.size();
  }

 private:
  size_t most_, most_of_address_;
  mutable std::mutex mutex_;
  bool ending_ = false;
  std::map<const AnyConnection*, std::weak_ptr<AnyConnection>> all_;
  std::unordered_map<std::string, size_t> by_address_;
};

}  // namespace mdl
