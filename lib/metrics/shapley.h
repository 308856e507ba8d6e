// Shapley values: what each player of a game brings, in the mean over all orders in which they may join (Shapley 1953).
#pragma once

#include <cstddef>
#include <vector>

namespace mdl {

/// A game tells the worth of coalitions, of many at a time.
class Game {
 public:
  virtual ~Game() = default;

  /// Whether the player is in the coalition at hand, in which nobody is at first.
  virtual void set(size_t player, bool in) = 0;

  /// Asks for the worth of the coalition at hand.
  virtual void ask() = 0;

  /// The worths asked for since the last call, in their order; they stand until the next ask().
  virtual const std::vector<double>& worths() = 0;
};

struct ShapleyValues {
  double empty = 0, full = 0;           // the worth of nobody and of all
  std::vector<double> values;           // [players]; their sum is full - empty, up to rounding
  std::vector<double> standard_errors;  // [players]; 0 where the values are exact
};

/// Exact, from the worth of all 2^players coalitions.
ShapleyValues exact_shapley(Game& game, size_t players);

/// Estimated from `pairs` random orders, each with its reverse, and the standard errors from how the pairs vary; the
/// orders are the same in each call. Asks for 2 + 2 * pairs * (players - 1) worths, about `at_once` of them at a time.
/// At least two pairs and two players.
ShapleyValues sampled_shapley(Game& game, size_t players, size_t pairs, size_t at_once);

}  // namespace mdl
