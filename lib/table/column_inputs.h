// What the network sees of a column, in the few terms that all kinds of columns share: whatever computes with a model
// (InputWriter, ONNX, PyTorch) knows these and not the kinds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace mdl {

/// The input that says whether a number is there.
struct Presence {
  float present = 0, missing = 1;
  bool operator==(const Presence&) const = default;
};

/// A cell's number is an input, its index makes dense inputs or picks a row of a learned embedding.
struct ColumnInputs {
  std::optional<float> imputed;      // the number's input where it is missing; none: its cells have no number
  std::optional<Presence> presence;  // one more input
  std::optional<size_t> indices;     // its cells have an index below this, or -1: missing or unseen; none: no index
  bool embedding = false;            // the index picks a row: 0 for -1, else 1 + index
  bool bag = false;  // its cells are bags (bags.h) of rows of a table of indices + 1, in place of an index
  size_t width = 0;  // dense inputs that the index makes
  std::span<const float> encoding;  // those, [indices + 1, width], the last row for -1; empty: one-hot

  size_t dense() const { return (imputed ? 1 : 0) + (presence ? 1 : 0) + width; }
};

/// Where a column's cells stand in an encoded row, as far as they have a number and an index.
struct EncodedPlace {
  size_t number, index;
};

/// Where an encoded cell goes, likewise; or a row's first.
struct EncodedCell {
  float* number;
  int32_t* index;

  EncodedCell at(const EncodedPlace& place) const { return {number + place.number, index + place.index}; }
};

}  // namespace mdl
