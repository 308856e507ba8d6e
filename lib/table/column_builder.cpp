#include "table/column_builder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "config/option_types.h"
#include "config/yaml.h"
#include "table/date.h"
#include "table/number_form.h"
#include "table/value.h"

namespace mdl {
namespace {

/// Appends to blocks of kBlockRows. The first block grows by doubling, so that a small table of many columns stays
/// small.
template <class T>
void append(std::vector<std::vector<T>>& blocks, T value) {
  if (blocks.empty() || blocks.back().size() == kBlockRows) {
    blocks.emplace_back();
    if (blocks.size() > 1) blocks.back().reserve(kBlockRows);
  }
  blocks.back().push_back(value);
}

/// Of a text that stands in a dictionary, beside its own.
constexpr size_t kBytesOfText = sizeof(std::string) + 16;

bool is_word(std::string_view text) { return text.find_first_of("0123456789") == std::string_view::npos; }

}  // namespace

ColumnBuilder::ColumnBuilder(std::string name, const std::optional<ColumnType>& type, bool keep_texts,
                             const TextFormat& format, bool words_are_missing)
    : format_(format), plain_(form_of(format)), told_(type.has_value()), keep_texts_(keep_texts),
      words_are_missing_(words_are_missing) {
  column_.name = std::move(name);
  if (!type) return;
  state_ = type->kind == ColumnKind::kNumeric ? State::kNumbers : State::kTexts;
  column_.told = true;
  column_.separator = type->separator;
  told_kind_ = type->kind;
  column_.form = type->form;
  if (column_.form == NumberForm()) column_.form = plain_;
}

void ColumnBuilder::add_missing() {
  if (!problem_.empty()) return;
  ++column_.missing;
  if (state_ == State::kNumbers) {
    append(column_.numbers, std::numeric_limits<double>::quiet_NaN());
  } else {
    append(column_.codes, Column::kMissing);
  }
}

void ColumnBuilder::add(const Cell& cell, const RecordReader& row) {
  if (!problem_.empty()) return;
  if (cell.type == Cell::Type::kText) return add_text(cell.text, row);
  if (state_ == State::kDictionary && column_.texts.empty() && !keep_texts_) become_numbers(plain_);
  if (state_ == State::kNumbers && column_.form.is_number()) {
    append(column_.numbers, cell.number);
  } else {
    std::string room;
    add_text(text_of(cell, room), row);
  }
}

ColumnBuilder::Cells ColumnBuilder::take_cells() {
  return {std::exchange(column_.numbers, {}), std::exchange(column_.codes, {})};
}

Column ColumnBuilder::finish() {
  if (state_ == State::kDictionary) leave_dictionary(keep_texts_);
  if (!problem_.empty()) throw Error(problem_);
  column_.kind = state_ == State::kNumbers ? ColumnKind::kNumeric : told_ ? told_kind_ : ColumnKind::kCategorical;
  if (column_.kind != ColumnKind::kNumeric) merge_spellings();
  return std::move(column_);
}

void ColumnBuilder::add_text(std::string_view cell, const RecordReader& row) {
  if (state_ == State::kNumbers) {
    const auto number = parse_cell(cell, column_.form);
    if (!number && !misses(cell)) return refuse(cell, row.where(), column_.form);
    if (number && !told_ && has_leading_zero(cell)) {
      return refuse(
          fmt::format("{}: column {}: {} begins with a zero, as codes do and numbers do not; set data.types: "
                      "{{{}: categorical}}, or numeric",
                      row.where(), quote(column_.name), quote_cell(cell), yaml_text(column_.name)));
    }
    if (!number || std::isnan(*number)) ++column_.missing;
    append(column_.numbers, number.value_or(std::numeric_limits<double>::quiet_NaN()));
    return;
  }
  const size_t known = column_.texts.size();
  append(column_.codes, dictionary_.code(cell, column_.texts));
  if (column_.texts.size() == known) return;
  text_bytes_ += cell.size() + kBytesOfText;
  if (!is_utf8(cell)) {
    return refuse(
        fmt::format("{}: column {}: {} is not UTF-8 text; set data.format.encoding (--encoding), to "
                    "windows-1252 or latin1 for most such files",
                    row.where(), quote(column_.name), quote_cell(cell)));
  }
  if (state_ != State::kDictionary) return;
  note_spelling(cell, row);
  if (column_.texts.size() > kDistinct) leave_dictionary(false);
}

/// Whether the cell, in a column of numbers, is a word for a missing one; the column's form then has it.
bool ColumnBuilder::misses(std::string_view cell) {
  constexpr size_t kMostWords = 100;
  if (told_ || column_.form.missing.size() == kMostWords) return false;
  if (!means_missing(cell) && !(words_are_missing_ && is_word(cell))) return false;
  column_.form.missing.emplace_back(trim(cell));
  return true;
}

void ColumnBuilder::Kind::note(bool is, std::string_view cell, const RecordReader& row) {
  if (is) ++count;
  if (is || !other_at.empty() || means_missing(cell)) return;
  other = cell;
  other_at = row.where();
}

void ColumnBuilder::note_spelling(std::string_view cell, const RecordReader& row) {
  const auto number = parse_cell(cell, plain_), date = number ? std::nullopt : parse_date(cell);
  if (leading_zero_.empty() && has_leading_zero(cell)) leading_zero_ = cell;
  spelled_.push_back(number ? *number : date.value_or(std::numeric_limits<double>::quiet_NaN()));
  numbers_.note(number.has_value(), cell, row);
  dates_.note(date.has_value(), cell, row);
}

void ColumnBuilder::leave_dictionary(bool keep_texts) {
  const bool dates = dates_.count > numbers_.count;
  const NumberForm form = dates ? NumberForm{.kind = NumberForm::Kind::kDate} : plain_;
  const Kind& kind = dates ? dates_ : numbers_;
  const std::vector<std::string>& texts = column_.texts;
  const size_t others = texts.size() - kind.count;
  const bool all = others == 0 && kind.count > 0 && leading_zero_.empty();
  if (all && !dates && plain_ == NumberForm()) with_point_ = with_thousands_point(texts, plain_);
  if (keep_texts) {
    state_ = State::kTexts;
    std::vector<double>().swap(spelled_);
    return;
  }
  if (all) return become_numbers(form);
  auto likeness = others > 0 ? likeness_of(texts, format_) : std::nullopt;
  if (!likeness && format_.dates) {  // the order is that of columns whose own leaves a choice
    TextFormat others_told = format_;
    others_told.dates.reset();
    likeness = likeness_of(texts, others_told);
  }
  if (likeness && likeness->certain) {
    if (plain_ == NumberForm()) with_point_ = with_thousands_point(texts, likeness->forms[0]);
    return become_numbers(likeness->forms[0]);
  }
  // A slip of the pen among numbers must not turn them all into categories without a word.
  if (const auto most = others > 0 ? likeness_of_most(texts, format_) : std::nullopt)
    return refuse_odd(*most, likeness);
  if (likeness && likeness->forms.size() > 1) {
    return refuse(fmt::format(
        "column {}: its texts look like {}; {}; to keep them as texts, data.types: {{{}: "
        "categorical}}",
        quote(column_.name), likeness->description(), likeness->cure(column_.name), yaml_text(column_.name)));
  }
  if (format_ != TextFormat()) expect_no_other_marks();
  if (!problem_.empty()) return;
  if (likeness) {
    column_.note = fmt::format(
        "column {}: its texts look like {}, and are treated as categorical; to have them read, {}", quote(column_.name),
        likeness->description(), likeness->cure(column_.name));
  } else if (others == 0 && kind.count > 0) {
    column_.note = fmt::format(
        "column {}: {} begins with a zero, as codes do, so that the column is treated as categorical; if it holds "
        "numbers, set data.types: {{{}: numeric}}",
        quote(column_.name), quote_cell(leading_zero_), yaml_text(column_.name));
  } else if (numbers_.count > others && !numbers_.other.empty()) {
    column_.note = fmt::format(
        "column {}: {} is not a number, but {} of its {} different texts are; the column is treated as categorical; if "
        "it means a missing value, add it to data.missing",
        quote(column_.name), quote_cell(numbers_.other), numbers_.count, texts.size());
  }
  state_ = State::kTexts;
  std::vector<double>().swap(spelled_);
}

/// Nearly all texts are spelled in one form, and some are not.
void ColumnBuilder::refuse_odd(const Likeness& most, const std::optional<Likeness>& likeness) {
  const NumberForm& form = most.forms[0];
  if (words_are_missing_ && std::ranges::all_of(most.odd, is_word)) {
    NumberForm with_words = form;
    with_words.missing.insert(with_words.missing.end(), most.odd.begin(), most.odd.end());
    return become_numbers(with_words);
  }
  const Kind& kind = form.kind == NumberForm::Kind::kDate ? dates_ : numbers_;
  const bool placed = trim(kind.other) == most.odd[0];
  const bool readable = likeness && !likeness->forms.empty() && likeness->odd.empty() && likeness->forms[0] != form;
  refuse(most.odd[0], placed ? kind.other_at : "", form,
         readable ? fmt::format("to have all of it read, {}; ", likeness->cure(column_.name)) : "");
}

/// Numbers with other marks than those that are told would be lost as texts.
void ColumnBuilder::expect_no_other_marks() {
  if (column_.texts.empty()) return;
  TextFormat others = format_;
  others.decimal.reset();
  others.thousands.reset();
  const auto numbers = [](const std::string& text) { return parse_number(text).has_value(); };
  const auto likeness = likeness_of(column_.texts, others);
  const bool plain = std::ranges::all_of(column_.texts, numbers) && leading_zero_.empty();
  if (!plain && !(likeness && likeness->certain)) return;
  const NumberForm form = plain ? NumberForm() : likeness->forms[0];
  refuse(
      fmt::format("column {}: {} is a {}, not one as data.format.decimal and data.format.thousands say; set "
                  "data.types: {{{}: {}}}",
                  quote(column_.name), quote_cell(column_.texts[0]), words_of(form), yaml_text(column_.name),
                  ColumnTypeKind().write({ColumnKind::kNumeric, form})));
}

void ColumnBuilder::become_numbers(const NumberForm& form) {
  for (size_t code = 0; form.special() && code < spelled_.size(); ++code)
    spelled_[code] = *parse_cell(column_.texts[code], form);
  for (auto& block : column_.codes) {
    auto& numbers = column_.numbers.emplace_back();
    if (column_.numbers.size() > 1) numbers.reserve(kBlockRows);
    for (const int32_t code : block) {
      numbers.push_back(code == Column::kMissing ? std::numeric_limits<double>::quiet_NaN() : spelled_[code]);
      if (code != Column::kMissing && std::isnan(numbers.back())) ++column_.missing;
    }
    std::vector<int32_t>().swap(block);  // = {} would keep its memory
  }
  column_.codes.clear();
  std::vector<std::string>().swap(column_.texts);
  dictionary_.clear();
  text_bytes_ = 0;
  numbers_of_codes_ = std::move(spelled_);
  column_.form = form;
  state_ = State::kNumbers;
}

/// Spellings of one value become one text.
void ColumnBuilder::merge_spellings() {
  const std::vector<size_t> names = names_of_values(column_.texts);
  if (names.empty()) return;
  std::vector<std::string> texts;
  std::vector<int32_t> code_of(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] != i) continue;
    code_of[i] = static_cast<int32_t>(texts.size());
    texts.push_back(column_.texts[i]);
  }
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == i) continue;
    code_of[i] = code_of[names[i]];
    column_.merged.emplace_back(column_.texts[i], column_.texts[names[i]]);
  }
  for (auto& block : column_.codes) {
    for (int32_t& code : block) code = code == Column::kMissing ? code : code_of[static_cast<size_t>(code)];
  }
  column_.texts = std::move(texts);
  merged_codes_ = std::move(code_of);
}

void ColumnBuilder::refuse(std::string_view cell, const std::string& where, const NumberForm& form,
                           const std::string& cure) {
  if (told_)
    return refuse(
        fmt::format("{}: column {}: {} is not a {}", where, quote(column_.name), quote_cell(cell), words_of(form)));
  refuse(
      fmt::format("{}column {}: {} is not a {}, but most of the column is; {}if it means a missing value, add it to "
                  "data.missing; if the column holds names, set data.types: {{{}: categorical}}",
                  where.empty() ? "" : where + ": ", quote(column_.name), quote_cell(cell), words_of(form), cure,
                  yaml_text(column_.name)));
}

void ColumnBuilder::refuse(std::string problem) {
  problem_ = std::move(problem);
  state_ = State::kTexts;
  column_ = {.name = std::move(column_.name)};
  dictionary_.clear();
  text_bytes_ = 0;
}

}  // namespace mdl
