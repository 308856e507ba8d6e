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
  const auto group = [&]() -> const Column& { return dataset.column(split.group, "data.split.group"); };
  if (*config.train.folds > 0) {
    const auto folds = static_cast<size_t>(*config.train.folds);
    const size_t partitions = static_cast<size_t>(*config.model.members) / folds;
    return split.group.empty() ? split_into_folds(strata, folds, seed, partitions)
                               : split_groups_into_folds(group(), strata, folds, seed, partitions);
  }
  const double fraction = config.data.validation->path.empty() ? config.data.validation->fraction : 0;
  if (fraction > 0 && !split.group.empty()) return split_by_group(group(), strata, fraction, seed);
  if (fraction > 0 && !split.time.empty())
    return split_by_time(dataset.column(split.time, "data.split.time"), strata, fraction);
  return split_at_random(strata, fraction, seed);
}

}  // namespace

void check_folds(const Config& config) {
  const int64_t folds = *config.train.folds;
  if (folds == 0) return;
  if (folds == 1) fail("train.folds: expected 0, or at least 2, found 1");
  if (config.data.validation)
    fail("train.folds and data.validation exclude each other; with folds every row is validated on");
  if (!config.data.split.time.empty())
    fail("train.folds and data.split.time exclude each other; the latest rows would train networks for earlier ones");
  if (*config.model.members % folds != 0) {
    fail("model.members: {} networks cannot be divided among train.folds: {}; expected a multiple",
         *config.model.members, folds);
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
