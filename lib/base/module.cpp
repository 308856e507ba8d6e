#include "base/module.h"

#include <dlfcn.h>

#include "base/error.h"

namespace mdl {

void* function_of_module(const char* file, const char* name) {
  void* module = dlopen(file, RTLD_LAZY);
  void* function = module == nullptr ? nullptr : dlsym(module, name);
  if (function == nullptr) fail("{} cannot be loaded: {}", file, dlerror());
  return function;
}

}  // namespace mdl
