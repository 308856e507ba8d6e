#include "modelfile/texts.h"

#include <algorithm>

namespace mdl {

Texts::Texts(Safetensors& file) {
  const auto found = file.tensors.find("text.offsets");
  if (found == file.tensors.end() || found->second.dtype != DType::kI64 || found->second.shape.size() != 1)
    fail("tensor text.offsets is not there");
  offsets_ = file.tensors.extract(found).mapped().values<int64_t>();
  const auto size = offsets_.empty() ? 0 : offsets_.back();
  bytes_ = parts::take(file, "text.bytes", DType::kU8, {size}).bytes;
  if (offsets_.empty() || offsets_[0] != 0 || !std::is_sorted(offsets_.begin(), offsets_.end()))
    fail("tensor text.offsets is damaged");
}

std::string Texts::take() {
  if (next_ + 1 == offsets_.size()) fail("tensor text.offsets is too short");
  const auto begin = static_cast<size_t>(offsets_[next_]), end = static_cast<size_t>(offsets_[next_ + 1]);
  ++next_;
  return bytes_.substr(begin, end - begin);
}

std::vector<std::string> Texts::take(const parts::json& count) {
  std::vector<std::string> texts;
  for (int64_t n = parts::whole(count, static_cast<int64_t>(offsets_.size()) - 1); n > 0; --n) texts.push_back(take());
  return texts;
}

void Texts::expect_end() const {
  if (next_ + 1 != offsets_.size()) fail("tensor text.offsets is too long");
}

void write_texts(const std::vector<std::string_view>& texts, Safetensors& file) {
  std::string bytes;
  std::vector<int64_t> offsets = {0};
  for (const std::string_view text : texts) {
    bytes += text;
    offsets.push_back(static_cast<int64_t>(bytes.size()));
  }
  const auto count = static_cast<int64_t>(offsets.size());
  file.tensors["text.offsets"] = TensorData::of(DType::kI64, {count}, offsets);
  file.tensors["text.bytes"] = {DType::kU8, {static_cast<int64_t>(bytes.size())}, std::move(bytes)};
}

}  // namespace mdl
