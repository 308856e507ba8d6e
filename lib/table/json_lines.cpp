#include "table/json_lines.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "table/magic.h"

namespace mdl {
namespace {

constexpr size_t kFirstBuffer = 1 << 17;
constexpr int kDeepest = 512;
constexpr size_t kTaken = SIZE_MAX;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Where the JSON number that `text` begins with ends; 0 when it begins with none.
size_t number_end(std::string_view text) {
  size_t i = 0;
  const auto digits = [&] {
    const size_t start = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i > start;
  };
  if (i < text.size() && text[i] == '-') ++i;
  if (i < text.size() && text[i] == '0') {
    ++i;
  } else if (!digits()) {
    return 0;
  }
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (!digits()) return 0;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (!digits()) return 0;
  }
  return i;
}

void append_utf8(std::string& out, uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

uint32_t hex_of(std::string_view digits) { return static_cast<uint32_t>(std::stoul(std::string(digits), nullptr, 16)); }

/// The text of a well-formed JSON string without its quotes.
void decode(std::string_view string, std::string& out) {
  out.clear();
  for (size_t i = 0; i < string.size(); ++i) {
    if (string[i] != '\\') {
      out += string[i];
      continue;
    }
    switch (string[++i]) {
      case 'b': out += '\b'; break;
      case 'f': out += '\f'; break;
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case 't': out += '\t'; break;
      case 'u': {
        uint32_t code = hex_of(string.substr(i + 1, 4));
        i += 4;
        if (code >= 0xD800 && code < 0xDC00) {
          code = 0x10000 + ((code - 0xD800) << 10) + (hex_of(string.substr(i + 3, 4)) - 0xDC00);
          i += 6;
        }
        append_utf8(out, code);
        break;
      }
      default: out += string[i];
    }
  }
}

}  // namespace

JsonLinesReader::JsonLinesReader(std::unique_ptr<ByteSource> source, std::string name, std::vector<std::string> columns,
                                 const std::vector<std::string>& taken)
    : TextReader(std::move(name)), source_(std::move(source)), buffer_(first_buffer(*source_, kFirstBuffer)) {
  header_ = std::move(columns);
  for (const std::string& key : taken) places_.emplace(key, kTaken);
  for (size_t i = 0; i < header_.size(); ++i) places_[header_[i]] = i;
  fields_.resize(header_.size());
  tokens_.resize(header_.size());
}

JsonLinesReader::JsonLinesReader(std::unique_ptr<ByteSource> source, std::string name)
    : JsonLinesReader(std::move(source), std::move(name), {}) {
  learning_ = true;
  if (!next()) fail("{}: is empty; lines of objects are expected", name_);
  if (header_.empty()) fail("{}: has no keys", where());
  learning_ = false;
  closed_ = true;
  fields_.resize(header_.size());
  tokens_.resize(header_.size());
  begin_ = looked_ = static_cast<size_t>(raw_.data() - buffer_.data());
  next_line_ = line_;
}

JsonLinesReader::JsonLinesReader(const JsonLinesReader& table)
    : TextReader(table.name_), places_(table.places_), closed_(table.closed_), buffer_(kFirstBuffer) {
  header_ = table.header_;
  fields_.resize(header_.size());
  tokens_.resize(header_.size());
}

std::unique_ptr<RecordBlocks> JsonLinesReader::blocks(size_t size) {
  return std::make_unique<RecordBlocks>(std::string_view(buffer_.data() + begin_, end_ - begin_), std::move(source_),
                                        next_line_, RecordSyntax{}, size);
}

std::unique_ptr<TextReader> JsonLinesReader::block_reader() const {
  return std::unique_ptr<TextReader>(new JsonLinesReader(*this));
}

void JsonLinesReader::read(const RecordBlock& block) {
  source_ = block.source();
  source_ended_ = false;
  begin_ = end_ = looked_ = 0;
  next_line_ = block.line;
}

bool JsonLinesReader::next() {
  for (;;) {
    const size_t end = find_line_end();
    if (end == end_ && !source_ended_) {
      fill();
      continue;
    }
    if (begin_ == end_) return false;
    raw_ = {buffer_.data() + begin_, end - begin_};
    begin_ = looked_ = std::min(end + 1, end_);
    line_ = next_line_++;
    if (line_ == 1 && raw_.starts_with(kByteOrderMark)) raw_.remove_prefix(kByteOrderMark.size());
    if (raw_.ends_with('\r')) raw_.remove_suffix(1);
    if (trim(raw_).empty()) continue;
    parse();
    return true;
  }
}

bool JsonLinesReader::would_wait() { return find_line_end() == end_ && !source_ended_ && source_->would_wait(); }

/// end_ when the line's end is not there yet.
size_t JsonLinesReader::find_line_end() {
  const void* found = looked_ < end_ ? std::memchr(buffer_.data() + looked_, '\n', end_ - looked_) : nullptr;
  looked_ = found == nullptr ? end_ : static_cast<size_t>(static_cast<const char*>(found) - buffer_.data());
  return looked_;
}

void JsonLinesReader::fill() {
  const size_t kept = end_ - begin_;
  if (kept > kLongestRecord) fail("{}:{}: a line longer than 64 MiB; is this JSON Lines?", name_, next_line_);
  if (buffer_.size() - end_ < buffer_.size() / 2) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, kept);
    looked_ -= begin_;
    end_ = kept;
    begin_ = 0;
    if (kept > buffer_.size() / 2) buffer_.resize(2 * buffer_.size());
  }
  const size_t got = source_->read(buffer_.data() + end_, buffer_.size() - end_);
  end_ += got;
  source_ended_ = got == 0;
}

