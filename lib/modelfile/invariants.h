// What holds for every model: all that computes with one relies on it, and the reader of model files sees to it.
#pragma once

#include "modelfile/network.h"
#include "table/encoder.h"
#include "table/target.h"

namespace mdl {

// Each throws Error with the reason alone.
void expect_sound(const Target& target);
void expect_sound(const Encoder& encoder);
/// Its inputs are what the encoder makes, its outputs what the target needs.
void expect_sound(const Network& network, const Encoder& encoder, const Target& target);

}  // namespace mdl
