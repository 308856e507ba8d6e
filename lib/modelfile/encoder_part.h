// The encoder's part of a model file: its features, their texts, numbers and histograms. model.h names the tensors.
#pragma once

#include <string_view>
#include <vector>

#include "modelfile/parts.h"
#include "modelfile/texts.h"
#include "table/encoder.h"

namespace mdl {

/// The features as `items` describes them, with their texts and numbers, which are taken out of the file; each is sound
/// by itself; those of a serving model have hashed values and no histograms. Throws Error with the reason alone.
void read_encoder(const parts::json& items, const parts::json& scaling, bool serving, Texts& texts, Safetensors& file,
                  Encoder& encoder);

/// The features' description; their numbers and histograms go into `file`, their texts behind `texts`.
parts::ordered_json write_encoder(const Encoder& encoder, Safetensors& file, std::vector<std::string_view>& texts);

}  // namespace mdl
