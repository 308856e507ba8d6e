// What `mdl explain` tells a person: the importance of the features and nothing else.
#pragma once

#include <string>

#include "report/report.h"

namespace mdl {

/// Fits 80 columns; long names are cut.
std::string importance_text(const Report&);

}  // namespace mdl
