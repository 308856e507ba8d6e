#include "table/record_blocks.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <utility>

#include "base/error.h"

namespace mdl {
namespace {

class BlockSource final : public ByteSource {
 public:
  BlockSource(std::string_view bytes, std::exception_ptr problem) : bytes_(bytes), problem_(std::move(problem)) {}

  size_t read(char* to, size_t size) override {
    const size_t count = bytes_.read(to, size);
    if (count == 0 && problem_) std::rethrow_exception(problem_);
    return count;
  }
  bool would_wait() override { return false; }

 private:
  HeldBytes bytes_;
  std::exception_ptr problem_;
};

/// One thread counts for all: so in bytes first, of which the compiler makes eight times as quick a loop as of
/// std::count.
size_t count_line_ends(std::string_view bytes) {
  constexpr size_t kWidth = 64, kMostRounds = 255;
  size_t count = 0;
  while (bytes.size() >= kWidth) {
    std::array<uint8_t, kWidth> counts = {};
    const size_t rounds = std::min(bytes.size() / kWidth, kMostRounds);
    for (size_t round = 0; round < rounds; ++round) {
      for (size_t i = 0; i < kWidth; ++i)
        counts[i] = static_cast<uint8_t>(counts[i] + (bytes[round * kWidth + i] == '\n' ? 1 : 0));
    }
    count = std::accumulate(counts.begin(), counts.end(), count);
    bytes.remove_prefix(rounds * kWidth);
  }
  return count + static_cast<size_t>(std::ranges::count(bytes, '\n'));
}

}  // namespace

std::unique_ptr<ByteSource> RecordBlock::source() const {
  return std::make_unique<BlockSource>(std::string_view(bytes.data(), size), problem);
}

RecordBlocks::RecordBlocks(std::string_view begun, std::unique_ptr<ByteSource> rest, size_t line,
                           const RecordSyntax& syntax, size_t size)
    : begun_(begun.begin(), begun.end()), rest_(std::move(rest)), line_(line), syntax_(syntax), size_(size) {}

bool RecordBlocks::next(RecordBlock& block) {
  if (ended_) return false;
  constexpr size_t kMostSpare = 4;  // blocks
  if (block.bytes.size() > kMostSpare * std::max(size_, begun_.size())) block.bytes = {};
  block.bytes.resize(std::max({block.bytes.size(), size_, begun_.size()}));
  std::ranges::copy(begun_, block.bytes.begin());
  block.size = begun_.size();
  block.line = line_;
  block.problem = nullptr;
  looked_ = record_end_ = 0;
  quoted_ = false;
  for (;;) {
    find_record_end({block.bytes.data(), block.size});
    if (record_end_ > 0 && (block.size >= size_ || rest_->would_wait())) break;
    ended_ = block.size - record_end_ > kLongestRecord;
    if (ended_) return true;
    if (block.size == block.bytes.size()) block.bytes.resize(2 * block.size);
    size_t got = 0;
    try {
      got = rest_->read(block.bytes.data() + block.size, block.bytes.size() - block.size);
    } catch (const Error&) {
      block.problem = std::current_exception();
    }
    block.size += got;
    ended_ = got == 0;
    if (ended_) return block.size > 0 || block.problem;
  }
  const auto end = block.bytes.begin() + static_cast<ptrdiff_t>(record_end_);
  begun_.assign(end, block.bytes.begin() + static_cast<ptrdiff_t>(block.size));
  block.size = record_end_;
  line_ += count_line_ends({block.bytes.data(), block.size});
  return true;
}

/// Goes on where it stopped. Outside of quotes the last record begins at record_end_.
void RecordBlocks::find_record_end(std::string_view bytes) {
  const auto& [delimiter, mark, comment] = syntax_;
  const auto find = [&](char c, size_t from) { return std::min(bytes.find(c, from), bytes.size()); };
  while (looked_ < bytes.size()) {
    const size_t at = mark == '\0' ? bytes.size() : find(mark, looked_);
    if (quoted_) {
      looked_ = at;
      if (at + 1 >= bytes.size()) return;  // the next byte tells whether the quote is doubled
      quoted_ = bytes[at + 1] == mark;
      looked_ = at + (quoted_ ? 2 : 1);
      continue;
    }
    const size_t line_end = bytes.substr(looked_, at - looked_).rfind('\n');
    if (line_end != std::string_view::npos) record_end_ = looked_ + line_end + 1;
    looked_ = at;
    if (at == bytes.size()) return;
    if (comment != '\0' && bytes[record_end_] == comment) {
      const size_t end = find('\n', at);
      if (end == bytes.size()) return;
      record_end_ = looked_ = end + 1;
      continue;
    }
    quoted_ = at == record_end_ || bytes[at - 1] == delimiter;
    looked_ = at + 1;
  }
}

}  // namespace mdl
