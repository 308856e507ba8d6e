// The texts of a model file: its tensors text.bytes and text.offsets (model.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "modelfile/parts.h"

namespace mdl {

/// The texts of a file, taken one after the other. Its methods throw Error with the reason alone, as all that reads
/// here.
class Texts {
 public:
  /// Takes their tensors out of the file.
  explicit Texts(Safetensors& file);

  std::string take();
  /// As many as a number of texts that the file may hold.
  std::vector<std::string> take(const parts::json& count);
  void expect_end() const;

 private:
  std::vector<int64_t> offsets_;
  std::string bytes_;
  size_t next_ = 0;
};

void write_texts(const std::vector<std::string_view>& texts, Safetensors& file);

}  // namespace mdl
