// The encoder's part of a model file: its features, their texts, numbers and histograms. model.h names the tensors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "modelfile/parts.h"
#include "modelfile/safetensors.h"
#include "table/encoder.h"

namespace mdl {

/// The texts of a file, taken one after the other. Its methods throw Error with the reason alone, as all that reads
/// here.
class Texts {
 public:
  /// Takes their tensors out of the file.
  explicit Texts(Safetensors& file);

  std::string take();
  /// A number of texts that the file may hold.
  int64_t count(const parts::json& value) const;
  void expect_end() const;

 private:
  std::vector<int64_t> offsets_;
  std::string bytes_;
  size_t next_ = 0;
};

/// How numbers are spelled: {"decimal": ",", "thousands": ".", "unit": "kg"}, {"date": "dmy"} or {"time": true}.
NumberForm read_form(const parts::json& item);
parts::ordered_json write_form(const NumberForm& form);

/// The features as `items` describes them, with their texts, and with room for what read_encoder() fills in, which
/// takes its tensors out of the file. Whether the parts fit each other is left to expect_sound().
void read_features(const parts::json& items, Texts& texts, const Safetensors& file, Encoder& encoder);
void read_encoder(const parts::json& scaling, Safetensors& file, Encoder& encoder);

/// The features' description; their numbers and histograms go into `file`, their texts do not.
parts::ordered_json write_encoder(const Encoder& encoder, Safetensors& file);

}  // namespace mdl
