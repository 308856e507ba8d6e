#include "table/csv.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <cctype>
#include <cstring>
#include <unordered_set>
#include <utility>

#include "base/counted.h"
#include "base/decompressor.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "table/magic.h"

namespace mdl {
namespace {

constexpr size_t kBlock = 64;
constexpr size_t kFirstBuffer = 1 << 17;  // stays in the second-level cache
constexpr std::string_view kDelimiters = ",;\t|";
constexpr std::string_view kMarks[] = {kByteOrderMark, kUtf16LittleMark, kUtf16BigMark,   kGzipMagic,       kZstdMagic,
                                       kJsonStart,     kParquetMagic,    kArrowFileMagic, kArrowStreamMagic};
constexpr size_t kMostColumns = 1'000'000;  // about: the header is scanned in steps

// A bit for each of 64 bytes: delimiters, quotes, and the control characters up to '\r', which are NUL, both line ends
// and a few that nobody asks for.
#ifdef __SSE2__
uint64_t find_specials(const char* bytes, char delimiter, char quote_mark) {
  const __m128i comma = _mm_set1_epi8(delimiter), quote = _mm_set1_epi8(quote_mark), last_control = _mm_set1_epi8('\r');
  uint64_t found = 0;
  for (size_t i = 0; i < kBlock; i += 16) {
    const __m128i some = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(some, last_control), some);
    const __m128i mark = _mm_or_si128(_mm_cmpeq_epi8(some, comma), _mm_cmpeq_epi8(some, quote));
    found |= uint64_t(static_cast<uint32_t>(_mm_movemask_epi8(_mm_or_si128(control, mark)))) << i;
  }
  return found;
}
#else
uint64_t find_specials(const char* bytes, char delimiter, char quote_mark) {
  uint64_t found = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    found |= uint64_t{byte <= '\r' || bytes[i] == delimiter || bytes[i] == quote_mark} << i;
  }
  return found;
}
#endif

/// Whether a file that begins so would not be taken for the text that it is, or lose its beginning.
bool begins_as_another_file(std::string_view text) {
  return std::ranges::any_of(kMarks, [&](std::string_view mark) { return text.starts_with(mark); });
}

}  // namespace

CsvReader::CsvReader(std::unique_ptr<ByteSource> source, std::string name, const CsvFormat& format)
    : TextReader(std::move(name)), source_(std::move(source)), quote_(format.quote),
      comment_(format.comment.value_or('\0')), buffer_(first_buffer(*source_, kFirstBuffer) + kBlock) {
  fill();
  skip_byte_order_mark();
  const bool marked = begin_ > 0;
  std::optional<char> named = take_delimiter_line();
  take_comments(format);
  if (!named) named = take_delimiter_line();
  delimiter_ = format.delimiter ? *format.delimiter : named ? *named : find_delimiter(format);
  if (delimiter_ == quote_ || delimiter_ == comment_ || (quote_ == comment_ && quote_ != '\0'))
    fail("{}: data.format.delimiter, quote and comment must be different characters", name_);
  if (!next()) fail("{}: is empty; a header line is expected", name_);
  header_.assign(fields_.begin(), fields_.end());
  first_line_ = begin_line_;
  check_header();
  if (marked) raw_header_ = kByteOrderMark;
  raw_header_ += raw_;
  if (buffer_.data() + begin_ - raw_.data() == static_cast<ptrdiff_t>(raw_.size()) + 2) line_end_ = "\r\n";
  spans_.resize(header_.size());
}

CsvReader::CsvReader(const CsvReader& table)
    : TextReader(table.name_), delimiter_(table.delimiter_), quote_(table.quote_), comment_(table.comment_),
      first_line_(table.first_line_), buffer_(kFirstBuffer + kBlock), spans_(table.header_.size()) {
  header_ = table.header_;
  fields_.resize(header_.size());
}

