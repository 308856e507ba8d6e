#include "metrics/shapley.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "base/random.h"

namespace mdl {
namespace {

using Order = std::vector<uint32_t>;

/// One order and its reverse follow the other.
Order order_of(size_t players, size_t pair) {
  Order order(players);
  std::iota(order.begin(), order.end(), 0);
  shuffle(order, Random(0, Purpose::kColumnOrder, static_cast<uint32_t>(pair)));
  return order;
}

/// Asks for the worths of the coalitions on the way from nobody to all, both left out.
void ask_along(Game& game, const Order& order) {
  for (size_t i = 0; i + 1 < order.size(); ++i) {
    game.set(order[i], true);
    game.ask();
  }
  for (size_t i = 0; i + 1 < order.size(); ++i) game.set(order[i], false);
}

/// Adds half of what each player brought on that way.
void add_half(const Order& order, double empty, double full, const double* worths, std::vector<double>& to) {
  double before = empty;
  for (size_t i = 0; i < order.size(); ++i) {
    const double after = i + 1 < order.size() ? worths[i] : full;
    to[order[i]] += (after - before) / 2;
    before = after;
  }
}

}  // namespace

ShapleyValues exact_shapley(Game& game, size_t players) {
  // In the order of Gray's code one player comes or goes at a time.
  const size_t coalitions = size_t{1} << players;
  game.ask();
  for (size_t i = 1; i < coalitions; ++i) {
    const auto player = static_cast<size_t>(std::countr_zero(i));
    game.set(player, (i ^ i >> 1) >> player & 1);
    game.ask();
  }
  std::vector<double> worth(coalitions);
  const std::vector<double>& worths = game.worths();
  for (size_t i = 0; i < coalitions; ++i) worth[i ^ i >> 1] = worths[i];

  // Of a coalition of s others: the share of the orders that have just these before a player, s! (n - 1 - s)! / n!
  std::vector<double> share(players, 1 / static_cast<double>(players));
  for (size_t s = 1; s < players; ++s)
    share[s] = share[s - 1] * static_cast<double>(s) / static_cast<double>(players - s);
  ShapleyValues shapley{.empty = worth.front(),
                        .full = worth.back(),
                        .values = std::vector<double>(players),
                        .standard_errors = std::vector<double>(players)};
  for (size_t player = 0; player < players; ++player) {
    const size_t bit = size_t{1} << player;
    for (size_t others = 0; others < coalitions; ++others) {
      if ((others & bit) != 0) continue;
      shapley.values[player] += share[static_cast<size_t>(std::popcount(others))] *
                                (worth[others | bit] - worth[others]);
    }
  }
  return shapley;
}

ShapleyValues sampled_shapley(Game& game, size_t players, size_t pairs, size_t at_once) {
  game.ask();
  for (size_t player = 0; player < players; ++player) game.set(player, true);
  game.ask();
  for (size_t player = 0; player < players; ++player) game.set(player, false);
  const std::vector<double>& ends = game.worths();
  ShapleyValues shapley{.empty = ends[0],
                        .full = ends[1],
                        .values = std::vector<double>(players),
                        .standard_errors = std::vector<double>(players)};

  const size_t of_order = players - 1, pairs_at_once = std::max<size_t>(1, at_once / (2 * of_order));
  std::vector<double>&mean = shapley.values, &squares = shapley.standard_errors, of_pair(players);
  std::vector<Order> orders;
  for (size_t done = 0; done < pairs; done += orders.size()) {
    orders.clear();
    for (size_t pair = done; pair < std::min(done + pairs_at_once, pairs); ++pair) {
      Order& order = orders.emplace_back(order_of(players, pair));
      ask_along(game, order);
      ask_along(game, Order(order.rbegin(), order.rend()));
    }
    const double* worths = game.worths().data();
    for (size_t i = 0; i < orders.size(); ++i, worths += 2 * of_order) {
      std::ranges::fill(of_pair, 0);
      add_half(orders[i], shapley.empty, shapley.full, worths, of_pair);
      add_half(Order(orders[i].rbegin(), orders[i].rend()), shapley.empty, shapley.full, worths + of_order, of_pair);
      for (size_t player = 0; player < players; ++player) {  // Welford 1962
        const double from_mean = of_pair[player] - mean[player];
        mean[player] += from_mean / static_cast<double>(done + i + 1);
        squares[player] += from_mean * (of_pair[player] - mean[player]);
      }
    }
  }
  for (double& error : squares) error = std::sqrt(error / static_cast<double>(pairs) / static_cast<double>(pairs - 1));
  return shapley;
}

}  // namespace mdl
