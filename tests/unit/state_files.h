// States as files, for tests that hold a run to going on.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "io/input.h"
#include "io/output.h"
#include "train/state.h"

inline void write_state(const std::string& path, const mdl::TrainState& state, const mdl::RunFingerprint& identity) {
  mdl::write_file(path, mdl::format_state(state, identity));
}

inline std::optional<mdl::SavedRun> read_state(const std::string& path) {
  if (!std::filesystem::exists(path)) return {};
  std::ifstream file(path, std::ios::binary);  // read_file() would give way to a signal that a test has raised
  return mdl::parse_state(std::string(std::istreambuf_iterator<char>(file), {}), path);
}
