// Parts of the program that are shared objects of their own, since they need libraries that take long to load or may
// not be there.
#pragma once

#include <string>

namespace mdl {

/// What a library that a module needs has to be, found out before the module itself is loaded.
struct LibraryCheck {
  const char* symbol;           // a C function of the library
  void (*expect)(void* found);  // is given that function, or null where no library has it; throws Error
  const char* variable;         // of the environment: the folder whose lib/ holds the libraries, when it is set
  std::string missing;          // said where there is no such library: what is needed, and the cure
};

/// The function `name` of the module called `module`, which is loaded by the first call: MODULE.so beside the program,
/// or in the folder of modules of its installation; where it is in neither, the error names the Debian package that has
/// it. MODULE.libraries there lists libraries that it needs, an absolute
/// path a line, or a path inside the folder of Python's packages (site-packages) of the installation; one of the same
/// name beside the module is taken first, and before it one that the check's variable names. All are opened by absolute
/// paths, so that the current directory has no say; only a library that is in none of these places is left to the
/// system's search. Throws Error when one of them cannot be loaded, and when the module is of another build than the
/// program: they share their classes, whose layout then may differ.
void* function_of_module(const std::string& module, const char* package, const char* name,
                         const LibraryCheck* check = nullptr);

/// Which build the program is of: its version, and a hash of all that it is made of.
const char* program_build();

}  // namespace mdl