std::unique_ptr<RecordBlocks> CsvReader::blocks(size_t size) {
  return std::make_unique<RecordBlocks>(
      std::string_view(buffer_.data() + begin_, end_ - begin_), std::move(source_), begin_line_,
      RecordSyntax{.delimiter = delimiter_, .quote = quote_, .comment = comment_}, size);
}

std::unique_ptr<TextReader> CsvReader::block_reader() const {
  return std::unique_ptr<TextReader>(new CsvReader(*this));
}

void CsvReader::read(const RecordBlock& block) {
  source_ = block.source();
  source_ended_ = false;
  state_ = Scan::kMore;
  place_ = Place::kUnquoted;
  begin_ = end_ = field_ = next_block_ = specials_ = 0;
  count_ = line_breaks_ = unpaired_ = 0;
  doubled_ = false;
  begin_line_ = block.line;
}

void CsvReader::skip_byte_order_mark() {
  // No text but a byte order mark begins with such a byte and ends before the third one.
  while (end_ > 0 && end_ < 3 && static_cast<unsigned char>(buffer_[0]) >= 0xEF && !source_ended_) fill();
  if (std::string_view(buffer_.data(), end_).starts_with(kByteOrderMark))
    begin_ = field_ = next_block_ = kByteOrderMark.size();
}

/// A line that is not taken yet; nothing at the end, and where it has what the scan refuses, a NUL or a carriage
/// return that ends no line.
std::optional<CsvReader::Line> CsvReader::peek_line(size_t begin) {
  constexpr std::string_view kEnds("\r\n\0", 3);
  for (size_t looked = 0;;) {
    const std::string_view rest(buffer_.data() + begin_ + begin, end_ - begin_ - begin);
    const size_t end = std::min(rest.find_first_of(kEnds, looked), rest.size());
    const bool whole = end + 1 < rest.size() || (end < rest.size() && rest[end] != '\r');
    if (!whole && !source_ended_) {
      looked = end;
      fill();
      continue;
    }
    if (rest.empty()) return std::nullopt;
    if (end == rest.size()) return Line{rest, begin + rest.size()};
    const bool two = rest[end] == '\r' && end + 1 < rest.size() && rest[end + 1] == '\n';
    if (rest[end] != '\n' && !two) return std::nullopt;
    return Line{rest.substr(0, end), begin + end + (two ? 2 : 1)};
  }
}

void CsvReader::skip_lines(size_t end, size_t count) {
  begin_ += end;
  field_ = next_block_ = begin_;
  begin_line_ += count;
}

/// Excel's first line "sep=;".
std::optional<char> CsvReader::take_delimiter_line() {
  const auto line = peek_line(0);
  if (!line) return std::nullopt;
  std::string_view text = line->text;
  if (text.starts_with('"') && text.ends_with('"')) text = text.substr(1, text.size() - 2);
  constexpr std::string_view kStart = "sep=";
  if (text.size() != kStart.size() + 1 || !(text.starts_with(kStart) || text.starts_with("SEP="))) return std::nullopt;
  const char delimiter = text.back();
  if (std::isalnum(static_cast<unsigned char>(delimiter)) != 0) return std::nullopt;
  delimiter_line_ = true;
  skip_lines(line->next, 1);
  return delimiter;
}

/// Empty lines before the header, those that are told to be comments, or begin with '#', as the header itself may.
void CsvReader::take_comments(const CsvFormat& format) {
  auto line = peek_line(0);
  const auto is_none = [&](std::string_view text) {
    return text.empty() || (comment_ != '\0' && text.starts_with(comment_));
  };
  for (; line && is_none(line->text); line = peek_line(0)) skip_lines(line->next, 1);
  if (format.comment || !line || !line->text.starts_with('#')) return;
  size_t end = 0, count = 0;
  std::string last;
  for (; line && (line->text.empty() || line->text.starts_with('#')); line = peek_line(end)) {
    if (!line->text.empty()) last = line->text;
    end = line->next;
    ++count;
  }
  if (!line) return;
  const auto same = [&](char delimiter) {
    return count_fields(last, delimiter) == count_fields(line->text, delimiter) &&
           (count_fields(last, delimiter) > 1 || format.delimiter);
  };
  const bool header = format.delimiter ? same(*format.delimiter) : std::ranges::any_of(kDelimiters, same);
  if (header) {
    fail(
        "{}:{}: begins with '#' and has as many fields as the next line; set data.format.comment (--comment) to none "
        "if "
        "it is the header, to '#' if it is a comment",
        name_, begin_line_ + count - 1);
  }
  comment_lines_ = count;
  skip_lines(end, count);
}

