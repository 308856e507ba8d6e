// Cells that say nothing to a model: categories that it does not have.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mdl {

/// The cells of one column of the rows at hand.
struct UnseenCells {
  std::string column;
  int64_t cells = 0, unseen = 0;
  int64_t left_out = 0,
          training_rows = 0;  // of so many training rows so many had a category that the model has not: they were too
                              // rare; both 0 where the model has no histograms
};

/// Adds what another input of the same model holds.
void add_unseen(std::vector<UnseenCells>& to, const std::vector<UnseenCells>& from);

}  // namespace mdl
