#include "table/input_writer.h"

#include <algorithm>
#include <cmath>

namespace mdl {

InputWriter::InputWriter(const Encoder& encoder) : numbers_(encoder.numeric_count()), width_(numbers_) {
  for (const Feature& feature : encoder.features) {
    const ColumnInputs inputs = feature.inputs();
    if (inputs.presence) presences_.push_back({imputed_.size(), width_++, *inputs.presence});
    if (inputs.imputed) imputed_.push_back(*inputs.imputed);
  }
  for (const Feature& feature : encoder.features) {
    const ColumnInputs inputs = feature.inputs();
    if (!inputs.indices) continue;
    indexed_.push_back({inputs.embedding,
                        inputs.bag,
                        *inputs.indices,
                        inputs.embedding ? indices_++ : width_,
                        inputs.width,
                        {inputs.encoding.begin(), inputs.encoding.end()}});
    width_ += inputs.width;
  }
  for (Indexed& feature : indexed_) {
    if (feature.bag) feature.place = indices_++;
  }
}

void InputWriter::prefetch(const EncodedRows& rows, size_t row) const {
  constexpr size_t kLine = 64 / sizeof(float);
  const float* numbers = rows.numbers.data() + row * numbers_;
  for (size_t i = 0; i < numbers_; i += kLine) __builtin_prefetch(numbers + i);
  __builtin_prefetch(numbers + numbers_);
  __builtin_prefetch(rows.indices.data() + row * indexed_.size());
}

void InputWriter::write(const EncodedRows& rows, size_t row, float* dense, int64_t* indices) const {
  const float* numbers = rows.numbers.data() + row * numbers_;
  for (size_t i = 0; i < numbers_; ++i) {
    const float number = numbers[i], imputed = imputed_[i];
    dense[i] = std::isnan(number) ? imputed : number;
  }
  for (const PresenceInput& input : presences_)
    dense[input.place] = std::isnan(numbers[input.number]) ? input.presence.missing : input.presence.present;
  const int32_t* next = rows.indices.data() + row * indexed_.size();
  for (const Indexed& feature : indexed_) {
    const int32_t index = *next++;
    if (feature.embedding) {
      indices[feature.place] = index + 1;
    } else if (feature.bag) {
      indices[feature.place] = -1 - index;
    } else if (!feature.encoding.empty()) {
      const size_t from = index >= 0 ? static_cast<size_t>(index) : feature.indices;
      std::copy_n(feature.encoding.data() + from * feature.width, feature.width, dense + feature.place);
    } else {
      std::fill_n(dense + feature.place, feature.width, 0.0f);
      if (index >= 0) dense[feature.place + static_cast<size_t>(index)] = 1;
    }
  }
}

}  // namespace mdl
