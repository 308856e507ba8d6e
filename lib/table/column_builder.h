// A column while it is read: a dictionary of spellings until there are too many of them, then numbers or texts for
// good.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "table/column.h"
#include "table/number_form.h"
#include "table/records.h"

namespace mdl {

class ColumnBuilder {
 public:
  /// With `keep_texts` it stays texts where it holds at most kDistinct different ones. `format` is what is told of all
  /// numbers of the table. With `words_are_missing` words among numbers are missing ones, not an Error.
  ColumnBuilder(std::string name, const std::optional<ColumnType>& type, bool keep_texts, const TextFormat& format = {},
                bool words_are_missing = false);

  const std::string& name() const { return column_.name; }

  void add_missing();

  /// A cell of the record `row`, not missing. Where the first of a column is a number that has its type already, the
  /// column is one of numbers.
  void add(const Cell& cell, const RecordReader& row);

  /// Hands over the cells that are there, and forgets them: codes or, once the column is one of numbers, numbers. How
  /// codes that were handed over became numbers, or others, is known when the column is finished.
  struct Cells {
    std::vector<std::vector<double>> numbers;
    std::vector<std::vector<int32_t>> codes;
  };
  Cells take_cells();
  const std::vector<double>& numbers_of_codes() const { return numbers_of_codes_; }  // of a column of numbers
  const std::vector<int32_t>& merged_codes() const { return merged_codes_; }         // of texts; empty: the same

  /// Bytes that the different texts take, about.
  size_t text_bytes() const { return text_bytes_; }
  size_t different_texts() const { return column_.texts.size(); }

  /// Throws Error with what is wrong with the first cell that cannot be read: a text in a column of numbers, one that is
  /// not UTF-8; or where nearly all spellings are numbers, or dates, and some are not, or all may be read in two ways.
  Column finish();

  /// Of a column of plain numbers: one in which a point may separate thousands, where nothing speaks against it.
  const std::string& with_point() const { return with_point_; }

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
  void refuse_odd(const Likeness& most, const std::optional<Likeness>& likeness);
  void expect_no_other_marks();
  void become_numbers(const NumberForm& form);
  void merge_spellings();
  bool misses(std::string_view cell);
  void refuse(std::string_view cell, const std::string& where, const NumberForm& form, const std::string& cure = "");
  void refuse(std::string problem);

  Column column_;
  State state_ = State::kDictionary;
  TextFormat format_;
  NumberForm plain_;  // how a number without a unit is spelled
  bool told_;
  ColumnKind told_kind_ = ColumnKind::kNumeric;
  bool keep_texts_;
  bool words_are_missing_;
  std::string problem_;  // the first, after which nothing is kept
  std::string with_point_;
  Dictionary dictionary_;
  std::vector<double> spelled_;  // by code, while a dictionary: the number or the date's days, or NaN for a text
  Kind numbers_, dates_;
  std::string leading_zero_;  // the first number that begins with one
  std::vector<double> numbers_of_codes_;
  std::vector<int32_t> merged_codes_;
  size_t text_bytes_ = 0;
};

}  // namespace mdl
