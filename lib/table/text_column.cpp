#include "table/text_column.h"

#include <utf8proc.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <unordered_map>

#include "table/encoder.h"

namespace mdl {
namespace {

uint32_t hash_of(std::string_view ngram) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : ngram) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return static_cast<uint32_t>(hash ^ (hash >> 32));
}

/// Letters, marks and digits.
bool is_word_character(int32_t c) {
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return true;
    default: return false;
  }
}

/// Thai to Myanmar, Khmer, kana, Chinese characters: scripts without blanks between words.
bool stands_alone(int32_t c) {
  return (c >= 0x0E00 && c < 0x10A0) || (c >= 0x1780 && c < 0x1800) || (c >= 0x3040 && c < 0x3100) ||
         (c >= 0x3400 && c < 0xA000) || (c >= 0xF900 && c < 0xFB00) || (c >= 0x20000 && c < 0x40000);
}

/// Calls use(part) for each run of 2 to 4 characters of the word, whose ends are characters, too; not for all of them.
template <class Use>
void for_each_part(const std::string& word, const Use& use) {
  constexpr size_t kShortest = 2, kLongest = 4;
  const std::string marked = "<" + word + ">";
  std::vector<size_t> starts;
  for (size_t i = 0; i < marked.size(); ++i) {
    if ((static_cast<unsigned char>(marked[i]) & 0xC0) != 0x80) starts.push_back(i);
  }
  const size_t characters = starts.size();
  starts.push_back(marked.size());
  for (size_t length = kShortest; length <= std::min(kLongest, characters - 1); ++length) {
    for (size_t i = 0; i + length <= characters; ++i)
      use(std::string_view(marked).substr(starts[i], starts[i + length] - starts[i]));
  }
}

/// Calls use(hash) for each n-gram of the text.
template <class Use>
void for_each_ngram(const std::vector<std::string>& words, const Use& use) {
  for (const std::string& word : words) {
    use(hash_of(word));
    for_each_part(word, [&](std::string_view part) { use(hash_of(part)); });
  }
  for (size_t i = 1; i < words.size(); ++i) use(hash_of(words[i - 1] + " " + words[i]));
}

bool has_letter(const std::string& word) {
  return std::ranges::any_of(word, [](char c) { return c < 0 || (c >= 'a' && c <= 'z'); });
}

}  // namespace

TextRows rows_of_texts(const Column& column, std::span<const uint32_t> train) {
  TextRows of{.rows = std::vector<size_t>(column.texts.size()), .sampled = std::max<size_t>(1, train.size())};
  if (!column.counts.empty()) {
    std::copy(column.counts.begin(), column.counts.end() - 1, of.rows.begin());
    of.missing = column.counts.back();
    of.all = std::accumulate(column.counts.begin(), column.counts.end(), size_t{0});
    return of;
  }
  for (const uint32_t row : train) {
    const int32_t code = column.code(row);
    ++(code == Column::kMissing ? of.missing : of.rows[static_cast<size_t>(code)]);
  }
  of.all = train.size();
  return of;
}

std::vector<std::string> words_of_text(std::string_view text) {
  utf8proc_uint8_t* folded = nullptr;
  const auto size = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &folded,
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(folded, std::free);
  std::vector<std::string> words;
  bool inside = false;
  for (utf8proc_ssize_t at = 0; at < size;) {
    int32_t c = 0;
    const auto length = utf8proc_iterate(folded + at, size - at, &c);
    if (length <= 0) break;
    const bool alone = stands_alone(c);
    if (is_word_character(c)) {
      if (!inside || alone) words.emplace_back();
      words.back().append(reinterpret_cast<const char*>(folded + at), static_cast<size_t>(length));
      inside = !alone;
    } else {
      inside = false;
    }
    at += length;
  }
  return words;
}

namespace {

/// Of a script that is written without blanks.
bool is_character_alone(const std::string& word) {
  int32_t c = 0;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(word.data());
  return utf8proc_iterate(bytes, std::ssize(word), &c) == std::ssize(word) && stands_alone(c);
}

/// Words with a letter, of which those that no blank parts, as in an address or a path, are one; but for scripts that
/// are
/// written without blanks.
size_t words_apart(std::string_view text) {
  size_t count = 0;
  while (!text.empty()) {
    const size_t blank = std::min(text.find_first_of(" \t\r\n"), text.size());
    const auto words = words_of_text(text.substr(0, blank));
    const bool one = std::ranges::any_of(words, has_letter);
    count += std::max<size_t>(one ? 1 : 0, static_cast<size_t>(std::ranges::count_if(words, is_character_alone)));
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return count;
}

}  // namespace

bool is_free_text(const Column& column, std::span<const uint32_t> train) {
  constexpr size_t kFewestTexts = 100, kFewestWords = 3;
  const std::vector<size_t> rows = rows_of_texts(column, train).rows;
  size_t different = 0, cells = 0, once = 0;
  for (const size_t count : rows) {
    different += count > 0 ? 1 : 0;
    cells += count;
    once += count == 1 ? 1 : 0;
  }
  if (different < kFewestTexts || 2 * once <= cells) return false;
  size_t long_texts = 0;
  for (size_t code = 0; code < rows.size(); ++code) {
    if (rows[code] == 0) continue;
    if (words_apart(column.texts[code]) >= kFewestWords) ++long_texts;
  }
  return 2 * long_texts > different;
}

std::optional<TextColumn> TextColumn::fit(const Column& column, std::span<const uint32_t> train,
                                          const EncoderOptions& options, Histogram& histogram) {
  constexpr size_t kMostCounted = 100'000;  // texts whose n-grams are counted
  const TextRows of = rows_of_texts(column, train);
  std::vector<double> sizes;
  std::unordered_map<uint32_t, bool> seen_twice;
  const size_t step = 1 + column.texts.size() / kMostCounted;
  size_t different = 0;
  for (size_t code = 0; code < of.rows.size(); ++code) {
    if (of.rows[code] == 0) continue;
    const auto words = words_of_text(column.texts[code]);
    sizes.insert(sizes.end(), of.share(of.rows[code]), static_cast<double>(words.size()));
    if (different++ % step != 0) continue;
    for_each_ngram(words, [&](uint32_t hash) {
      const auto [found, is_new] = seen_twice.try_emplace(hash, false);
      if (!is_new) found->second = true;
    });
  }
  if (different == 0 || (different == 1 && of.missing == 0)) return std::nullopt;
  const auto common =
      static_cast<size_t>(std::ranges::count_if(seen_twice, [](const auto& one) { return one.second; }));
  histogram = histogram_of(sizes, of.missing, options.min_category_rows);
  return TextColumn{std::clamp(std::bit_ceil(common), kFewestBuckets, kMostBuckets)};
}

std::vector<int32_t> TextColumn::rows(std::string_view cell) const {
  std::vector<int32_t> rows;
  for_each_ngram(words_of_text(cell),
                 [&](uint32_t hash) { rows.push_back(static_cast<int32_t>(1 + (hash & (buckets - 1)))); });
  return rows;
}

size_t TextColumn::size(std::string_view cell) const { return words_of_text(cell).size(); }

}  // namespace mdl
