#include "train/run_identity.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "config/load.h"
#include "crypto/sha256.h"
#include "io/input.h"
#include "io/names.h"
#include "table/paths.h"
#include "train/record.h"

namespace mdl {
namespace {

constexpr size_t kMostNames = 3;

std::set<std::string> places_of(const std::vector<InputFile>& tables) {
  std::set<std::string> places;
  std::error_code unknown;
  for (const InputFile& table : tables) {
    const auto place = std::filesystem::weakly_canonical(table.path, unknown);
    places.insert(unknown ? table.path : place.string());
  }
  return places;
}

std::multiset<std::string> hashes_of(const std::vector<InputFile>& tables) {
  std::multiset<std::string> hashes;
  for (const InputFile& table : tables)
    hashes.insert(table.sha256.empty() ? sha256_of(*open_stored(table.path)) : table.sha256);
  return hashes;
}

}  // namespace

std::string RunIdentity::text(const std::string& folder) const {
  std::vector<std::string> names;
  for (const InputFile& table : tables) names.push_back(printable(input_name(table.path)));
  return fmt::format("{}: holds a run of {}, target {}, {}", folder, join_names(names, kMostNames), quote(target),
                     date);
}

std::optional<RunIdentity> identity_of(const ProtectedFolder& protected_folder) {
  const Folder& folder = protected_folder.stored();
  if (holding_of(protected_folder) != Holding::kRun) return std::nullopt;
  RunIdentity run{.date = date_of(folder)};
  try {
    std::string config = content_of(folder, kConfigFile);
    if (const std::string bytes = content_of(folder, kRecordFile); !bytes.empty()) {
      const RunRecord record = parse_record(bytes, kRecordFile);
      config = record.config;
      for (const auto& [key, file] : record.inputs) {
        if (key == "data.train") run.tables.push_back(file);
      }
    }
    const DataConfig data = load_config_text(config, kConfigFile).config.data;
    run.target = data.target;
    if (run.tables.empty()) {
      for (const std::string& path : expand(data.train)) run.tables.push_back({.path = path});
    }
  } catch (const Error&) {  // of another version, or damaged
    return std::nullopt;
  }
  return run;
}

bool is_same_job(const RunIdentity& run, const std::vector<InputFile>& tables, const std::string& target) {
  if (run.target != target) return false;
  const bool named = std::ranges::none_of(tables, [](const InputFile& table) { return table.path == "-"; });
  if (named && places_of(run.tables) == places_of(tables)) return true;
  const auto hashed = [](const InputFile& table) { return !table.sha256.empty(); };
  const bool comparable = std::ranges::all_of(run.tables, hashed) && (named || std::ranges::all_of(tables, hashed));
  return comparable && run.tables.size() == tables.size() && hashes_of(run.tables) == hashes_of(tables);
}

void expect_replaceable(const std::string& path, Existing existing, bool named, const std::vector<InputFile>& tables,
                        const std::string& target) {
  if (existing == Existing::kResume || (existing == Existing::kReplace && named) || !is_there(path)) return;
  const ProtectedFolder folder(path);
  if (holding_of(folder) != Holding::kRun) return;
  const std::optional<RunIdentity> run = identity_of(folder);
  const std::string whose = run ? run->text(path) : fmt::format("{}: holds a run that cannot be read", path);
  if (run && is_same_job(*run, tables, target)) {
    if (existing == Existing::kReplace) return;
    fail("{}; --resume continues it, --force replaces it, --output chooses another folder", whose);
  }
  fail("{}{}; choose another folder with --output (--output {} --force replaces that run)", whose,
       existing == Existing::kReplace ? ", and --force replaces a run of the same table and target only" : "", path);
}

}  // namespace mdl