void JsonLinesReader::refuse(const std::string& why) const {
  throw BadRecord(fmt::format("{}:{}:{}: {}", name_, line_, at_ + 1, why));
}

void JsonLinesReader::parse() {
  at_ = 0;
  decoded_count_ = 0;
  decoded_.resize(header_.size() + 1);  // the last for keys
  std::fill(tokens_.begin(), tokens_.end(), std::string_view());
  if (!is_utf8(raw_)) throw BadRecord(fmt::format("{}: is not UTF-8", where()));
  skip_spaces();
  if (!at('{')) refuse("expected an object, {\"column\": value, ...}");
  ++at_;
  skip_spaces();
  if (!at('}')) {
    parse_member();
    while (at(',')) {
      ++at_;
      parse_member();
    }
  }
  expect('}', "',' or '}'");
  skip_spaces();
  if (at_ != raw_.size()) refuse("text after the object");
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if (tokens_[i].data() == nullptr) {
      throw BadRecord(
          fmt::format("{}: has no {}; where a value is missing, null is expected", where(), quote(header_[i])));
    }
    fields_[i] = value_of(tokens_[i]);
  }
}

/// "key": value, and the spaces behind it.
void JsonLinesReader::parse_member() {
  skip_spaces();
  const size_t start = at_;
  if (!at('"')) refuse("expected a key in double quotes");
  parse_string();
  std::string key(raw_.substr(start + 1, at_ - start - 2));
  if (key.find('\\') != std::string::npos) decode(std::string(key), key);
  skip_spaces();
  expect(':', "':'");
  skip_spaces();
  const size_t value_start = at_;
  const std::string_view token = parse_value(1);
  skip_spaces();
  if (learning_) {
    if (!places_.emplace(key, header_.size()).second)
      throw BadRecord(fmt::format("{}: has {} twice", where(), quote(key)));
    header_.push_back(std::move(key));
    return;
  }
  const auto found = places_.find(key);
  if (found == places_.end()) {
    if (closed_) throw BadRecord(fmt::format("{}: has {}, which the first line does not have", where(), quote(key)));
    return;
  }
  if (found->second == kTaken) {
    throw BadRecord(fmt::format(
        "{}: already has {}, which the predictions need; rename it, or print only the new columns with --only", where(),
        quote(key)));
  }
  std::string_view& place = tokens_[found->second];
  if (place.data() != nullptr) throw BadRecord(fmt::format("{}: has {} twice", where(), quote(key)));
  place = token;
  if (token[0] != '{' && token[0] != '[') return;
  at_ = value_start;
  refuse(
      fmt::format("{}: expected a string or a number, found {}", quote(key), token[0] == '{' ? "an object" : "a list"));
}

