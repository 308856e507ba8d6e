// Why a row has the answer that it has: its model's raw output (Postprocessing::raw) less that of a reference row
// (table/reference.h), shared out among the features.
//
// A feature's contribution is its Shapley value (metrics/shapley.h): by how much the output changes where its cell in
// the reference row becomes that of the row, in the mean over all orders in which the columns may do so. Where all
// mixtures of the two rows are no more passes through the network than the orders would be, they are all computed, and
// the contributions are exact. Otherwise the mean is over random orders (Castro, Gomez and Tejada 2009; Strumbelj and
// Kononenko 2014), each with its reverse (Mitchell, Cooper, Frank and Holmes 2022), and has a standard error. Cells
// that are as in the reference row contribute 0, and cost nothing.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "infer/compiled_model.h"

namespace mdl {

/// Random orders of the columns, half of them the other half's reverses.
inline constexpr size_t kExplanationOrders = 64, kFewestOrders = 4, kMostOrders = 10'000;

/// Throws Error "<subject> ..." where the model has no reference row, with the cure.
void expect_explainable(const Model& model, const std::string& subject);

/// Explains the answers of one model. It never changes, so any number of threads share it.
class Explainer {
 public:
  /// Of a model that is explainable. `compiled` must outlive this, where it is; `model` need not. Of an odd number of
  /// `orders` one more is taken.
  Explainer(const CompiledModel& compiled, const Model& model, size_t orders = kExplanationOrders);

  /// Passes through the network that a row may cost, its prediction aside.
  size_t passes_per_row() const { return passes(features_.size()); }

  /// Makes room for so many rows.
  void start(size_t rows, Predictions& predictions) const;

  /// The contributions of `count` rows from `begin` on, to their predictions, which are those of `out` from `to` on;
  /// start() has made room. A row's depend on that row alone, to the last bit; several threads may fill parts of the
  /// same. A row without a finite answer has none; one of whose mixtures has none becomes such a row.
  ///
  /// reference + the row's contributions = output, exactly: all are multiples of a power of two, so small that it tells
  /// nothing (2^-40 of log-odds and logarithms, and of the target's standard deviation; more only where doubles of that size are no
  /// finer), so that doubles add them without rounding, in whatever order.
  void explain(Workspace& workspace, const EncodedRows& rows, size_t begin, size_t count, Predictions& out,
               size_t to = 0) const;

  /// Where a feature's cell stands in an encoded row; no place where it has no number, or no index.
  struct Place {
    static constexpr size_t kNone = SIZE_MAX;
    size_t number = kNone, index = kNone;
  };

 private:
  size_t passes(size_t differing) const;
  bool few(size_t differing) const;

  const CompiledModel* compiled_;
  EncodedRows reference_;
  std::vector<Place> features_;
  size_t pairs_;   // of orders
  double finest_;  // what contributions are multiples of
};

}  // namespace mdl
