// What a module answers before it is used. The program holds the same in lib/base/module.cpp.
#include "build.h"

extern "C" const char* mdl_module_build() { return MDL_BUILD; }