size_t CsvReader::count_fields(std::string_view line, char delimiter) const {
  size_t count = 1;
  bool quoted = false;
  for (const char c : line) {
    if (c == quote_ && quote_ != '\0') quoted = !quoted;
    if (c == delimiter && !quoted) ++count;
  }
  return count;
}

char CsvReader::find_delimiter(const CsvFormat& format) {
  const auto header = peek_line(0);
  if (!header) return ',';
  const std::string text(header->text);
  std::string found;
  for (const char delimiter : kDelimiters) {
    if (count_fields(text, delimiter) > 1) found += delimiter;
  }
  if (format.likely && (found.empty() || found.find(*format.likely) != std::string::npos)) return *format.likely;
  if (found.empty()) return ',';
  if (found.size() > 1) {
    const auto row = peek_line(header->next);
    std::string fitting;
    for (const char delimiter : found) {
      if (row && count_fields(row->text, delimiter) == count_fields(text, delimiter)) fitting += delimiter;
    }
    if (fitting.size() > 1) {
      fail("{}:{}: {} and {} may both separate the fields; set data.format.delimiter (--delimiter)", name_, begin_line_,
           quote(fitting.substr(0, 1)), quote(fitting.substr(1, 1)));
    }
    found = fitting.empty() ? found : fitting;
  }
  delimiter_found_ = found[0] != format.likely.value_or(',');
  return found[0];
}

std::string CsvReader::findings() const {
  std::vector<std::string> words;
  if (delimiter_line_) words.push_back("a line that names the delimiter");
  if (comment_lines_ > 0)
    words.push_back(counted(static_cast<int64_t>(comment_lines_), "line") + " of comment before the header");
  if (delimiter_found_)
    words.push_back(fmt::format("{} between fields", delimiter_ == '\t' ? "tabs" : quote({&delimiter_, 1})));
  return words.empty() ? "" : join_names(words);
}

void CsvReader::check_header() const {
  const auto nameless = [&](size_t i) { return trim(header_[i]).empty(); };
  size_t named_end = header_.size();
  while (named_end > 0 && nameless(named_end - 1)) --named_end;
  const size_t without = header_.size() - named_end + (nameless(0) ? 1 : 0);
  if (2 * without > header_.size())
    fail("{}:{}: most columns have no name; is this line the header? remove what stands before it", name_, line_);
  std::unordered_set<std::string_view, KeyedHash> seen;
  for (size_t i = 0; i < header_.size(); ++i) {
    if (nameless(i) && i > 0 && i < named_end) {
      fail("{}:1: column {} has no name; only the first column and trailing ones may have none", name_, i + 1);
    }
    if (nameless(i)) continue;
    if (!seen.insert(header_[i]).second) fail("{}:1: two columns are named {}", name_, quote(header_[i]));
  }
}

