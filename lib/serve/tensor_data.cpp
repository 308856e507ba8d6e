#include "serve/tensor_data.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "table/json_lines.h"

namespace mdl {
namespace {

constexpr int kDeepest = 8;

/// Behind the string that begins at `at`; the text's end where it has none.
size_t string_end(std::string_view text, size_t at) {
  for (++at; at < text.size(); ++at) {
    at = text.find_first_of("\"\\", at);
    if (at == std::string_view::npos) return text.size();
    if (text[at] == '"') return at + 1;
    ++at;
  }
  return text.size();
}

/// Behind the value that begins at `at`, as far as brackets and quotes tell.
size_t value_end(std::string_view text, size_t at) {
  size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) return at;
    if (c == '"') {
      at = string_end(text, at);
      continue;
    }
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    ++at;
  }
  return at;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

size_t skip_blanks(std::string_view text, size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

/// Behind the number or word that begins at `at`.
size_t word_end(std::string_view text, size_t at) {
  while (at < text.size() && text[at] != ',' && text[at] != ']' && !is_blank(text[at])) ++at;
  return at;
}

/// Calls `use` with each value of lists in lists, as it stands.
class ListReader {
 public:
  ListReader(std::string_view data, const std::string& name) : data_(data), name_(name) {}

  void read(auto use) {
    if (!at('[')) refuse("'data' is no list");
    read_list(use, 1);
    if (at_ != data_.size()) refuse("'data' is not JSON");
  }

  [[noreturn]] void refuse(const char* why) const { fail("input {}: {}", quote(name_), why); }

 private:
  bool at(char wanted) const { return at_ < data_.size() && data_[at_] == wanted; }
  void next() { at_ = skip_blanks(data_, at_ + 1); }

  void read_list(auto& use, int depth) {
    if (depth > kDeepest) refuse("'data' is nested too deeply");
    next();
    if (at(']')) return next();
    for (;; next()) {
      if (at('[')) {
        read_list(use, depth + 1);
      } else {
        const size_t begin = at_;
        at_ = at('"') ? string_end(data_, at_) : word_end(data_, at_);
        use(data_.substr(begin, at_ - begin));
        at_ = skip_blanks(data_, at_);
      }
      if (at(']')) return next();
      if (!at(',')) refuse("'data' is not JSON");
    }
  }

  std::string_view data_;
  const std::string& name_;
  size_t at_ = 0;
};

}  // namespace

TensorJson take_data(std::string_view text) {
  TensorJson taken;
  size_t copied = 0, at = 0;
  int depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      const size_t end = string_end(text, at), colon = skip_blanks(text, end);
      const bool data = depth == 3 && text.substr(at, end - at) == "\"data\"" && colon < text.size() &&
                        text[colon] == ':';
      at = end;
      if (!data) continue;
      const size_t begin = skip_blanks(text, colon + 1);
      at = value_end(text, begin);
      const std::string_view value = trim(text.substr(begin, at - begin));
      if (value.empty()) continue;
      taken.request += text.substr(copied, begin - copied);
      taken.request += std::to_string(taken.data.size());
      taken.data.push_back(value);
      copied = at;
      continue;
    }
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    ++at;
  }
  taken.request += text.substr(copied);
  return taken;
}

std::vector<double> numbers_in_json(std::string_view data, const std::string& name) {
  std::vector<double> numbers;
  ListReader reader(data, name);
  reader.read([&](std::string_view value) {
    double number = NAN;
    if (is_json_number(value)) {
      if (std::from_chars(value.data(), value.data() + value.size(), number).ec != std::errc())
        reader.refuse("holds a number that is too large or too small");
    } else if (value == "true" || value == "false") {
      number = value == "true";
    } else if (value != "null") {
      reader.refuse(value.starts_with('"') ? "holds a text among numbers" : "holds what is neither a number nor null");
    }
    numbers.push_back(number);
  });
  return numbers;
}

TextTensor texts_in_json(std::string_view data, const std::string& name) {
  TextTensor texts;
  std::vector<std::pair<size_t, size_t>> decoded;  // cell, place in `held`
  ListReader reader(data, name);
  reader.read([&](std::string_view value) {
    if (value == "null") return texts.cells.push_back({});
    if (!value.starts_with('"')) {
      if (!is_json_number(value) && value != "true" && value != "false") reader.refuse("holds what is no text");
      return texts.cells.push_back(value);
    }
    const bool plain = value.size() >= 2 && value.ends_with('"') && value.find('\\') == std::string_view::npos &&
                       std::ranges::none_of(value, [](unsigned char c) { return c < ' '; });
    if (plain) return texts.cells.push_back(value.substr(1, value.size() - 2));
    const auto text = nlohmann::json::parse(value, nullptr, /*allow_exceptions=*/false);
    if (!text.is_string()) reader.refuse("holds what is no text");
    decoded.emplace_back(texts.cells.size(), texts.held.size());
    texts.held.push_back(text.get<std::string>());
    texts.cells.emplace_back();
  });
  for (const auto& [cell, place] : decoded) texts.cells[cell] = texts.held[place];
  return texts;
}

}  // namespace mdl
