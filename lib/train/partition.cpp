#include "train/partition.h"

#include <algorithm>
#include <cmath>

#include "base/counted.h"
#include "base/error.h"

namespace mdl {
namespace {

/// The classes, or where a regression has targets.
Strata strata_of(const Supervision& known) {
  if (known.target.task != Task::kRegression) return known.labels.classes;
  Strata strata;
  for (const double number : known.labels.numbers) strata.push_back(std::isnan(number) ? kNoTarget : 0);
  return strata;
}

Split by_config(const Config& config, const Dataset& dataset, const Strata& strata) {
  const SplitBy& split = config.data.split;
  const int64_t seed = config.train.seed;
  const Column* group = split.group.empty() ? nullptr : &dataset.column(split.group, "data.split.group");
  if (*config.train.folds > 0) {
    const auto folds = static_cast<size_t>(*config.train.folds);
    const size_t partitions = static_cast<size_t>(*config.model.members) / folds;
    return group == nullptr ? split_into_folds(strata, folds, seed, partitions)
                            : split_groups_into_folds(*group, strata, folds, seed, partitions);
  }
  const auto time = [&]() -> const Column& { return dataset.column(split.time, "data.split.time"); };
  if (split.folds > 0)
    return split_into_folds_by_time(time(), split.gap, group, strata, static_cast<size_t>(split.folds));
  const double fraction = config.data.validation->path.empty() ? config.data.validation->fraction : 0;
  if (fraction > 0 && !split.time.empty()) return split_by_time(time(), split.gap, group, strata, fraction);
  if (fraction > 0 && group != nullptr) return split_by_group(*group, strata, fraction, seed);
  return split_at_random(strata, fraction, seed);
}

}  // namespace

void check_folds(const Config& config) {
  const int64_t random = *config.train.folds, in_time = config.data.split.folds;
  if (random == 1) fail("train.folds: expected 0, or at least 2, found 1");
  if (random > 0 && config.data.validation)
    fail("train.folds and data.validation exclude each other; with folds every row is validated on");
  if (random > 0 && !config.data.split.time.empty()) {
    fail(
        "train.folds and data.split.time exclude each other; the latest rows would train networks for earlier ones: "
        "data.split: {{time: {}, folds: {}}} has folds forward in time",
        config.data.split.time, random);
  }
  if (in_time > 0 && config.data.validation)
    fail("folds of data.split and data.validation exclude each other; the folds say which rows validate");
  const int64_t folds = std::max(random, in_time);
  if (folds > 0 && *config.model.members % folds != 0) {
    fail("model.members: {} networks cannot be divided among {}: {}; expected a multiple", *config.model.members,
         random > 0 ? "train.folds" : "folds of data.split", folds);
  }
}

Split split_rows(const Config& config, const Dataset& dataset, const Supervision& known) {
  Split split = by_config(config, dataset, strata_of(known));
  if (split.train.empty()) fail("{}: no training row is left", dataset.name);
  if (std::ranges::any_of(split.folds, &std::vector<uint32_t>::empty)) {
    const auto there = static_cast<int64_t>(split.train.size());
    fail("{}: {} {} too few for train.folds: {}", dataset.name, counted(there, "row"), there == 1 ? "is" : "are",
         split.folds_each());
  }
  return split;
}

}  // namespace mdl
