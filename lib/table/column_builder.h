// A column while it is read: a dictionary of spellings until there are too many of them, then numbers or texts for
// good.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "table/column.h"
#include "table/records.h"

namespace mdl {

class ColumnBuilder {
 public:
  /// With `keep_texts` it stays texts where it holds at most kDistinct different ones.
  ColumnBuilder(std::string name, const std::optional<ColumnType>& type, bool keep_texts);

  void add_missing();

  /// A cell of the record `row`, not missing. Where the first of a column is a number that has its type already, the
  /// column is one of numbers. Throws Error for a text in a column of numbers.
  void add(const Cell& cell, const RecordReader& row);

  /// Throws Error where nearly all spellings are numbers, or dates, and some are not.
  Column finish();

 private:
  enum class State { kDictionary, kNumbers, kTexts };

  /// The spellings that are numbers, or those that are dates.
  struct Kind {
    size_t count = 0;
    std::string other, other_at;  // the first spelling that is not, and where it was

    void note(bool is, std::string_view cell, const RecordReader& row);
  };

  void add_text(std::string_view cell, const RecordReader& row);
  void note_spelling(std::string_view cell, const RecordReader& row);
  void leave_dictionary(bool keep_texts);
  void become_numbers(const NumberForm& form);
  void merge_spellings();
  [[noreturn]] void refuse(std::string_view cell, const std::string& where, const NumberForm& form,
                           const std::string& cure = "") const;

  Column column_;
  State state_ = State::kDictionary;
  bool told_;
  bool keep_texts_;
  Dictionary dictionary_;
  std::vector<double> spelled_;  // by code, while a dictionary: the number or the date's days, or NaN for a text
  Kind numbers_, dates_;
};

}  // namespace mdl