/// The value as it stands.
std::string_view JsonLinesReader::parse_value(int depth) {
  const size_t start = at_;
  if (depth > kDeepest) refuse("objects and lists are nested too deeply");
  const char first = at_ < raw_.size() ? raw_[at_] : '\0';
  if (first == '"') {
    parse_string();
  } else if (first == '{' || first == '[') {
    const char last = first == '{' ? '}' : ']';
    ++at_;
    skip_spaces();
    if (!at(last)) {
      for (;;) {
        skip_spaces();
        if (first == '{') {
          if (!at('"')) refuse("expected a key in double quotes");
          parse_string();
          skip_spaces();
          expect(':', "':'");
          skip_spaces();
        }
        parse_value(depth + 1);
        skip_spaces();
        if (!at(',')) break;
        ++at_;
      }
    }
    expect(last, first == '{' ? "',' or '}'" : "',' or ']'");
  } else if (first == 't') {
    parse_word("true");
  } else if (first == 'f') {
    parse_word("false");
  } else if (first == 'n') {
    parse_word("null");
  } else {
    parse_number();
  }
  return raw_.substr(start, at_ - start);
}

void JsonLinesReader::parse_word(std::string_view word) {
  if (raw_.substr(at_, word.size()) != word) refuse("expected a value");
  at_ += word.size();
}

void JsonLinesReader::parse_number() {
  const size_t size = number_end(raw_.substr(at_));
  if (size == 0) refuse("expected a value");
  at_ += size;
}

void JsonLinesReader::parse_string() {
  for (++at_; at_ < raw_.size() && raw_[at_] != '"'; ++at_) {
    if (static_cast<unsigned char>(raw_[at_]) < 0x20) refuse("a control character in a string; write it as \\u00..");
    if (raw_[at_] != '\\') continue;
    ++at_;
    const char c = at_ < raw_.size() ? raw_[at_] : '\0';
    if (c == 'u') {
      const uint32_t code = parse_hex();
      if (code == 0) refuse("a NUL character in a text");
      if (code >= 0xDC00 && code < 0xE000) refuse("half a surrogate pair in a string");
      if (code < 0xD800 || code >= 0xDC00) continue;
      if (raw_.substr(at_ + 1, 2) != "\\u") refuse("half a surrogate pair in a string");
      at_ += 2;
      const uint32_t low = parse_hex();
      if (low < 0xDC00 || low >= 0xE000) refuse("half a surrogate pair in a string");
    } else if (c == '\0' || std::strchr("\"\\/bfnrt", c) == nullptr) {
      refuse("an escape that JSON does not know");
    }
  }
  expect('"', "a closing double quote");
}

/// The four digits behind \u; leaves at_ on the last.
uint32_t JsonLinesReader::parse_hex() {
  const std::string_view digits = raw_.substr(at_ + 1, 4);
  if (digits.size() < 4 || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos)
    refuse("expected four hexadecimal digits");
  at_ += 4;
  return hex_of(digits);
}

void JsonLinesReader::skip_spaces() {
  while (at_ < raw_.size() && (raw_[at_] == ' ' || raw_[at_] == '\t' || raw_[at_] == '\r')) ++at_;
}

void JsonLinesReader::expect(char wanted, const char* what) {
  if (!at(wanted)) refuse(fmt::format("expected {}", what));
  ++at_;
}

std::string_view JsonLinesReader::value_of(std::string_view token) {
  if (token == "null") return {};
  if (token[0] != '"') return token;
  const std::string_view text = token.substr(1, token.size() - 2);
  if (text.find('\\') == std::string_view::npos) return text;
  std::string& out = decoded_[decoded_count_++];
  decode(text, out);
  return out;
}

void append_json_string(std::string& out, std::string_view text) {
  out += nlohmann::json(text).dump(-1, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace);
}

bool is_json_number(std::string_view text) { return !text.empty() && number_end(text) == text.size(); }

}  // namespace mdl
