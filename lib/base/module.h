// Parts of the program that are shared objects of their own, since they need libraries that take long to load or may
// not be there.
#pragma once

#include <string>

namespace mdl {

/// The function `name` of the module called `module`, which is loaded by the first call: MODULE.so beside the program,
/// or in the folder of modules of its installation. MODULE.libraries there lists libraries that it needs, an absolute
/// path a line; one of the same name beside the module is taken first. All are opened by absolute paths, so that the
/// current directory has no say; only a library that is in none of these places is left to the system's search. Throws
/// Error when one of them cannot be loaded.
void* function_of_module(const std::string& module, const char* name);

}  // namespace mdl
