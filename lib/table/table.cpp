#include "table/table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "config/yaml.h"
#include "table/date.h"
#include "table/null_values.h"
#include "table/number_form.h"
#include "table/open_table.h"
#include "table/paths.h"
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

/// Spellings of one value become one text.
void merge_spellings(Column& column) {
  const std::vector<size_t> names = names_of_values(column.texts);
  if (names.empty()) return;
  std::vector<std::string> texts;
  std::vector<int32_t> code_of(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] != i) continue;
    code_of[i] = static_cast<int32_t>(texts.size());
    texts.push_back(column.texts[i]);
  }
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == i) continue;
    code_of[i] = code_of[names[i]];
    column.merged.emplace_back(column.texts[i], column.texts[names[i]]);
  }
  for (auto& block : column.codes) {
    for (int32_t& code : block) code = code == Column::kMissing ? code : code_of[static_cast<size_t>(code)];
  }
  column.texts = std::move(texts);
}

/// A column while it is read: a dictionary of spellings until there are too many of them, then numbers or texts for
/// good.
class ColumnBuilder {
 public:
  enum class State { kDictionary, kNumbers, kTexts };

  ColumnBuilder(std::string name, const std::optional<ColumnType>& type, bool keep_texts)
      : told_(type.has_value()), keep_texts_(keep_texts) {
    column_.name = std::move(name);
    if (!type) return;
    state_ = type->kind == ColumnKind::kNumeric ? State::kNumbers : State::kTexts;
    column_.form = type->form;
  }

  void add_missing() {
    ++column_.missing;
    if (state_ == State::kNumbers) {
      append(column_.numbers, std::numeric_limits<double>::quiet_NaN());
    } else {
      append(column_.codes, Column::kMissing);
    }
  }

  /// Where the first of a column is a number that has its type already, the column is one of numbers.
  void add(const Cell& cell, const RecordReader& row) {
    if (cell.type == Cell::Type::kText) return add(cell.text, row);
    if (state_ == State::kDictionary && !keep_texts_ && column_.texts.empty()) become_numbers({});
    if (state_ == State::kNumbers && column_.form == NumberForm()) return append(column_.numbers, cell.number);
    std::string room;
    add(text_of(cell, room), row);
  }

  void add(std::string_view cell, const RecordReader& row) {
    if (state_ == State::kNumbers) {
      const auto number = parse_cell(cell, column_.form);
      if (!number) refuse(cell, row.where(), column_.form);
      append(column_.numbers, *number);
      return;
    }
    const size_t known = column_.texts.size();
    append(column_.codes, dictionary_.code(cell, column_.texts));
    if (state_ != State::kDictionary || column_.texts.size() == known) return;
    note_spelling(cell, row);
    if (column_.texts.size() > kDistinct) finish(false);
  }

  Column finish() {
    if (state_ == State::kDictionary) finish(keep_texts_);
    column_.kind = state_ == State::kNumbers ? ColumnKind::kNumeric : ColumnKind::kCategorical;
    if (column_.kind == ColumnKind::kCategorical) merge_spellings(column_);
    return std::move(column_);
  }

 private:
  /// The spellings that are numbers, or those that are dates.
  struct Kind {
    size_t count = 0;
    std::string other, other_at;  // the first spelling that is not, and where it was

    void note(bool is, std::string_view cell, const RecordReader& row) {
      if (is) ++count;
      if (is || !other_at.empty()) return;
      other = cell;
      other_at = row.where();
    }
  };

  void note_spelling(std::string_view cell, const RecordReader& row) {
    const auto number = parse_number(cell), date = number ? std::nullopt : parse_date(cell);
    spelled_.push_back(number ? *number : date.value_or(std::numeric_limits<double>::quiet_NaN()));
    numbers_.note(number.has_value(), cell, row);
    dates_.note(date.has_value(), cell, row);
  }

  void finish(bool keep_texts) {
    const bool dates = dates_.count > numbers_.count;
    const NumberForm form{.kind = dates ? NumberForm::Kind::kDate : NumberForm::Kind::kPlain};
    const Kind& kind = dates ? dates_ : numbers_;
    const size_t others = column_.texts.size() - kind.count;
    const auto likeness = others > 0 && !keep_texts ? likeness_of(column_.texts) : std::nullopt;
    if (others == 0 && kind.count > 0 && !keep_texts) return become_numbers(form);
    if (likeness && likeness->certain) return become_numbers(likeness->forms[0]);
    // A slip of the pen among numbers must not turn them all into categories without a word.
    constexpr size_t kFewNumbers = 20;
    if (others > 0 && kind.count > kFewNumbers && kind.count > 9 * others) {
      const bool readable = likeness && !likeness->forms.empty();
      refuse(kind.other, kind.other_at, form,
             readable ? fmt::format("to have all of it read, {}; ", likeness->cure(column_.name)) : "");
    }
    if (likeness) {
      column_.note = fmt::format(
          "column {}: its texts look like {}, and are treated as categorical; to have them read, {}",
          quote(column_.name), likeness->description(), likeness->cure(column_.name));
    }
    state_ = State::kTexts;
    std::vector<double>().swap(spelled_);
  }

