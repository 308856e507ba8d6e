// Which categories of a column of texts a model keeps: both kinds of columns that hold categories are made of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "table/column.h"
#include "table/histogram.h"

namespace mdl {

struct EncoderOptions;

/// Of a column's categories so many of the most frequent ones are kept, with an input for each or in an embedding; the
/// rest, and rare ones, count as unseen.
inline constexpr size_t kMostCategories = 256, kMostEmbeddedCategories = 4096;

struct Categories {
  std::vector<std::string> names;  // sorted naturally
  std::vector<size_t> counts;      // training rows of each
  size_t rest = 0, missing = 0;    // of the other categories, without one
  bool embedded = false;           // too many for an input each

  Histogram histogram() const;
};

/// What fitting has to tell of columns of texts.
struct CategoryNotes {
  std::vector<std::string> lines;
  std::vector<std::string> rare;  // a name for each column with rare categories
};

/// Nothing when the column tells nothing; without names when it is left out for what the notes say.
std::optional<Categories> choose_categories(const Column& column, std::span<const uint32_t> train,
                                            const EncoderOptions& options, CategoryNotes& notes);

}  // namespace mdl
