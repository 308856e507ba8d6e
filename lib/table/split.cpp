#include "table/split.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/error.h"
#include "base/random.h"
#include "base/text.h"

namespace mdl {
namespace {

std::vector<uint32_t> rows_with_target(const Strata& strata) {
  std::vector<uint32_t> rows;
  for (size_t row = 0; row < strata.size(); ++row) {
    if (strata[row] != kNoTarget) rows.push_back(static_cast<uint32_t>(row));
  }
  return rows;
}

/// Sorted by a random key, so that which items come first depends on (seed, item) alone.
template <class Key>
void order_at_random(std::vector<uint32_t>& items, Key key) {
  std::vector<std::pair<uint64_t, uint32_t>> keyed;
  for (const uint32_t item : items) keyed.emplace_back(key(item), item);
  std::sort(keyed.begin(), keyed.end());
  for (size_t i = 0; i < items.size(); ++i) items[i] = keyed[i].second;
}

uint64_t hash_text(std::string_view text) {  // FNV-1a: the same on every machine
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

Split divide(const Strata& strata, const std::vector<bool>& in_validation) {
  Split split;
  for (const uint32_t row : rows_with_target(strata)) (in_validation[row] ? split.validation : split.train).push_back(row);
  return split;
}

}  // namespace

Split split_at_random(const Strata& strata, double share, int64_t seed) {
  std::map<int32_t, std::vector<uint32_t>> by_stratum;
  for (const uint32_t row : rows_with_target(strata)) by_stratum[strata[row]].push_back(row);
  const Random random(static_cast<uint64_t>(seed), Purpose::kSplit);
  std::vector<bool> in_validation(strata.size());
  for (auto& [stratum, rows] : by_stratum) {
    order_at_random(rows, [&](uint32_t row) { return random.bits(row); });
    const auto wanted = static_cast<size_t>(std::lround(share * static_cast<double>(rows.size())));
    for (size_t i = 0; i < std::min(wanted, rows.size() - 1); ++i) in_validation[rows[i]] = true;
  }
  return divide(strata, in_validation);
}

Split split_by_group(const Column& group, const Strata& strata, double share, int64_t seed) {
  // Position 0 stands for "missing", position 1 + code for a text.
  std::vector<size_t> sizes(group.texts.size() + 1);
  const std::vector<uint32_t> rows = rows_with_target(strata);
  for (const uint32_t row : rows) ++sizes[group.code(row) + 1];
  std::vector<uint32_t> groups(sizes.size());
  std::iota(groups.begin(), groups.end(), 0);
  const Random random(static_cast<uint64_t>(seed), Purpose::kSplit);
  order_at_random(groups, [&](uint32_t g) { return random.bits(g == 0 ? 0 : hash_text(group.texts[g - 1])); });
  std::vector<bool> chosen(sizes.size());
  size_t taken = 0;
  const double wanted = share * static_cast<double>(rows.size());
  for (const uint32_t g : groups) {
    const auto with = static_cast<double>(taken + sizes[g]);
    if (sizes[g] == 0 || with - wanted > wanted - static_cast<double>(taken)) continue;  // further from the share than without it
    chosen[g] = true;
    taken += sizes[g];
  }
  std::vector<bool> in_validation(strata.size());
  for (const uint32_t row : rows) in_validation[row] = chosen[group.code(row) + 1];
  return divide(strata, in_validation);
}

Split split_by_time(const Column& time, const Strata& strata, double share) {
  if (time.missing > 0) fail("column {}: {} rows have no time; data.split.time needs one in every row", quote(time.name), time.missing);
  // Each row's rank among the times: numbers by value, texts bytewise (as ISO 8601 dates sort).
  std::vector<size_t> rank(time.texts.size());
  std::vector<size_t> by_text(time.texts.size());
  std::iota(by_text.begin(), by_text.end(), 0);
  std::sort(by_text.begin(), by_text.end(), [&](size_t a, size_t b) { return time.texts[a] < time.texts[b]; });
  for (size_t i = 0; i < by_text.size(); ++i) rank[by_text[i]] = i;
  const auto key = [&](uint32_t row) {
    return time.kind == ColumnKind::kNumeric ? time.number(row) : static_cast<double>(rank[time.code(row)]);
  };
  std::vector<uint32_t> rows = rows_with_target(strata);
  std::stable_sort(rows.begin(), rows.end(), [&](uint32_t a, uint32_t b) { return key(a) < key(b); });
  size_t border = rows.size() - static_cast<size_t>(std::lround(share * static_cast<double>(rows.size())));
  while (border > 0 && border < rows.size() && key(rows[border]) == key(rows[border - 1])) ++border;
  std::vector<bool> in_validation(strata.size());
  for (size_t i = border; i < rows.size(); ++i) in_validation[rows[i]] = true;
  return divide(strata, in_validation);
}

}  // namespace mdl
