#include "base/module.h"

#include <dlfcn.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"

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

void* load(const fs::path& file) {
  void* loaded = dlopen(file.c_str(), RTLD_LAZY);
  if (loaded == nullptr) fail("{} cannot be loaded: {}", file.filename().string(), dlerror());
  return loaded;
}

}  // namespace

void* function_of_module(const std::string& module, const char* name) {
  const fs::path folder = folder_of_modules(module);
  std::ifstream libraries(folder / (module + ".libraries"));
  for (std::string line; std::getline(libraries, line);) {
    const fs::path listed(line), beside = folder / listed.filename();
    const fs::path& library = is_there(beside) ? beside : listed;
    if (library.is_absolute() && is_there(library)) load(library);
  }
  void* function = dlsym(load(folder / (module + ".so")), name);
  if (function == nullptr) fail("{}.so cannot be loaded: {}", module, dlerror());
  return function;
}

}  // namespace mdl
