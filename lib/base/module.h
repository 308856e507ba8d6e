// Parts of the program that are shared objects of their own, since they need libraries that take long to load or may not be there.
#pragma once

namespace mdl {

/// The function `name` of the module in `file`, which is looked for where the program was installed and is loaded by the first call.
/// Throws Error when it, or a library that it needs, is not there.
void* function_of_module(const char* file, const char* name);

}  // namespace mdl
