// From encoded rows to the network's inputs.
#pragma once

#include <cstdint>
#include <vector>

#include "table/encoder.h"

namespace mdl {

/// Writes the inputs of rows for the network.
class InputWriter {
 public:
  explicit InputWriter(const Encoder& encoder);

  size_t width() const { return width_; }      // dense inputs
  size_t indices() const { return indices_; }  // one for each embedding, then one for each feature of bags

  /// `dense` [width], `indices` [indices]: a row of each embedding, a bag of rows.bags.
  void write(const EncodedRows& rows, size_t row, float* dense, int64_t* indices) const;

  /// Asks the memory for a row that is to be written soon.
  void prefetch(const EncodedRows& rows, size_t row) const;

 private:
  struct PresenceInput {
    size_t number, place;
    Presence presence;
  };
  struct Indexed {
    bool embedding, bag;
    size_t indices;
    size_t place, width;          // among the dense inputs; of an embedding or a bag the place among the indices
    std::vector<float> encoding;  // empty: one-hot
  };
  size_t numbers_, width_, indices_ = 0;
  std::vector<float> imputed_;
  std::vector<PresenceInput> presences_;
  std::vector<Indexed> indexed_;
};

}  // namespace mdl
