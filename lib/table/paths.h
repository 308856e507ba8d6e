// Paths as a config names them.
#pragma once

#include <string>
#include <vector>

namespace mdl {

/// The files that they mean: globs (* ? []) that are no file's name become the names that match, in order. Throws Error
/// when none does, and when a folder on the way may not be looked into, so that no file is left out without a word.
std::vector<std::string> expand(const std::vector<std::string>& paths);

}  // namespace mdl
