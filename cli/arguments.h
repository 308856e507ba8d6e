#pragma once

namespace mdl {

/// The arguments the program was started with, as main got them.
char** program_arguments();

}  // namespace mdl
