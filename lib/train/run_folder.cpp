#include "train/run_folder.h"

#include <fmt/chrono.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "crypto/armor.h"
#include "io/input.h"
#include "io/names.h"

namespace mdl {
namespace {

/// The JSON that a safetensors file begins with; empty where it is no such file.
std::string header_of(const Folder& folder, const std::string& name) {
  constexpr uint64_t kLargest = 16 << 20;
  if (folder.find(name) != Folder::Entry::kFile) return "";
  uint64_t length = 0;
  const std::string start = folder.read_start(name, sizeof length);
  if (start.size() < sizeof length) return "";
  std::memcpy(&length, start.data(), sizeof length);
  return length > kLargest ? "" : folder.read_start(name, sizeof length + length).substr(sizeof length);
}

bool starts_encrypted(const Folder& folder, const std::string& name) {
  return folder.find(name) == Folder::Entry::kFile && is_encrypted(folder.read_start(name, kArmorMagic.size()));
}

}  // namespace

std::vector<std::string> run_files() {
  return {kModelFile, kStateFile, kMetricsFile, kConfigFile, kReportFile, kRecordFile, kEventFile, kMlflowFile};
}

std::vector<std::string> stored_run_files() {
  std::vector<std::string> names;
  for (const std::string& name : run_files()) {
    for (const std::string& stored : {name, encrypted_name(name)}) {
      names.push_back(stored);
      if (name == kModelFile || name == kRecordFile) names.push_back(signature_name(stored));
    }
  }
  return names;
}

Holding holding_of(const ProtectedFolder& protected_folder) {
  const Folder& folder = protected_folder.stored();
  const auto there = [&](const std::string& name) { return folder.find(name) != Folder::Entry::kNothing; };
  if (std::ranges::none_of(stored_run_files(), there)) return Holding::kNothing;
  // What else they hold is for those to judge who read them.
  if (header_of(folder, kModelFile).find(R"("mdl.format":")") != std::string::npos) return Holding::kRun;
  if (starts_encrypted(folder, encrypted_name(kModelFile))) return Holding::kRun;
  const std::string state = header_of(folder, kStateFile);
  const bool state_is_encrypted = starts_encrypted(folder, encrypted_name(kStateFile));
  if (!state_is_encrypted && state.find(R"("mdl.state":")") == std::string::npos) return Holding::kForeign;
  // The first state has no steps; metrics come with the next.
  const bool begun = state_is_encrypted ? !there(encrypted_name(kMetricsFile))
                                        : state.find(R"("mdl.state":"{\"members\":[],)") != std::string::npos;
  if (!begun) return Holding::kRun;
  return there(kModelFile) || there(encrypted_name(kModelFile)) ? Holding::kForeign : Holding::kBegun;
}

std::string content_of(const Folder& folder, const std::string& name) {
  for (const std::string& stored : {name, encrypted_name(name)}) {
    if (folder.find(stored) != Folder::Entry::kFile) continue;
    try {
      const std::string bytes = folder.read(stored);
      return read_all(*unpack(std::make_unique<HeldBytes>(bytes), stored), stored, SIZE_MAX);
    } catch (const Error&) {
      return "";
    }
  }
  return "";
}

std::string day_of(time_t seconds) {
  std::tm local = {};
  localtime_r(&seconds, &local);
  return fmt::format("{:%Y-%m-%d}", local);
}

std::string date_of(const Folder& folder) {
  for (const char* name : {kModelFile, kStateFile}) {
    for (const std::string& stored : {std::string(name), encrypted_name(name)}) {
      struct stat status = {};
      if (stat(folder.path(stored).c_str(), &status) != 0) continue;
      return day_of(status.st_mtime);
    }
  }
  return "";
}

void expect_free(const ProtectedFolder& protected_folder, Existing existing) {
  const Folder& folder = protected_folder.stored();
  const Holding holding = holding_of(protected_folder);
  for (const std::string& name : stored_run_files()) {
    const Folder::Entry entry = folder.find(name);
    if (entry == Folder::Entry::kOther)
      fail("{}: is a link or not a file, which no run of mdl makes; choose another folder with --output",
           folder.path(name));
    if (entry == Folder::Entry::kFile && holding == Holding::kForeign) {
      fail("{}: is in the way: it is not part of a run of mdl; choose another folder with --output", folder.path(name));
    }
  }
  if (existing == Existing::kRefuse && holding == Holding::kRun) {
    fail("{}: already holds a run; --resume continues it, --force replaces it, --output chooses another folder",
         folder.path());
  }
}

void expect_free(const std::string& folder, Existing existing) {
  if (!is_there(folder)) return;
  make_folders(folder);  // says so where it is a file
  expect_free(ProtectedFolder(folder), existing);
}

}  // namespace mdl
