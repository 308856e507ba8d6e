#include "train/folder.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"

namespace mdl {
namespace {

/// The JSON that a safetensors file begins with; empty where it is no such file.
std::string header_of(const Folder& folder, const char* name) {
  constexpr uint64_t kLargest = 16 << 20;
  if (folder.find(name) != Folder::Entry::kFile) return "";
  uint64_t length = 0;
  const std::string start = folder.read_start(name, sizeof length);
  if (start.size() < sizeof length) return "";
  std::memcpy(&length, start.data(), sizeof length);
  return length > kLargest ? "" : folder.read_start(name, sizeof length + length).substr(sizeof length);
}

}  // namespace

std::vector<std::string> run_files() {
  return {kModelFile,  kStateFile,  kMetricsFile,    kConfigFile,
          kReportFile, kRecordFile, kModelSignature, kRecordSignature};
}

Holding holding_of(const Folder& folder) {
  const auto there = [&](const std::string& name) { return folder.find(name) != Folder::Entry::kNothing; };
  if (std::ranges::none_of(run_files(), there)) return Holding::kNothing;
  // What else they hold is for those to judge who read them.
  if (header_of(folder, kModelFile).find(R"("mdl.format":")") != std::string::npos) return Holding::kRun;
  const std::string state = header_of(folder, kStateFile);
  if (state.find(R"("mdl.state":")") == std::string::npos) return Holding::kForeign;
  const bool begun = state.find(R"("mdl.state":"{\"members\":[],)") != std::string::npos;
  return !begun ? Holding::kRun : there(kModelFile) ? Holding::kForeign : Holding::kBegun;
}

void expect_free(const Folder& folder, Existing existing) {
  const Holding holding = holding_of(folder);
  for (const std::string& name : run_files()) {
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
  expect_free(Folder(folder), existing);
}

}  // namespace mdl
