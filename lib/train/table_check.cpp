#include "train/table_check.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/counted.h"
#include "base/error.h"
#include "base/files.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "evaluate/evaluate.h"
#include "io/input.h"
#include "table/open_table.h"
#include "table/paths.h"
#include "train/class_weights.h"
#include "train/load.h"

namespace mdl {
namespace {

bool begins_encrypted(const std::string& path) {
  char start[64];
  const size_t size = open_stored(path)->read(start, sizeof start);
  return is_encrypted({start, size});
}

/// Why a table cannot be looked at here, though training may be able to; nothing where it can. Throws Error where it is
/// no table.
std::optional<std::string> why_unread(const std::string& path, const TextInput& text) {
  if (path == "-") return "standard input is read in training only";
  std::error_code unknown;
  if (!is_there(path)) return input_name(path) + ": no such file here";
  if (!std::filesystem::is_regular_file(path, unknown)) return input_name(path) + ": not a file that can be read twice";
  try {
    open_table(path, text);
  } catch (const Error& why) {
    if (!begins_encrypted(path)) throw;
    return why.what();
  }
  return std::nullopt;
}

/// The columns that the config names, each with the key.
std::vector<std::pair<std::string, std::string>> named_columns(const DataConfig& data) {
  std::vector<std::pair<std::string, std::string>> named = {{"data.target", data.target}};
  if (!data.weight.empty()) named.emplace_back("data.weight", data.weight);
  if (!data.exposure.empty()) named.emplace_back("data.exposure", data.exposure);
  for (const std::string& column : {data.split.group, data.split.time}) {
    if (!column.empty()) named.emplace_back("data.split", column);
  }
  for (const std::string& column : data.ignore) named.emplace_back("data.ignore", column);
  for (const auto& [column, type] : data.types) named.emplace_back("data.types", column);
  return named;
}

std::vector<std::string> unknown_columns(const LoadedConfig& loaded, const std::string& path) {
  const Table table = open_table(path, {.told = loaded.config.data.format});
  const std::vector<std::string>& header = table.records->header();
  std::vector<std::string> problems;
  for (const auto& [key, column] : named_columns(loaded.config.data)) {
    if (std::ranges::find(header, column) != header.end()) continue;
    const auto meant = did_you_mean(column, header);
    problems.push_back(fmt::format("{}: {}: {} has no column {}{}", loaded.origin.at(key), key, input_name(path),
                                   quote(column), meant ? "; did you mean " + quote(*meant) + "?" : ""));
  }
  if (problems.empty()) return problems;
  std::vector<std::string> names;
  for (const std::string& name : header) names.push_back(quote(name));
  problems.push_back(fmt::format("{}: the columns are {}", input_name(path), join_names(names, 50)));
  return problems;
}

std::string summary(const TrainingData& data) {
  const std::vector<std::string>& classes = data.target.classes;
  return fmt::format("{}: {}, {}; target {}: {}{}", data.findings.table,
                     counted(static_cast<int64_t>(data.findings.rows), "row"),
                     counted(static_cast<int64_t>(data.encoder.features.size()), "feature"), quote(data.target.name),
                     name_of(data.target.task), classes.empty() ? "" : ", classes " + join_names(classes, 12));
}

}  // namespace

TableCheck check_tables(const LoadedConfig& loaded) {
  TableCheck check;
  Config config = loaded.config;
  const auto unread = [&](const std::string& why) { check.notes.push_back("not looked at: " + why); };
  try {
    const std::vector<std::string> paths = expand(config.data.train);
    for (const std::string& path : paths) {
      if (const auto why = why_unread(path, {.told = config.data.format})) {
        unread(*why + "; columns and cells are not checked");
        return check;
      }
    }
    check.problems = unknown_columns(loaded, paths[0]);
    if (!check.problems.empty()) return check;
    if (config.data.validation && !config.data.validation->path.empty()) {
      if (const auto why = why_unread(config.data.validation->path, {.told = config.data.format})) {
        unread(*why);
        config.data.validation = Validation();
      }
    }
    Console console(/*quiet=*/true);
    const TrainingData data = load_training_data(config, console);
    check.notes.insert(check.notes.begin(), summary(data));
    resolve_by_data(config, data);
    weights_by_class(data, config.train.class_weights);
    if (config.data.test.empty()) return check;
    const TextInput text{.told = config.data.format, .expected = data.format};
    if (const auto why = why_unread(config.data.test, text)) {
      unread(*why);
    } else {
      ScoredTable(config.data.test, text).expect_columns(data.target, data.encoder, config.data.weight);
    }
  } catch (const Error& problem) {
    check.problems.push_back(problem.what());
  }
  return check;
}

}  // namespace mdl
