#include "serve/model_store.h"

#include <algorithm>
#include <exception>
#include <new>
#include <ranges>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "io/signed_files.h"

namespace mdl {
namespace {

bool is_canary(const ModelEntry& entry) { return entry.shadow || entry.share > 0; }

}  // namespace

ModelStore::ModelStore(std::vector<ModelEntry> entries) {
  for (ModelEntry& entry : entries) {
    watches_.emplace_back(std::vector{entry.path, signature_path_of(entry.path)});
    auto model = load_served_model(entry.name, entry.path);
    loaded_.push_back({std::move(entry), std::move(model)});
  }
  failed_.resize(loaded_.size());
  state_ = std::make_shared<const State>(arrange(loaded_));
}

ModelStore::State ModelStore::arrange(const std::vector<Loaded>& loaded) {
  State state;
  for (const Loaded& one : loaded) state[one.entry.name].push_back(one);
  for (auto& [name, versions] : state) {
    std::ranges::stable_sort(versions, std::greater(), [](const Loaded& one) { return one.model->model.version; });
    const auto same = std::ranges::adjacent_find(versions, {}, [](const Loaded& one) { return one.model->version; });
    if (same != versions.end()) {
      fail(
          "{} and {}: both are version {} of the model {}; give one another name, or another model.version in training",
          same->entry.path, (same + 1)->entry.path, same->model->version, quote(name));
    }
    if (std::ranges::all_of(versions, is_canary, &Loaded::entry))
      fail("the model {} has canaries only; one version has to answer the other requests", quote(name));
    double shares = 0;
    for (const Loaded& one : versions) shares += one.entry.share;
    if (shares > 1) fail("the model {}: its canaries have shares of more than 1 together", quote(name));
  }
  return state;
}

void ModelStore::reload(bool all, const ServiceLog& log) {
  std::vector<bool> due;
  for (FileWatch& watch : watches_) due.push_back(watch.changed() || all);
  const bool any = std::ranges::find(due, true) != due.end();
  for (size_t i = 0; i < loaded_.size(); ++i) {
    // What could not be used may fit now that another file is in place.
    if (!due[i] && !(any && failed_[i])) continue;
    failed_[i] = false;
    const ModelEntry& entry = loaded_[i].entry;
    try {
      auto model = load_served_model(entry.name, entry.path);
      if (model->sha256 == loaded_[i].model->sha256) continue;
      std::vector<Loaded> next = loaded_;
      next[i].model = std::move(model);
      auto state = std::make_shared<const State>(arrange(next));
      const ServedModel& now = *next[i].model;
      log.tell(ServiceLog::Level::kInfo, "model",
               fmt::format("{}: version {} of the model {} is served from now on, SHA-256 {}", entry.path, now.version,
                           quote(entry.name), now.sha256),
               {{"model", entry.name}, {"version", now.version}, {"model_sha256", now.sha256}});
      loaded_ = std::move(next);
      const std::lock_guard lock(mutex_);
      state_ = std::move(state);
    } catch (const std::exception& error) {
      failed_[i] = true;
      const bool memory = dynamic_cast<const std::bad_alloc*>(&error) != nullptr;
      log.tell(ServiceLog::Level::kError, "model",
               fmt::format("{}; the model that was there stays in use",
                           memory ? entry.path + ": memory has run out" : error.what()),
               {{"model", entry.name}});
    }
  }
}

std::shared_ptr<const ModelStore::State> ModelStore::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

ModelStore::Pointer ModelStore::find(const std::string& name, const std::string& version) const {
  return choose(name, version, 1).model;
}

ModelStore::Choice ModelStore::choose(const std::string& name, const std::string& version, double draw) const {
  const auto now = state();
  const auto found = now->find(name);
  if (found == now->end()) return {};
  Choice choice;
  double shares = 0;
  for (const Loaded& one : found->second) {
    if (!version.empty()) {
      if (one.model->version == version && !one.entry.shadow) return {one.model, nullptr};
    } else if (one.entry.shadow) {
      choice.shadow = one.model;
    } else if (one.entry.share > 0) {
      shares += one.entry.share;
      if (draw < shares) return {one.model, nullptr};
    } else if (!choice.model) {
      choice.model = one.model;
    }
  }
  return choice;
}

std::vector<std::string> ModelStore::names() const {
  const auto now = state();
  const auto keys = std::views::keys(*now);
  return {keys.begin(), keys.end()};
}

std::vector<std::string> ModelStore::versions(const std::string& name) const {
  std::vector<std::string> versions;
  const auto now = state();
  if (const auto found = now->find(name); found != now->end()) {
    for (const Loaded& one : found->second) {
      if (!one.entry.shadow) versions.push_back(one.model->version);
    }
  }
  return versions;
}

std::vector<ModelStore::Pointer> ModelStore::all() const {
  std::vector<Pointer> models;
  const auto now = state();
  for (const auto& [name, versions] : *now) {
    for (const Loaded& one : versions) models.push_back(one.model);
  }
  return models;
}

std::string ModelStore::only_name() const {
  const auto now = state();
  return now->size() == 1 ? now->begin()->first : "";
}

}  // namespace mdl