bool CsvReader::next() {
  while (scan() == Scan::kMore) fill();
  if (state_ == Scan::kRefused) throw Error(problem_);
  if (state_ == Scan::kEnd) return false;
  raw_ = {buffer_.data() + begin_, size_};
  line_ = begin_line_;
  begin_line_ += line_breaks_ + 1;
  line_breaks_ = 0;
  begin_ = field_ = next_begin_;
  const size_t count = std::exchange(count_, 0);
  state_ = Scan::kMore;
  if (header_.empty()) {
    fields_.resize(count);
  } else if (count != header_.size()) {
    fields_.assign(header_.size(), {});
    const bool row_names = line_ == first_line_ && count == header_.size() + 1;
    throw BadRecord(fmt::format(
        "{}: {}, the header has {}{}", where(), counted(static_cast<int64_t>(count), "field"), header_.size(),
        row_names ? "; where R wrote names of rows, col.names = NA gives them a place in the header" : ""));
  }
  show_fields();
  if (fields_.size() > 1 && std::ranges::equal(fields_, header_)) {
    throw BadRecord(fmt::format("{}: repeats the header; does the file hold several tables?", where()));
  }
  return true;
}

void CsvReader::show_fields() {
  unquoted_.clear();
  const Span* span = spans_.data();
  for (size_t i = 0; i < fields_.size(); ++i, ++span) {
    fields_[i] = {raw_.data() + span->begin, span->size};
    if (!span->doubled) continue;
    unquoted_.reserve(raw_.size());  // once: the views must stay
    const size_t start = unquoted_.size();
    for (size_t k = 0; k < fields_[i].size(); ++k) {
      unquoted_ += fields_[i][k];
      if (fields_[i][k] == quote_) ++k;
    }
    fields_[i] = std::string_view(unquoted_).substr(start);
  }
}

bool CsvReader::would_wait() { return scan() == Scan::kMore && source_->would_wait(); }

std::string_view CsvReader::raw_field(size_t column) const {
  const Span& span = spans_[column];
  const bool quoted = span.begin > 0 && raw_[span.begin - 1] == quote_;
  return quoted ? raw_.substr(span.begin - 1, span.size + 2) : raw_.substr(span.begin, span.size);
}

/// Goes on where it stopped, with what the buffer holds. Never throws, so that would_wait() can look ahead.
CsvReader::Scan CsvReader::scan() {
  if (state_ != Scan::kMore) return state_;
  if (comment_ != '\0' && !skip_comment_lines()) return source_ended_ ? scan_end() : Scan::kMore;
  const char* const data = buffer_.data();
  for (;;) {
    while (specials_ == 0) {
      if (next_block_ >= end_) return scan_end();
      block_ = next_block_;
      next_block_ += kBlock;
      specials_ = find_specials(data + block_, delimiter_, quote_);
      if (next_block_ > end_) specials_ &= ~uint64_t{0} >> (next_block_ - end_);
    }
    if (place_ == Place::kUnquoted && data[block_ + static_cast<size_t>(std::countr_zero(specials_))] == delimiter_)
      end_plain_fields();
    if (specials_ == 0) continue;
    const size_t at = block_ + static_cast<size_t>(std::countr_zero(specials_));
    specials_ &= specials_ - 1;
    const char c = data[at];
    if (c == '\0') {
      return refuse(begin_line_ + line_breaks_,
                    fmt::format("a NUL byte in field {}; is this a text file?", count_ + 1));
    }
    if (place_ == Place::kQuoted) {
      if (c == '\n') ++line_breaks_;
      if (c != quote_) continue;
      if (at + 1 == end_ && !source_ended_) return look_again(at);
      const char after = at + 1 < end_ ? data[at + 1] : '\n';
      if (after == quote_) {
        doubled_ = true;
        if (at + 1 < next_block_) {
          specials_ &= specials_ - 1;
        } else {
          ++next_block_;
        }
      } else if (after == delimiter_ || after == '\n' || after == '\r') {
        place_ = Place::kAfterQuote;
        if (at > field_ && data[at - 1] == '\\' && unpaired_ == 0) unpaired_ = count_ + 1;
      } else if (header_.empty() && (after == ' ' || kDelimiters.find(after) != std::string_view::npos)) {
        return refuse(begin_line_,
                      fmt::format("{0} separates the fields, not {1}; set data.format.delimiter (--delimiter) "
                                  "to {0}",
                                  quote({&after, 1}), quote({&delimiter_, 1})));
      } else {
        const size_t line = begin_line_ + line_breaks_;
        return refuse(
            line,
            fmt::format("text after a closing quote in field {}{}", count_ + 1,
                        line == quote_line_ ? "" : fmt::format("; the quote was opened on line {}", quote_line_)));
      }
    } else if (c == delimiter_) {
      if (count_ >= kMostColumns && header_.empty())
        return refuse(1, fmt::format("the header has more than {} columns", kMostColumns));
      end_field(at);
    } else if (c == '\n') {
      const size_t end = at > begin_ && data[at - 1] == '\r' ? at - 1 : at;
      if (end > begin_ || header_.size() <= 1) return finish(end, at + 1);
      ++begin_line_;
      begin_ = field_ = at + 1;
      if (comment_ != '\0') {
        specials_ = 0;
        next_block_ = begin_;
        if (!skip_comment_lines()) return source_ended_ ? scan_end() : Scan::kMore;
      }
    } else if (c == quote_) {
      if (at != field_) {
        if (at + 1 == end_ && !source_ended_) return look_again(at);
        if (!take_stray_quote(at)) return state_;
        continue;
      }
      place_ = Place::kQuoted;
      field_ = at + 1;
      quote_line_ = begin_line_ + line_breaks_;
    } else if (c == '\r') {
      if (at + 1 == end_ && !source_ended_) return look_again(at);
      if (at + 1 < end_ && data[at + 1] == '\n') continue;
      return refuse(
          begin_line_ + line_breaks_,
          fmt::format("a carriage return in field {} does not end the line; put the field in quotes, or convert "
                      "the line ends: tr '\\r' '\\n'",
                      count_ + 1));
    }
  }
}

