#include "base/hash.h"

#include <sys/random.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>

namespace mdl {
namespace {

static_assert(std::endian::native == std::endian::little);

template <class Word>
uint64_t load(const char* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// Fewer than 8 bytes, without a loop.
uint64_t load_few(const char* bytes, size_t count) {
  if (count >= 4)
    return load<uint32_t>(bytes) | static_cast<uint64_t>(load<uint32_t>(bytes + count - 4)) << (8 * (count - 4));
  if (count == 0) return 0;
  const uint64_t first = load<uint8_t>(bytes), middle = load<uint8_t>(bytes + count / 2),
                 last = load<uint8_t>(bytes + count - 1);
  return first | middle << (8 * (count / 2)) | last << (8 * (count - 1));
}

struct State {
  uint64_t a, b, c, d;

  explicit State(const HashKey& key)
      : a(key.first ^ 0x736f6d6570736575), b(key.second ^ 0x646f72616e646f6d), c(key.first ^ 0x6c7967656e657261),
        d(key.second ^ 0x7465646279746573) {}

  void mix() {
    a += b, c += d;
    b = std::rotl(b, 13) ^ a, d = std::rotl(d, 16) ^ c;
    a = std::rotl(a, 32);
    a += d, c += b;
    d = std::rotl(d, 21) ^ a, b = std::rotl(b, 17) ^ c;
    c = std::rotl(c, 32);
  }

  void mix(int rounds) {
    for (int round = 0; round < rounds; ++round) mix();
  }

  template <int rounds>
  void take(uint64_t word) {
    d ^= word;
    mix(rounds);
    a ^= word;
  }

  template <int rounds>
  void take(std::string_view text) {
    const char* bytes = text.data();
    size_t left = text.size();
    for (; left >= 8; bytes += 8, left -= 8) take<rounds>(load<uint64_t>(bytes));
    take<rounds>(static_cast<uint64_t>(text.size()) << 56 | load_few(bytes, left));
  }

  uint64_t sum() const { return a ^ b ^ c ^ d; }
};

inline uint64_t hash_with(const HashKey& key, std::string_view text) {
  State state(key);
  state.take<1>(text);
  state.c ^= 0xff;
  state.mix(3);
  return state.sum();
}

HashKey drawn_key() {
  HashKey key;
  if (getrandom(&key, sizeof key, GRND_NONBLOCK) == sizeof key) return key;
  // A system that has only just started has no random bytes yet.
  key.first = static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  key.second = reinterpret_cast<uintptr_t>(&key);
  return key;
}

const HashKey kProgramKey = drawn_key();

}  // namespace

uint64_t sip_hash(const HashKey& key, std::string_view text) { return hash_with(key, text); }

LongHash long_sip_hash(const HashKey& key, std::string_view text) {
  State state(key);
  state.b ^= 0xee;
  state.take<2>(text);
  state.c ^= 0xee;
  state.mix(4);
  const uint64_t first = state.sum();
  state.b ^= 0xdd;
  state.mix(4);
  return std::bit_cast<LongHash>(std::array{first, state.sum()});
}

HashKey random_hash_key() {
  HashKey key;
  while (getrandom(&key, sizeof key, 0) != sizeof key) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "random numbers of the system");
  }
  return key;
}

uint64_t keyed_hash(std::string_view text) { return hash_with(kProgramKey, text); }

int32_t Dictionary::find(std::string_view text, const std::vector<std::string>& texts) const {
  return slots_.empty() ? kNone : slots_[place_of(text, texts)];
}

int32_t Dictionary::code(std::string_view text, std::vector<std::string>& texts) {
  if (slots_.size() <= 2 * texts.size()) grow(texts);
  const size_t place = place_of(text, texts);
  if (slots_[place] == kNone) {
    slots_[place] = static_cast<int32_t>(texts.size());
    texts.emplace_back(text);
  }
  return slots_[place];
}

size_t Dictionary::place_of(std::string_view text, const std::vector<std::string>& texts) const {
  const size_t mask = slots_.size() - 1;
  size_t place = hash_with(kProgramKey, text) & mask;
  while (slots_[place] != kNone && texts[static_cast<size_t>(slots_[place])] != text) place = (place + 1) & mask;
  return place;
}

void Dictionary::grow(const std::vector<std::string>& texts) {
  slots_.assign(std::max<size_t>(16, 2 * slots_.size()), kNone);
  for (size_t code = 0; code < texts.size(); ++code) slots_[place_of(texts[code], texts)] = static_cast<int32_t>(code);
}

}  // namespace mdl
