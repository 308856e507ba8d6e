// A column of free text: each cell is a bag of its words, of its pairs of neighbouring words and of parts of its words,
// hashed into the rows of a learned table (Joulin et al. 2017, "Bag of Tricks for Efficient Text Classification";
// Bojanowski et al. 2017, "Enriching Word Vectors with Subword Information"). A model holds no words.
//
// Words are runs of letters, marks and digits of the text in composed and folded case (NFC, Unicode's case folding); of
// scripts that are written without blanks every character is one. The parts of a word are the runs of 2 to 4 of its
// characters with < before it and > behind it, but for all of them. A word, two with a blank between them or a part
// becomes row 1 + h mod buckets, of h the FNV-1a hash of its UTF-8 in 64 bits, its halves combined by exclusive or.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "table/column.h"
#include "table/column_inputs.h"
#include "table/histogram.h"

namespace mdl {

struct EncoderOptions;

struct TextColumn {
  static constexpr size_t kFewestBuckets = 256, kMostBuckets = 1 << 15;

  size_t buckets = kFewestBuckets;  // a power of two

  static const char* kind_name() { return "text"; }

  /// Nothing when the column tells nothing. The histogram is that of the number of words.
  static std::optional<TextColumn> fit(const Column& column, std::span<const uint32_t> train,
                                       const EncoderOptions& options, Histogram& histogram);

  ColumnInputs inputs() const { return {.indices = buckets, .bag = true}; }

  /// The rows of a cell's n-grams; none where it has no word.
  std::vector<int32_t> rows(std::string_view cell) const;

  /// How much the cell holds, for the histogram.
  size_t size(std::string_view cell) const;
};

/// How many rows have each text of a column, and none.
struct TextRows {
  std::vector<size_t> rows;  // of each text
  size_t all = 0, missing = 0, sampled = 0;

  /// So many of the rows with a text are enough for a histogram, where the rows are a sample.
  size_t share(size_t rows_of_text) const { return (rows_of_text * sampled + all - 1) / all; }
};

TextRows rows_of_texts(const Column& column, std::span<const uint32_t> train);

/// Its words, in order. Of a text that is no UTF-8 none.
std::vector<std::string> words_of_text(std::string_view text);

/// Whether the training rows of a column of texts hold free text rather than categories: at least a hundred different
/// texts, more than half of the cells' texts seen once, and in more than half of them three words or more with a
/// letter,
/// between blanks, as those of an address or a path are not.
bool is_free_text(const Column& column, std::span<const uint32_t> train);

}  // namespace mdl