/// Notes a quote inside an unquoted field, such as 5" disk; or refuses the row, which may be meant otherwise. Where an
/// odd number of quotes in one field (or a quote behind a backslash) may have opened what the end of a later one
/// closes, the delimiters between them may be text: $19.34"Jersey, short".
bool CsvReader::take_stray_quote(size_t at) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  if (std::all_of(buffer_.begin() + static_cast<ptrdiff_t>(field_), buffer_.begin() + static_cast<ptrdiff_t>(at),
                  is_blank)) {
    refuse(begin_line_ + line_breaks_,
           fmt::format(
               "a blank before the opening quote of field {}; take the blank out, or put all of the field in quotes",
               count_ + 1));
    return false;
  }
  const char after = at + 1 < end_ ? buffer_[at + 1] : '\n';
  const bool ends = after == delimiter_ || after == '\n' || after == '\r';
  if (unpaired_ != 0 && unpaired_ <= count_ && ends) {
    refuse(begin_line_ + line_breaks_, fmt::format("field {} holds a quote and field {} ends in one, so what stands "
                                                   "between may be one field; a field that holds a quote "
                                                   "must be in quotes, its own quotes doubled",
                                                   unpaired_, count_ + 1));
    return false;
  }
  if (unpaired_ == 0 || unpaired_ == count_ + 1) unpaired_ = count_ + 1 - unpaired_;
  return true;
}

/// Before a record; false where a line's end is not there yet, or there is no more.
bool CsvReader::skip_comment_lines() {
  if (place_ != Place::kUnquoted || count_ > 0 || field_ != begin_) return true;
  while (begin_ == end_ || buffer_[begin_] == comment_) {
    specials_ = 0;
    next_block_ = begin_;
    const void* end = begin_ == end_ ? nullptr : std::memchr(buffer_.data() + begin_, '\n', end_ - begin_);
    if (begin_ == end_ || (end == nullptr && !source_ended_)) return false;
    const size_t next = end == nullptr ? end_ : static_cast<size_t>(static_cast<const char*>(end) - buffer_.data()) + 1;
    skip_lines(next - begin_, 1);
  }
  return true;
}

