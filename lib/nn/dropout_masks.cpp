#include "nn/dropout_masks.h"

#include <array>
#include <utility>

#include "base/random.h"
#include "nn/step_values.h"

namespace mdl::nn {
namespace {

constexpr int64_t kLow = 0xFFFFFFFF;

/// The halves of a product of 32 bits each: int64 overflows, but its bits are those of the unsigned product.
std::pair<at::Tensor, at::Tensor> halves_of_product(const at::Tensor& words, int64_t factor) {
  const at::Tensor product = words * factor;
  return {product.bitwise_right_shift(32).bitwise_and_(kLow), product.bitwise_and(kLow)};
}

/// philox() of base/random.h, on tensors of words.
std::array<at::Tensor, 4> philox(std::array<at::Tensor, 4> counter, at::Tensor key0, at::Tensor key1) {
  for (int round = 0; round < 10; ++round) {
    const auto [first_high, first_low] = halves_of_product(counter[0], 0xD2511F53);
    const auto [second_high, second_low] = halves_of_product(counter[2], 0xCD9E8D57);
    counter = {second_high.bitwise_xor(counter[1]).bitwise_xor(key0), second_low,
               first_high.bitwise_xor(counter[3]).bitwise_xor(key1), first_low};
    key0 = (key0 + 0x9E3779B9).bitwise_and_(kLow);
    key1 = (key1 + 0xBB67AE85).bitwise_and_(kLow);
  }
  return counter;
}

}  // namespace

DropoutMasks::DropoutMasks(const std::vector<uint64_t>& seeds, std::vector<int64_t> widths, const at::Tensor& like)
    : widths_(std::move(widths)), options_(like.options()) {
  for (const int half : {0, 1}) {
    std::vector<int64_t> key;
    for (const uint64_t seed : seeds) key.push_back(static_cast<int64_t>(seed >> (32 * half) & kLow));
    keys_[half] = at::tensor(key, at::kLong).unsqueeze(1).to(options_.device());
  }
}

void DropoutMasks::place_counters(int64_t rows) {
  // In groups of 64 blocks, each for 512 elements (kernels::dropout_mask).
  constexpr int64_t kBlocks = 64, kElements = 512;
  std::vector<at::Tensor> blocks, layers;
  of_layers_.clear();
  for (size_t layer = 0; layer < widths_.size(); ++layer) {
    const int64_t count = (rows * widths_[layer] + kElements - 1) / kElements * kBlocks;
    of_layers_.push_back(count);
    blocks.push_back(at::arange(count, at::kLong));
    layers.push_back(at::full({count}, static_cast<int64_t>(layer), at::kLong));
  }
  blocks_ = at::cat(blocks).unsqueeze(0).to(options_.device());
  layers_ = at::cat(layers).unsqueeze(0).to(options_.device());
  rows_ = rows;
}

std::vector<at::Tensor> DropoutMasks::draw(const at::Tensor& step, int64_t rows) {
  if (rows != rows_) place_counters(rows);
  const at::Tensor number = step.select(0, kNumber).to(at::kLong).expand({1, 1});
  const at::Tensor purpose = at::full({1, 1}, static_cast<int64_t>(Purpose::kDropout), number.options());
  const std::array<at::Tensor, 4> words = philox({blocks_, number, layers_, purpose}, keys_[0], keys_[1]);
  const int64_t members = keys_[0].size(0);
  const at::Tensor below = step.select(0, kDroppedBelow).to(at::kLong), kept = step.select(0, kKept);
  std::vector<at::Tensor> masks;
  int64_t begin = 0;
  for (size_t layer = 0; layer < widths_.size(); ++layer) {
    const int64_t groups = of_layers_[layer] / 64;
    std::vector<at::Tensor> of_layer;  // word w of block b at place w * 64 + b of its group
    for (const at::Tensor& word : words)
      of_layer.push_back(word.expand({members, -1}).narrow(1, begin, of_layers_[layer]).view({members, groups, 64}));
    const at::Tensor all = at::cat(of_layer, 2);
    // Of each group of elements the first half takes the words' low bits, the other half their high ones.
    const at::Tensor bits = at::cat({all.bitwise_and(0xFFFF), all.bitwise_right_shift(16)}, 2).flatten(1);
    masks.push_back(bits.narrow(1, 0, rows * widths_[layer])
                        .ge(below)
                        .to(options_.dtype())
                        .mul_(kept)
                        .view({members, rows, widths_[layer]}));
    begin += of_layers_[layer];
  }
  return masks;
}

}  // namespace mdl::nn