  void become_numbers(const NumberForm& form) {
    for (size_t code = 0; form.special() && code < spelled_.size(); ++code)
      spelled_[code] = *parse_cell(column_.texts[code], form);
    for (auto& block : column_.codes) {
      auto& numbers = column_.numbers.emplace_back();
      if (column_.numbers.size() > 1) numbers.reserve(kBlockRows);
      for (const int32_t code : block) {
        numbers.push_back(code == Column::kMissing ? std::numeric_limits<double>::quiet_NaN() : spelled_[code]);
      }
      std::vector<int32_t>().swap(block);  // = {} would keep its memory
    }
    column_.codes.clear();
    std::vector<std::string>().swap(column_.texts);
    dictionary_.clear();
    std::vector<double>().swap(spelled_);
    column_.form = form;
    state_ = State::kNumbers;
  }

  [[noreturn]] void refuse(std::string_view cell, const std::string& where, const NumberForm& form,
                           const std::string& cure = "") const {
    if (told_) fail("{}: column {}: {} is not a {}", where, quote(column_.name), quote(cell), words_of(form));
    fail(
        "{}: column {}: {} is not a {}, but most of the column is; {}if it means a missing value, add it to "
        "data.missing; if the "
        "column holds names, set data.types: {{{}: categorical}}",
        where, quote(column_.name), quote(cell), words_of(form), cure, yaml_text(column_.name));
  }

  Column column_;
  State state_ = State::kDictionary;
  bool told_;
  bool keep_texts_;
  Dictionary dictionary_;
  std::vector<double> spelled_;  // by code, while a dictionary: the number or the date's days, or NaN for a text
  Kind numbers_, dates_;
};

template <class Names>
void expect_columns(const Names& names, const std::vector<std::string>& header, const char* key,
                    const std::string& file) {
  const std::set<std::string_view> columns(header.begin(), header.end());
  for (const std::string& name : names) {
    if (columns.contains(name)) continue;
    const auto meant = did_you_mean(name, header);
    fail("{}: no column is named {}, as {} says{}", file, quote(name), key,
         meant ? "; did you mean " + quote(*meant) + "?" : "");
  }
}

/// For each column of the first file its position in this one.
std::vector<size_t> match_columns(const std::vector<std::string>& header, const RecordReader& file,
                                  const std::string& first) {
  std::vector<size_t> places;
  for (const std::string& name : header) {
    const size_t same = places.size();
    places.push_back(same < file.header().size() && file.header()[same] == name ? same : file.find(name));
    if (places.back() == file.header().size())
      fail("{}: has no column {}, which {} has", file.name(), quote(name), first);
  }
  if (header.size() != file.header().size()) {
    const std::set<std::string_view> columns(header.begin(), header.end());
    std::vector<std::string> more;
    for (const std::string& name : file.header()) {
      if (!columns.contains(name)) more.push_back(quote(name));
    }
    fail("{}: has the column{} {}, which {} does not have", file.name(), more.size() > 1 ? "s" : "", join_names(more),
         first);
  }
  return places;
}

}  // namespace

const Column* Table::find(const std::string& name) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

Table read_table(const std::vector<std::string>& paths, const TableOptions& options) {
  std::vector<ColumnBuilder> growing;
  std::vector<std::string> header;
  std::string first;
  Table table;
  size_t& rows = table.rows;
  const NullValues missing(options.missing);
  for (const std::string& path : expand(paths)) {
    const std::unique_ptr<RecordReader> opened = open_table(path);
    RecordReader& records = *opened;
    if (header.empty()) {
      first = records.name();
      header = records.header();
      std::vector<std::string> typed;
      for (const auto& [name, kind] : options.types) typed.push_back(name);
      expect_columns(typed, header, "data.types", first);
      expect_columns(options.ignore, header, "data.ignore", first);
      for (const std::string& name : header) {
        std::optional<ColumnType> type;
        if (const auto told = options.types.find(name); told != options.types.end()) type = told->second;
        if (options.as_texts.contains(name)) type = ColumnType(ColumnKind::kCategorical);
        growing.emplace_back(name, type, options.keep_texts.contains(name));
      }
    }
    const std::vector<size_t> places = match_columns(header, records, first);
    std::vector<std::pair<size_t, ColumnBuilder*>> kept;
    for (size_t i = 0; i < header.size(); ++i) {
      if (!options.ignore.contains(header[i])) kept.emplace_back(places[i], &growing[i]);
    }
    table.files.push_back(rows);
    for (; records.next(); ++rows) {
      for (const auto& [place, column] : kept) {
        const Cell cell = records.cell(place);
        if (missing.contain(cell)) {
          column->add_missing();
        } else {
          column->add(cell, records);
        }
      }
    }
  }
  if (rows == 0) fail("{}: has a header but no rows", first);
  if (rows > std::numeric_limits<uint32_t>::max()) fail("{}: has more than 4,294,967,295 rows", first);
  std::vector<std::string> problems, notes;
  for (ColumnBuilder& column : growing) {
    try {
      Column done = column.finish();
      if (options.ignore.contains(done.name)) continue;
      if (!done.note.empty()) notes.push_back(done.note);
      table.columns.push_back(std::move(done));
    } catch (const Error& problem) {
      problems.push_back(problem.what());
    }
  }
  if (!problems.empty()) {
    problems.insert(problems.end(), notes.begin(), notes.end());
    constexpr size_t kMostProblems = 50;
    problems.resize(std::min(problems.size(), kMostProblems));
    throw Error(fmt::format("{}", fmt::join(problems, "\n")));
  }
  return table;
}

}  // namespace mdl
