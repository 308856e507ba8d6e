// From cells to what the network's inputs are made of: fitted on training rows, then the same for every row.
//
// A row's dense inputs: the numbers, then what says whether they are there, then what indices make, each in the order
// of `features`, in which those with a number stand first.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/config.h"
#include "table/bags.h"
#include "table/dataset.h"
#include "table/feature.h"
#include "table/null_values.h"

namespace mdl {

struct TargetValues;

struct EncoderOptions {
  Scaling scaling = Scaling::kStandard;
  bool missing_indicators = false;
  bool date_parts = false;                         // of dates and times of day the cycles are inputs, too
  size_t one_hot_categories = kMostCategories;     // columns of more have an embedding
  const TargetValues* value_embeddings = nullptr;  // what numbers are to tell of, where their values may have
                                                   // embeddings
  size_t min_category_rows = 1;  // categories of fewer rows are not kept; of numbers with an embedding three suffice
};

/// Encoded rows in compact form: a number for each feature that has one, an index (or -1) for each that has one.
struct EncodedRows {
  size_t rows = 0;
  std::vector<float> numbers;    // [rows, features with a number]; NaN where missing
  std::vector<int32_t> indices;  // [rows, features with an index], in the order of the features; of bags (bags.h)
                                 // below 0
  Bags bags;
  std::vector<double> exposures;  // [rows] where the encoder has them, else empty

  void clear();

  /// Appends a row of so many numbers and indices, to be filled in.
  EncodedCell add_row(size_t number_count, size_t index_count) {
    ++rows;
    numbers.resize(numbers.size() + number_count);
    indices.resize(indices.size() + index_count);
    return {numbers.data() + numbers.size() - number_count, indices.data() + indices.size() - index_count};
  }

  /// Appends a row of rows of the same encoder.
  void append(const EncodedRows& from, size_t row);

  /// Puts such a row in the place of one of these.
  void replace(size_t row, const EncodedRows& from, size_t from_row);

  /// The index that a cell of other rows has here: a bag's becomes one of these rows'.
  int32_t adopt(const EncodedRows& from, int32_t index) {
    return index >= -1 ? index : bags.add_sorted(from.bags.bag_of_index(index));
  }

  /// Appends all of them.
  void append(const EncodedRows& from);
};

/// The column of what a target's mean is proportional to (data.exposure): numbers above 0.
struct Exposure {
  std::string column;
  NumberForm form;
};

bool is_exposure(double number);

struct Encoder {
  Scaling scaling = Scaling::kStandard;
  std::vector<Feature> features;
  NullValues missing;
  std::vector<double> reference;  // a typical row (reference.h): of each feature its number, or its index; empty: not
                                  // known
  std::optional<Exposure> exposure;

  bool has_histograms() const;  // of its features, all or none
  size_t numeric_count() const;
  size_t indexed_count() const;
  size_t width() const;                      // number of dense inputs
  std::vector<int64_t> embeddings() const;   // rows of each embedding
  std::vector<int64_t> bags() const;         // rows of the table of each feature of bags
  std::vector<EncodedPlace> places() const;  // of each feature
};

/// Fits the encoder on the rows `train` of the columns `features`. A column that tells nothing (empty or of one value
/// in every training row) is left out; `notes` gets a line for each thing a person should know. Throws Error when no
/// column is left, or when a column's numbers are too large to average.
Encoder fit_encoder(const std::vector<const Column*>& features, std::span<const uint32_t> train,
                    const std::vector<std::string>& missing, const EncoderOptions& options,
                    std::vector<std::string>& notes);

/// Encodes a table block by block, which several threads may do; what becomes of its texts is worked out once.
class RowEncoder {
 public:
  /// Bags are added to `bags`. `encoder` and `dataset`, whose texts stay as they are, must outlive this.
  RowEncoder(const Encoder& encoder, const Dataset& dataset, Bags& bags);

  size_t numbers() const { return numbers_; }  // of a row
  size_t indices() const { return indices_; }

  /// The cells of a block of the dataset's rows; `to` is where those of its first row go.
  void encode(size_t block, EncodedCell to) const;

 private:
  const Encoder& encoder_;
  size_t numbers_, indices_;
  std::vector<EncodedPlace> places_;
  std::vector<const Column*> columns_;
  std::vector<std::vector<int32_t>> index_of_code_;
};

/// Encodes all rows, but for their exposures. Of a block of rows that is done, and read no more, `encoded` is told.
EncodedRows encode(const Encoder& encoder, const Dataset& dataset,
                   const std::function<void(size_t block)>& encoded = {});

}  // namespace mdl
