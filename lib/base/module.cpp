#include "base/module.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "build.h"

namespace mdl {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

fs::path folder_of_program(const std::string& module) {
  std::error_code unknown;
  const fs::path program = fs::read_symlink("/proc/self/exe", unknown);
  if (unknown) fail("{} cannot be loaded: /proc does not say where mdl is: {}", module, unknown.message());
  return program.parent_path();
}

/// Of the installation, those of the newest Python first.
std::vector<fs::path> python_packages(const fs::path& installation) {
  std::vector<std::pair<int, fs::path>> found;
  for (const char* lib : {"lib", "lib64"}) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(installation / lib, ignored)) {
      constexpr std::string_view kPython = "python3.";
      const std::string name = entry.path().filename();
      if (!name.starts_with(kPython)) continue;
      for (const char* packages : {"site-packages", "dist-packages"})
        found.emplace_back(-std::atoi(name.c_str() + kPython.size()), entry.path() / packages);
    }
  }
  std::ranges::sort(found);
  std::vector<fs::path> folders;
  for (auto& [version, folder] : found) folders.push_back(std::move(folder));
  return folders;
}

/// Where the library that a line names may be, first of all `home` where there is one. Empty: nowhere.
fs::path find_library(const fs::path& listed, const fs::path& modules, const fs::path& program, const char* home) {
  if (home != nullptr) return fs::path(home) / "lib" / listed.filename();
  if (is_there(modules / listed.filename())) return modules / listed.filename();
  if (listed.is_absolute()) return listed;
  for (const fs::path& folder : python_packages(program.parent_path())) {
    if (!listed.empty() && is_there(folder / listed)) return folder / listed;
  }
  return {};
}

void* load(const fs::path& file, const std::string& missing = "") {
  void* loaded = dlopen(file.c_str(), RTLD_LAZY);
  if (loaded != nullptr) return loaded;
  const std::string why = dlerror();
  if (!missing.empty() && why.find("cannot open shared object file") != std::string::npos)
    fail("{} ({})", missing, why);
  // One of another build may not load at all, as it misses functions of the program.
  const bool module = file.filename().string().starts_with("mdl-");
  fail("{} cannot be loaded: {}{}", file.filename().string(), why,
       module ? "; mdl is of build " MDL_BUILD ", build or install both together" : "");
}

void expect_same_build(void* module, const std::string& file) {
  const auto build = reinterpret_cast<const char* (*)()>(dlsym(module, "mdl_module_build"));
  const std::string found = build == nullptr ? "an unknown build" : fmt::format("build {}", build());
  if (build == nullptr || std::string_view(build()) != MDL_BUILD)
    fail("{} is of {}, mdl of build {}; build or install both together", file, found, MDL_BUILD);
}

}  // namespace

void* function_of_module(const std::string& module, const char* package, const char* name, const LibraryCheck* check) {
  const std::string file = module + ".so";
  const fs::path program = folder_of_program(module);
  const fs::path folder = is_there(program / file) ? program : (program / MDL_MODULE_FOLDER).lexically_normal();
  if (!is_there(folder / file))
    fail("{} is not there; the Debian package {} has it", (folder / file).string(), package);
  const char* home = check == nullptr ? nullptr : std::getenv(check->variable);
  if (home != nullptr && *home == '\0') home = nullptr;
  if (home != nullptr && *home != '/') fail("{}: expected an absolute path, found '{}'", check->variable, home);
  void* checked = nullptr;
  bool found = false;
  std::ifstream libraries(folder / (module + ".libraries"));
  for (std::string line; std::getline(libraries, line);) {
    const fs::path library = find_library(line, folder, program, home);
    if (!is_there(library)) continue;
    found = true;
    void* loaded = load(library);
    if (check != nullptr && checked == nullptr) checked = dlsym(loaded, check->symbol);
  }
  if (home != nullptr && !found) fail("{}: {}/lib holds no such libraries: {}", check->variable, home, check->missing);
  if (checked != nullptr) check->expect(checked);
  void* loaded = load(folder / file, check == nullptr || found ? "" : check->missing);
  expect_same_build(loaded, file);
  // Libraries that the system's search has found are there only now.
  if (check != nullptr && checked == nullptr) check->expect(dlsym(loaded, check->symbol));
  void* function = dlsym(loaded, name);
  if (function == nullptr) fail("{} cannot be loaded: {}", file, dlerror());
  return function;
}

const char* program_build() { return MDL_BUILD; }

}  // namespace mdl
