// The models that are served, by name and version, and which of them answers.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "serve/file_watch.h"
#include "serve/served_model.h"
#include "serve/service_log.h"

namespace mdl {

/// A file that is served. Several of one name are versions of one model, each with another model.version.
struct ModelEntry {
  std::string name, path;
  double share = 0;     // a canary's: of the requests that name no version
  bool shadow = false;  // it answers nobody, also by its version: its answers are compared with those given
};

/// For several threads at once.
class ModelStore {
 public:
  using Pointer = std::shared_ptr<const ServedModel>;

  /// Loads them. Throws Error; also where two have the same name and version, or a name has canaries alone.
  explicit ModelStore(std::vector<ModelEntry> entries);

  /// Loads again the files that have changed since they were looked at last; or all. What cannot be used is told to
  /// `log`, and what was there stays. For one thread at a time.
  void reload(bool all, const ServiceLog& log);

  /// The version that answers where none is named, which is the highest but for canaries; or that version.
  Pointer find(const std::string& name, const std::string& version) const;

  struct Choice {
    Pointer model, shadow;  // each may be null
  };
  /// As find(), but canaries answer their share of the requests that name no version. `draw` lies from 0 to below 1.
  Choice choose(const std::string& name, const std::string& version, double draw) const;

  std::vector<std::string> names() const;
  std::vector<std::string> versions(const std::string& name) const;
  std::vector<Pointer> all() const;

  /// The model where there is one name only; else "".
  std::string only_name() const;

 private:
  struct Loaded {
    ModelEntry entry;
    Pointer model;
  };
  using State = std::map<std::string, std::vector<Loaded>>;  // by name, the highest version first

  static State arrange(const std::vector<Loaded>& loaded);
  std::shared_ptr<const State> state() const;

  std::vector<Loaded> loaded_;  // of the thread that reloads
  std::vector<FileWatch> watches_;
  std::vector<bool> failed_;  // whether the file as it is now cannot be used
  mutable std::mutex mutex_;
  std::shared_ptr<const State> state_;
};

}  // namespace mdl
