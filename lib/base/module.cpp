#include "base/module.h"

#include <dlfcn.h>

#include <filesystem>
#include <fstream>
#include <string_view>

#include "base/error.h"
#include "build.h"

namespace mdl {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

fs::path folder_of_modules(const std::string& module) {
  std::error_code unknown;
  const fs::path program = fs::read_symlink("/proc/self/exe", unknown);
  if (unknown) fail("{} cannot be loaded: /proc does not say where mdl is: {}", module, unknown.message());
  const fs::path folder = program.parent_path();
  return is_there(folder / (module + ".so")) ? folder : folder / MDL_MODULE_FOLDER;
}

void* load(const fs::path& file, const char* cure = "") {
  void* loaded = dlopen(file.c_str(), RTLD_LAZY);
  if (loaded == nullptr)
    fail("{} cannot be loaded: {}{}", file.filename().string(), dlerror(), is_there(file) ? cure : "");
  return loaded;
}

void expect_same_build(void* module, const std::string& file) {
  const auto build = reinterpret_cast<const char* (*)()>(dlsym(module, "mdl_module_build"));
  const std::string found = build == nullptr ? "an unknown build" : fmt::format("build {}", build());
  if (build == nullptr || std::string_view(build()) != MDL_BUILD)
    fail("{} is of {}, mdl of build {}; build or install both together", file, found, MDL_BUILD);
}

}  // namespace

void* function_of_module(const std::string& module, const char* name, const LibraryCheck* check) {
  const fs::path folder = folder_of_modules(module);
  void* checked = nullptr;
  std::ifstream libraries(folder / (module + ".libraries"));
  for (std::string line; std::getline(libraries, line);) {
    const fs::path listed(line), beside = folder / listed.filename();
    const fs::path& library = is_there(beside) ? beside : listed;
    if (!library.is_absolute() || !is_there(library)) continue;
    void* loaded = load(library);
    if (check != nullptr && checked == nullptr) checked = dlsym(loaded, check->symbol);
  }
  if (checked != nullptr) check->expect(checked);
  const std::string file = module + ".so";
  // One of another build may not load at all, as it misses functions of the program.
  void* loaded = load(folder / file, "; mdl is of build " MDL_BUILD ", build or install both together");
  expect_same_build(loaded, file);
  // Libraries that the system's search has found are there only now.
  if (check != nullptr && checked == nullptr) check->expect(dlsym(loaded, check->symbol));
  void* function = dlsym(loaded, name);
  if (function == nullptr) fail("{} cannot be loaded: {}", file, dlerror());
  return function;
}

const char* program_build() { return MDL_BUILD; }

}  // namespace mdl
