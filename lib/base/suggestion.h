// What a name that there is not was meant to be: "did you mean".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mdl {

/// The candidate that `word` most likely means, if one does: one that is the same but for blanks at its ends; but for
/// case, blanks, hyphens and underscores; a synonym of the field (auc: roc_auc); the nearest by edit distance with
/// transpositions, in names of at least three characters whose digits are the same (x1 is not x2); the only one that
/// begins or ends so.
std::optional<std::string> did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace mdl