CsvReader::Scan CsvReader::scan_end() {
  if (!source_ended_) return look_again(end_);
  if (place_ == Place::kQuoted) return refuse(quote_line_, "a quote is opened here and never closed");
  if (begin_ == end_) return state_ = Scan::kEnd;
  return finish(end_, end_);
}

CsvReader::Scan CsvReader::look_again(size_t at) {
  specials_ = 0;
  next_block_ = at;
  return Scan::kMore;
}

CsvReader::Scan CsvReader::finish(size_t end, size_t next_begin) {
  end_field(end);
  unpaired_ = 0;
  size_ = end - begin_;
  next_begin_ = next_begin;
  return state_ = Scan::kRecord;
}

CsvReader::Scan CsvReader::refuse(size_t line, std::string_view why) {
  const std::string_view text(buffer_.data() + begin_, end_ - begin_);
  const bool json = header_.empty() && (text.starts_with('{') || text.starts_with('['));
  problem_ = fmt::format(
      "{}:{}: {}", name_, line,
      json ? "is JSON, but not an object per line; in pandas, to_json(orient='records', lines=True)" : why);
  return state_ = Scan::kRefused;
}

void CsvReader::end_field(size_t at) {
  if (count_ == spans_.size() && header_.empty()) spans_.resize(2 * count_ + 16);
  if (count_ < spans_.size()) {
    const size_t size = at - field_ - (place_ == Place::kAfterQuote ? 1 : 0);
    spans_[count_] = {static_cast<uint32_t>(field_ - begin_), static_cast<uint32_t>(size), doubled_};
  }
  ++count_;
  field_ = at + 1;
  place_ = Place::kUnquoted;
  doubled_ = false;
}

/// A run of delimiters in the block. It is what most of a table is, and this loop stays in registers.
void CsvReader::end_plain_fields() {
  uint64_t left = specials_;
  size_t count = count_, field = field_;
  const char* const data = buffer_.data();
  Span* const spans = spans_.data();
  for (const size_t most = spans_.size(); left != 0 && count < most; left &= left - 1) {
    const size_t at = block_ + static_cast<size_t>(std::countr_zero(left));
    if (data[at] != delimiter_) break;
    spans[count++] = {static_cast<uint32_t>(field - begin_), static_cast<uint32_t>(at - field), false};
    field = at + 1;
  }
  specials_ = left;
  count_ = count;
  field_ = field;
}

void CsvReader::fill() {
  const size_t kept = end_ - begin_;
  if (kept > kLongestRecord) {
    const bool quoted = place_ == Place::kQuoted;
    fail("{}:{}: {} is longer than 64 MiB; is a quote missing?", name_, quoted ? quote_line_ : begin_line_,
         quoted ? "the quoted field that begins here" : "the record that begins here");
  }
  // A block may be read past the end of what is there.
  size_t room = buffer_.size() - kBlock;
  if (room - end_ < room / 2) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, kept);
    next_block_ -= begin_;
    field_ -= begin_;
    end_ = kept;
    begin_ = 0;
    if (kept > room / 2) {
      room *= 2;
      buffer_.resize(room + kBlock);
    }
  }
  const size_t got = source_->read(buffer_.data() + end_, room - end_);
  end_ += got;
  source_ended_ = got == 0;
}

void append_csv_field(std::string& out, std::string_view value, char delimiter, char quote_mark) {
  const bool special = std::any_of(value.begin(), value.end(),
                                   [&](char c) { return c == delimiter || c == quote_mark || c == '\r' || c == '\n'; });
  if (!special && !begins_as_another_file(value)) {
    out += value;
    return;
  }
  if (quote_mark == '\0') quote_mark = '"';
  out += quote_mark;
  for (const char c : value) {
    if (c == quote_mark) out += quote_mark;
    out += c;
  }
  out += quote_mark;
}

}  // namespace mdl
