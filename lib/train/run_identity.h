// Whose run a folder holds: of which table, for which target.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "table/dataset.h"
#include "train/run_folder.h"

namespace mdl {

struct RunIdentity {
  std::vector<InputFile> tables;  // of data.train; without hashes where the run has not come to its record
  std::string target;
  std::string date;  // of its model, or of its state: 2026-11-30

  /// "runs/train: holds a run of a/train.csv, target 'y', 2026-11-30"
  std::string text(const std::string& folder) const;
};

/// By its record, or its config. Empty where the folder holds no run, or none of them can be read.
std::optional<RunIdentity> identity_of(const ProtectedFolder& folder);

/// Whether a run on these files, for this target, is the same job: the tables have the same paths, or the same bytes.
/// Files without a hash are read for it; of standard input without one nothing is known.
bool is_same_job(const RunIdentity& run, const std::vector<InputFile>& tables, const std::string& target);

/// Throws Error where the folder holds a run that `existing` must not replace: any, unless it is to be replaced; one of
/// another job, unless the folder was `named` for it.
void expect_replaceable(const std::string& folder, Existing existing, bool named, const std::vector<InputFile>& tables,
                        const std::string& target);

}  // namespace mdl
